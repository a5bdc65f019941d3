"""Sending: claim, look last, hand over with no transaction open, settle.

A few threads do nothing but read whether it still may go and talk to the vendor; the
thread that runs the round claims, looks and writes down, what came back meanwhile in
one transaction. Whoever is cut off leaves a lease behind, which makes the delivery
uncertain (messaging.uncertain).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from django.db import (
    OperationalError,
    close_old_connections,
    connection,
    connections,
)

from consent import contacting, opt_outs
from consent.states import Channel
from messaging import changing, channels, claiming, last_look, settling
from messaging.changing import OUTBOX, Change
from messaging.channels import NoCarrier, Parcel
from messaging.models import Delivery
from messaging.settling import Answered
from messaging.states import Status
from practice import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from messaging.channels import Carrier
    from messaging.last_look import Found

THREADS = 12
CHANNELS = (Channel.TEXT, Channel.MAIL, Channel.CALL)
PAUSE_SECONDS = 0.05
# What comes back within so long is written down together; looked after so often.
GATHER_SECONDS, NAP_SECONDS = 0.05, 0.005
# A thread asks so often whether its connection still works, which is a query.
RENEW_SECONDS = 10.0
AFTER_FAULT = timedelta(seconds=30)
_OURS = (
    f"EXISTS (SELECT 1 FROM {Delivery._meta.db_table} WHERE id = %s "  # noqa: S608 - our own names
    f"AND status = '{Status.SENDING}' AND tries = %s AND lease_until_at > %s)"
)
logger = logging.getLogger(__name__)


class Crew(Protocol):
    """Who hands over: threads, or whoever runs the round."""

    size: int

    def do(self, act: Callable[[], None]) -> None: ...


class Threads:
    """Threads that keep their database connections from one message to the next."""

    def __init__(self, size: int = THREADS) -> None:
        self.size = size
        self._acts: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name="hand over", daemon=True)
            for _one in range(size)
        ]
        for one in self._threads:
            one.start()

    def do(self, act: Callable[[], None]) -> None:
        self._acts.put(act)

    def end(self, *, within: float | None = None) -> None:
        """Wait for what is under way, so many seconds at most if given."""
        for _one in self._threads:
            self._acts.put(None)
        deadline = time.monotonic() + (within or 0)
        for one in self._threads:
            one.join(None if within is None else max(0, deadline - time.monotonic()))

    def _work(self) -> None:
        try:
            looked_at = time.monotonic()
            while act := self._acts.get():
                if time.monotonic() - looked_at > RENEW_SECONDS:
                    close_old_connections()
                    looked_at = time.monotonic()
                act()
        finally:
            connections.close_all()


class Alone:
    """One after the other, in the caller's own thread and connection."""

    size = 1

    def do(self, act: Callable[[], None]) -> None:
        act()


@dataclass(slots=True)
class Round:
    """One channel's sending: what is under way, and what was answered."""

    channel: str
    crew: Crew
    under_way: int = 0
    is_ending: bool = False  # what was not handed over yet is let go
    has_more: bool = False  # the last claim brought as many as there was room for
    counts: Counter[str] = field(default_factory=Counter)
    answers: queue.SimpleQueue[Answered | None] = field(
        default_factory=queue.SimpleQueue
    )

    def step(self, *, now: datetime, wait: float = 0) -> bool:
        """Settle what came back, and send what there is room for; True if it did any.

        Waits so many seconds at most for an answer, where something is under way.
        """
        done = self._settle(now=now, wait=wait)
        if self.is_ending or not self._runs_low(self.under_way):
            return done
        return self._send(now=now) or done

    def _send(self, *, now: datetime) -> bool:
        try:
            carrier = channels.carrier_of(self.channel)
        except NoCarrier:
            return False
        room = self.crew.size + claiming.BATCH - self.under_way
        rows = claiming.claim(self.channel, most=room, now=now)
        self.has_more = len(rows) >= min(room, claiming.BATCH)
        if not rows:
            return False
        for one in _looked(rows, now=now):
            self.counts[str(one.to)] += not one.goes
            if one.goes:
                self.under_way += 1
                self.crew.do(partial(self._hand_over, carrier, one))
        return True

    def _settle(self, *, now: datetime, wait: float) -> bool:
        """Write down all that came back, together."""
        came = self._came(wait)
        self.under_way -= len(came)
        answers = [one for one in came if one is not None]
        if answers:
            settling.settle(answers, now=now)
        self.counts += Counter(one.handed.outcome.value for one in answers)
        return bool(came)

    def _came(self, wait: float) -> Sequence[Answered | None]:
        """What came back: the first within so many seconds, and what follows soon."""
        came: list[Answered | None] = []
        try:
            if wait and self.under_way:
                came.append(self.answers.get(timeout=wait))
                self._gather()
            while True:
                came.append(self.answers.get_nowait())
        except queue.Empty:
            return came

    def _gather(self) -> None:
        """Let an answer wait a moment for those that follow it, if any do: to be woken
        by each of them, and to write it down alone, costs more than all the rest.
        """
        end = time.monotonic() + GATHER_SECONDS
        while self._may_wait() and time.monotonic() < end:
            time.sleep(NAP_SECONDS)

    def _may_wait(self) -> bool:
        """Whether others are under way, and no thread lacks what could be claimed."""
        rest = self.under_way - 1 - self.answers.qsize()
        lacks_work = self.has_more and self._runs_low(rest)
        return rest > 0 and not lacks_work and not self.is_ending

    def _runs_low(self, rest: int) -> bool:
        """Whether the threads may be done with what they have before there is more."""
        return rest <= 2 * self.crew.size

    def _hand_over(self, carrier: Carrier, found: Found) -> None:
        """In a thread of the crew; whatever happens, it is no longer under way."""
        answer = None
        try:
            if parcel := self._ready(found):
                answer = Answered(found.delivery, carrier.hand_over(parcel))
        except Exception:  # it may have gone: its lease makes it uncertain
            logger.exception("A message was not handed over.")
        finally:
            self.answers.put(answer)

    def _ready(self, found: Found) -> Parcel | None:
        """The parcel, unless something came up since it was looked at."""
        try:
            if self.is_ending:
                _let_go([found.delivery], at=found.at)
                return None
            return _parcel(found)
        except Exception:  # nothing was handed over yet
            logger.exception("A message could not be looked at again.")
            _let_go([found.delivery], at=found.at, wait=AFTER_FAULT)
            return None


def send_due(*, now: Callable[[], datetime], crew: Crew | None = None) -> Counter[str]:
    """Send all that is due on every channel, and say what came of it.

    `now` is asked again and again: this takes as long as the rate demands. Without a
    crew everything is done in this thread, one after the other.
    """
    counts: Counter[str] = Counter()
    for channel in CHANNELS:
        turn = Round(channel, crew or Alone())
        while turn.step(now=now(), wait=1) or turn.under_way or _waits(turn, now()):
            pass
        counts += turn.counts
    return counts


def _looked(rows: Sequence[Delivery], *, now: datetime) -> Sequence[Found]:
    """Those that were claimed, looked at; a fault lets go of whatever has it."""
    try:
        found = last_look.look(rows, now=now)
        last_look.put_aside(found, now=now)
    except Exception as fault:  # such as one of SEND_CHECKS: nothing leaves unchecked
        ours = [row for row in rows if row.status == Status.SENDING]
        if len(rows) > 1 and not isinstance(fault, OperationalError):
            return [one for row in ours for one in _looked([row], now=now)]
        logger.exception("Messages could not be looked at.")
        _let_go(ours, at=now, wait=AFTER_FAULT)
        return []
    return found


def _parcel(found: Found) -> Parcel | None:
    """What is handed over; None where it may no longer go."""
    row, age = found.delivery, clock.real_now() - found.looked_at
    is_ours, may_be_stopped = _as_it_is(row)
    if age > last_look.GOOD_FOR:
        [found] = last_look.look([row], now=found.at + age)
        is_ours, may_be_stopped = _as_it_is(row)
    if stop := found.goes and may_be_stopped and _why_stopped(row):
        # Said a moment ago: it wins, whatever the last look found.
        found = replace(found, to=Status.SUPPRESSED, why=stop, is_blocked=True)
    if not found.goes:
        last_look.put_aside([found], now=found.at)
        return None
    return _wrapped(found) if is_ours else None


def _wrapped(found: Found) -> Parcel:
    row = found.delivery
    return Parcel(
        delivery_id=row.pk,
        channel=row.channel,
        address=row.address,
        subject=row.subject,
        body=row.body,
        language=row.language,
        validity=found.validity,
        claimed_at=row.claimed_at or found.looked_at,
    )


def _why_stopped(row: Delivery) -> str:
    return contacting.why_stopped(row.address, row.channel, row.purpose)


def _as_it_is(row: Delivery) -> tuple[bool, bool]:
    """Whether it is still ours, and whether anybody ever said stop there.

    Ours: nobody heard meanwhile that an earlier try of it went, or lost it. One plain
    query: it is asked for every message that leaves.
    """
    says_stop, at = opt_outs.has_history(row.address)
    real = connection.ops.adapt_datetimefield_value(clock.real_now())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_OURS}, {says_stop}", [row.pk, row.tries, real, *at])
        is_ours, may_be_stopped = cursor.fetchone()
    return bool(is_ours), bool(may_be_stopped)


def _let_go(
    rows: Sequence[Delivery], *, at: datetime, wait: timedelta = timedelta()
) -> None:
    """They were not handed over, and whoever has them cannot: they are due again."""
    changes = [
        Change(
            row=row,
            to=Status.DUE,
            kind="let_go",
            columns={"due_at": max(row.due_at, at + wait)} if wait else {},
        )
        for row in rows
    ]
    changing.change_many(changes, by=OUTBOX, at=at)


def _waits(turn: Round, now: datetime) -> bool:
    """Whether something could go if the rate allowed it; then some of that passed."""
    try:
        channels.carrier_of(turn.channel)
    except NoCarrier:
        return False
    if claiming.is_any_free(turn.channel, now=now):
        time.sleep(PAUSE_SECONDS)
        return True
    return False
