"""Clock-started work: each chore runs when due, once, apart from the others.

The truth is the chore's own row: when it is due (the practice's time) and who
has it now (a lease on real time). The queue only says “look now”, so a lost or
doubled wake-up costs nothing. A chore may run again after a crash: it must be
idempotent, and short. Its limit ends it; a limit is at most LONGEST.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils.module_loading import import_string

from practice import clock
from practice.contributions import load
from practice.models import Chore as ChoreRow
from practice.trail import because
from practice.wording import in_house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

LONGEST = timedelta(seconds=20)
# A run starts no further chore after this long, so that it ends inside the
# queue's own time limit; the next wake-up takes the rest.
PATIENCE = timedelta(seconds=20)
# Longer than a chore can take: a lease that outlives this lost its worker.
LEASE = timedelta(minutes=2)
TRY_AGAIN_AFTER = timedelta(minutes=5)
_INSIST_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """CHORES: work that the clock starts; `run` takes `now`, or is a path to it."""

    name: str
    every: timedelta
    run: str | Callable[..., object]
    limit: timedelta = LONGEST
    why: StrOrPromise = ""  # of what it writes, as the trail tells it

    @property
    def reason(self) -> str:
        return str(self.why) or self.name

    def do(self, *, now: datetime) -> None:
        act: Callable[..., Any] = (
            import_string(self.run) if isinstance(self.run, str) else self.run
        )
        act(now=now)


class TookTooLong(BaseException):
    """A chore reached its limit.

    Not an Exception: a chore's own “except Exception” must not swallow it.
    """


def described() -> Sequence[Chore]:
    """Every chore of every floor, in the order of the settings."""
    return tuple(chain.from_iterable(load("CHORES")))


def run_due(
    *, now: datetime, after_each: Callable[[], object] | None = None
) -> Sequence[str]:
    """Run the chores that are due and that nobody else has; returns their names."""
    chores, began, done = described(), time.monotonic(), []
    _know(chores, now=now)
    for chore in _due(chores, now=now):
        if time.monotonic() - began > PATIENCE.total_seconds():
            break
        if lease := _claim(chore, now=now):
            _run(chore, lease, now=now)
            done.append(chore.name)
            if after_each:
                after_each()
    return done


def _know(chores: Sequence[Chore], *, now: datetime) -> None:
    """Give every new chore its row, due at once."""
    known = set(ChoreRow.objects.values_list("name", flat=True))
    new = [
        ChoreRow(name=chore.name, due_at=now)
        for chore in chores
        if chore.name not in known
    ]
    if new:
        ChoreRow.objects.bulk_create(new, ignore_conflicts=True)


def _due(chores: Sequence[Chore], *, now: datetime) -> Sequence[Chore]:
    waiting = dict(ChoreRow.objects.values_list("name", "due_at"))
    late_first = sorted(chores, key=lambda chore: waiting[chore.name])
    return [
        chore
        for chore in late_first
        if not now < waiting[chore.name] <= now + chore.every
    ]


def _claim(chore: Chore, *, now: datetime) -> datetime | None:
    """Take the chore by one conditional update; None if another was first.

    A due time beyond the next turn means that the clock was set back: the demo
    allows that, and such a chore is due as well.
    """
    real = clock.real_now()
    is_due = Q(due_at__lte=now) | Q(due_at__gt=now + chore.every)
    is_free = Q(leased_until__isnull=True) | Q(leased_until__lte=real)
    lease = real + LEASE
    claimed = ChoreRow.objects.filter(is_due, is_free, name=chore.name).update(
        leased_until=lease
    )
    return lease if claimed else None


def _run(chore: Chore, lease: datetime, *, now: datetime) -> None:
    """Do one chore; whatever it raises stays here, as the name of its type."""
    try:
        limit = min(chore.limit, LONGEST)
        with time_limit(limit), in_house(), because(chore.reason):
            chore.do(now=now)
    except (Exception, TookTooLong) as fault:
        logger.exception("A chore failed.", extra={"kind": chore.name})
        _reconnect(fault)
        _put_back(chore, lease, now=now, fault=type(fault).__name__)
    else:
        _finish(chore, lease, now=now)


def _finish(chore: Chore, lease: datetime, *, now: datetime) -> None:
    """Set the next turn in step with the last one, leaving out what was missed."""
    due_at = ChoreRow.objects.values_list("due_at", flat=True).get(name=chore.name)
    missed = (now - due_at) // chore.every
    following = due_at + (missed + 1) * chore.every
    _held(chore, lease).update(
        due_at=following, leased_until=None, finished_at=clock.real_now(), fault=""
    )


def _put_back(chore: Chore, lease: datetime, *, now: datetime, fault: str) -> None:
    """Try again soon; only the type is kept: a message may name a person."""
    _held(chore, lease).update(
        due_at=now + min(chore.every, TRY_AGAIN_AFTER),
        leased_until=None,
        failed_at=clock.real_now(),
        fault=fault,
    )


def _held(chore: Chore, lease: datetime) -> Any:
    """The chore's row while the lease is still ours."""
    return ChoreRow.objects.filter(name=chore.name, leased_until=lease)


def _reconnect(fault: BaseException) -> None:
    """Drop a connection that broke, or that was cut off in mid-sentence."""
    if connection.in_atomic_block:
        return
    if isinstance(fault, TookTooLong):
        connection.close()
    else:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def time_limit(limit: timedelta) -> Iterator[None]:
    """Raise TookTooLong in the block after `limit`, and again until it ends.

    Works inside the queue's own limit, which uses the same timer. Off the main
    thread there is no timer, and no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    began = time.monotonic()
    outer_handler = signal.signal(signal.SIGALRM, _give_up)
    outer_left, _ = signal.setitimer(
        signal.ITIMER_REAL, limit.total_seconds(), _INSIST_SECONDS
    )
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, outer_handler)
        if outer_left:
            left = outer_left - (time.monotonic() - began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))


def _give_up(signum: int, frame: object) -> None:
    raise TookTooLong
