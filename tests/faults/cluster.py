"""The worker of a machine: who its processes are, and whether they are at work."""

from __future__ import annotations

from tests.faults.machine import Machine, children, wait_for

KINDS = ["guardian", "cluster", "sentinel", "worker", "monitor", "pusher"]
BEAT = "SELECT beat_at FROM practice_heartbeat WHERE name = 'worker'"
WAITING = "SELECT count(*) FROM django_q_ormq"


class Worker:
    """A supervised worker in its hurry, and the queue's processes in it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.keeper = machine.start("-m", "tests.faults.hurried", "worker")
        wait_for(self.is_at_work)
        self._roles: dict[str, int] = {}

    def is_at_work(self, *, since: str = "") -> bool:
        """Whether it beat later, and nothing waits to be done or acknowledged."""
        beat = self.machine.ask(BEAT)
        is_later = bool(beat) and str(beat[0]) > since
        return is_later and self.machine.ask(WAITING) == (0,)

    def last_beat(self) -> str:
        return str(self.machine.ask(BEAT)[0])

    def guardian(self) -> int:
        """The process that leads the worker's session."""
        wait_for(lambda: children(self.keeper.pid))
        return children(self.keeper.pid)[0]

    def roles(self) -> dict[str, int]:
        """The processes by what they do: told by their order of birth.

        The queue replaces a dead one by a new one with the same task.
        """
        wait_for(self._are_all_there)
        return self._roles

    def _are_all_there(self) -> bool:
        generations = [[self.keeper.pid]]
        for _ in range(4):
            generations.append([c for p in generations[-1] for c in children(p)])
        if list(map(len, generations[1:])) != [1, 1, 1, 4]:
            return False
        _, [guardian], [cluster], [sentinel], youngest = generations
        if self._roles.get("guardian") != guardian:
            first, second, monitor, pusher = youngest
            found = [guardian, cluster, sentinel, first, monitor, pusher, second]
            self._roles = dict(zip([*KINDS, "other worker"], found, strict=True))
        for role in ("worker", "monitor", "pusher", "other worker"):
            if self._roles[role] not in youngest:
                [self._roles[role]] = set(youngest) - set(self._roles.values())
        return True
