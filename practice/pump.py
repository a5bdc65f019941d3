"""Wakes the worker: “look at the clock now”, a few times a minute, never piled up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django_q.brokers.orm import ORM
from django_q.models import OrmQ
from django_q.tasks import async_task

from practice import clock

if TYPE_CHECKING:
    from datetime import datetime

TICK = "practice.tasks.tick"
EVERY_SECONDS = 10.0
# One at work may be followed by one more, so that a slow chore holds up no other.
# Wake-ups that nobody acknowledges stop the pump, and so the worker's beat: the
# supervisor then starts the worker again.
AT_ONCE = 2


class Pump:
    """Enqueues ticks, and keeps account of those that are still in the queue."""

    def __init__(self, *, every: float = EVERY_SECONDS) -> None:
        self._every = every
        self._next = 0.0
        self._mine: set[int] = set()
        self._is_new_worker = True

    def start_over(self) -> None:
        """A new worker starts: what the last one had taken is lost."""
        self._is_new_worker = True

    def ask(self) -> bool:
        """Wake the worker if it is time to, and it has not enough to do already."""
        close_old_connections()
        if self._is_new_worker:
            self._is_new_worker = False
            self._next = 0.0
            OrmQ.objects.filter(pk__in=self._mine).delete()
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._every
        locks = dict(OrmQ.objects.filter(pk__in=self._mine).values_list("pk", "lock"))
        self._mine = set(locks)
        if len(locks) >= AT_ONCE or _is_one_waiting(locks):
            return False
        self._enqueue()
        return True

    def _enqueue(self) -> None:
        broker = _Remembering()
        async_task(TICK, broker=broker)
        self._mine.add(broker.row)


class _Remembering(ORM):  # type: ignore[misc]
    """The queue's own broker, which also tells which row it wrote."""

    row = 0

    def enqueue(self, task: str) -> int:
        self.row = super().enqueue(task)
        return self.row


def _is_one_waiting(locks: dict[int, datetime | None]) -> bool:
    """Whether a tick has not been taken yet: a taken one is locked for later."""
    real = clock.real_now()
    return any(lock is None or lock <= real for lock in locks.values())
