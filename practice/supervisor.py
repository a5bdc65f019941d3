"""Keeps child processes running: starts, watches, restarts and stops them.

Pure process logic: it knows no Django, no database, no web server. Each child
has a session of its own, so that everything it started can be ended with it. A
child that shows no sign of life is hung: some task queues stay alive but idle
for good after one of their processes was killed.

Run as a program, it is the guardian that leads a child's session:
`supervisor.py SUPERVISOR_PID COMMAND...` runs the command, hands one request to
stop on to it, and ends the whole session when the supervisor itself is killed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger("practice.supervisor")
STOP_SECONDS = 8.0
_MOST_DOUBLINGS = 10
_GUARD_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Part:
    """One child: `sign` is anything that changes while the child works."""

    name: str
    command: Sequence[str]
    sign: Callable[[], object] | None = None
    before: Callable[[], object] | None = None  # every start
    keep_open: Sequence[int] = ()  # file descriptors the child inherits


@dataclass(frozen=True, slots=True)
class Program:
    """PROGRAMS: what `manage.py serve` runs beside the worker.

    It beats under its name (practice.health.beat); one that falls silent is restarted.
    """

    name: str
    arguments: Sequence[str]  # of manage.py


@dataclass(frozen=True, slots=True)
class Timing:
    """In seconds. A hung child is back at work within about a minute."""

    look: float = 0.2  # between looks at the children
    listen: float = 2.0  # between calls of the pump, and for signs of life
    hung_after: float = 30.0  # without a sign, once there was one
    boot_within: float = 60.0  # until the first sign
    stop_within: float = STOP_SECONDS  # then everything left is killed
    settled_after: float = 60.0  # a life this long was no failed start
    wait_first: float = 0.5  # before a restart, doubled for each failed start
    wait_longest: float = 30.0


@dataclass(slots=True)
class Child:
    """The process that plays a part at the moment, and its replacements."""

    part: Part
    timing: Timing
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0  # not before
    failures: int = 0
    _sign: object = None
    _sign_at: float = 0.0
    _has_shown: bool = False
    _hung: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.part.before:
            self.part.before()
        guardian = [sys.executable, "-I", "-S", __file__, str(os.getpid())]
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            [*guardian, *self.part.command],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=tuple(self.part.keep_open),
        )
        self.started_at = self._sign_at = time.monotonic()
        self._has_shown = False

    def look(self) -> None:
        """Start, restart or leave alone, whichever the child needs."""
        if self.process is None:
            if time.monotonic() >= self.start_at:
                self.start()
        elif self.has_ended():
            self._again("A part ended; it is started again.")
        elif self._hung is self.process:
            self._again("A part is hung; it is started again.")

    def listen(self) -> None:
        """Ask for the sign of life; called by the thread that may wait for it."""
        listened_to = self.process
        if self.part.sign is None or listened_to is None:
            return
        sign = self.part.sign()
        if sign != self._sign:
            # What stood there before the start is no sign of this process.
            self._has_shown = self._sign is not None
            self._sign = sign
            self.excuse()
        limit = self.timing.hung_after if self._has_shown else self.timing.boot_within
        if time.monotonic() - self._sign_at > limit:
            self._hung = listened_to

    def excuse(self) -> None:
        """Count silence from now: there was a sign, or nobody could listen."""
        self._sign_at = time.monotonic()

    def ask_to_stop(self) -> None:
        """Signal the guardian only: a queue signalled as a group can hang."""
        if self.process and not self.has_ended():
            self.process.terminate()

    def has_ended(self) -> bool:
        """Whether the guardian is gone; its id stays taken until `kill`."""
        if self.process is None or self.process.returncode is not None:
            return True
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, look) is not None

    def kill(self) -> None:
        """End the whole session, also what outlived its guardian."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _again(self, why: str) -> None:
        self.kill()
        code = self.process.returncode if self.process else None
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > self.timing.settled_after else self.failures + 1
        doubled = self.timing.wait_first * 2 ** min(self.failures, _MOST_DOUBLINGS)
        wait = min(doubled, self.timing.wait_longest)
        logger.warning(why, extra={"kind": self.part.name, "status": code})
        self.process, self.start_at = None, time.monotonic() + wait


@dataclass(slots=True)
class Supervisor:
    """Runs the parts until it is asked to stop, and the pump beside them."""

    parts: Sequence[Part]
    pump: Callable[[], object] | None = None
    timing: Timing = field(default_factory=Timing)
    stops_asked: int = 0
    children: list[Child] = field(default_factory=list)

    def ask_to_stop(self, *_: object) -> None:
        """Fit for a signal handler; asked twice, it does not wait for the children."""
        self.stops_asked += 1

    def run(self) -> None:
        self.children = [Child(part, self.timing) for part in self.parts]
        for child in self.children:
            child.start()
        # A thread of its own: the pump and the signs may wait for a database.
        threading.Thread(target=self._pulse, name="pulse", daemon=True).start()
        try:
            while not self.stops_asked:
                for child in self.children:
                    child.look()
                time.sleep(self.timing.look)
        finally:
            self._stop()

    def _stop(self) -> None:
        self.stops_asked = max(self.stops_asked, 1)
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + self.timing.stop_within
        while self.stops_asked < 2 and time.monotonic() < deadline:
            if all(child.has_ended() for child in self.children):
                break
            time.sleep(0.05)
        for child in self.children:
            child.kill()

    def _pulse(self) -> None:
        while not self.stops_asked:
            try:
                if self.pump:
                    self.pump()
                for child in self.children:
                    child.listen()
            except Exception:  # the database may be away for a while
                logger.exception("Nobody could listen for signs of life.")
                for child in self.children:
                    child.excuse()
            time.sleep(self.timing.listen)


def stop_on_signals(supervisor: Supervisor) -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal stop everything."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        is_nohup = (
            number == signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN
        )
        if not is_nohup:
            signal.signal(number, supervisor.ask_to_stop)


def guard(keeper: int, command: Sequence[str]) -> int:
    """Run the command beside its supervisor; answers its code.

    It is asked to stop once: a queue that is asked twice can hang.
    """
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    child = subprocess.Popen(command, close_fds=False)  # noqa: S603 - our own commands
    told_at = 0.0
    while child.poll() is None:
        is_alone = os.getppid() != keeper
        if not told_at and (asked or is_alone):
            child.terminate()
            told_at = time.monotonic()
        if is_alone and time.monotonic() - told_at > STOP_SECONDS:
            break
        time.sleep(_GUARD_SECONDS)
    if os.getppid() != keeper:
        os.killpg(0, signal.SIGKILL)  # whoever is left, the guardian included
    return child.returncode


if __name__ == "__main__":
    sys.exit(guard(int(sys.argv[1]), sys.argv[2:]))
