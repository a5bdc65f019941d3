"""Quiet hours: when a message may leave, by the wall clock of whoever gets it.

A message that is due in the night goes earlier or later, whichever is nearer and
still of use; none is dropped without a sentence that says why. Hours and safe hours
are wall-clock times: on the days on which clocks change they hold as the clock on
the wall shows them, an hour that comes twice both times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Clock = tuple[time, time]  # from, until; past midnight where it ends before it begins
Span = tuple[datetime, datetime]  # half-open, in UTC

EVERY_DAY = frozenset(range(7))  # Monday is 0
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
# Far enough to find the next Monday, and the one after a week that has no hours.
HORIZON = 9 * DAY
# A message that is moved before the quiet hours leaves as long before they begin:
# carriers take their time.
MARGIN = timedelta(minutes=30)
# Nothing stays of use at the vendor for longer; its own default of 10 hours would
# deliver in the night.
LONGEST = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Window:
    """When messages of some purpose may leave, by the wall clock.

    The whole day where it ends when it starts.
    """

    starts: time
    ends: time
    weekdays: frozenset[int] = EVERY_DAY


# 47 CFR 64.1200(c)(1) says 8:00 to 21:00 for telephone solicitations, some states
# less; a practice may choose within that.
USUAL = Window(time(9), time(20))
CAMPAIGNS = Window(time(10), time(18), EVERY_DAY - {6})


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one message: its purpose's, and those safe at the address.

    `safe` are as `practice.contacts.Address` has them: in every pair, empty is always.
    """

    zone: str
    window: Window = USUAL
    safe: tuple[Clock, ...] = ()

    def are_open(self, at: datetime) -> bool:
        """Whether a message may leave at an instant."""
        local = at.astimezone(ZoneInfo(self.zone))
        window = (self.window.starts, self.window.ends)
        is_day = local.weekday() in self.window.weekdays
        return is_day and all(
            _within(local.time(), clock) for clock in (window, *self.safe)
        )


class Shift(Enum):
    AS_PLANNED = "as planned"
    EARLIER = "earlier"
    LATER = "later"
    NEVER = "never"
    TOO_LATE = "too late"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a message leaves, and whether that is when it was meant to."""

    at: datetime | None  # in UTC; none where no moment is left
    shift: Shift

    @property
    def why(self) -> str:
        """A sentence for the front desk; empty where nothing was shifted."""
        return {
            Shift.AS_PLANNED: "",
            Shift.EARLIER: _("Sent earlier than planned, before the quiet hours."),
            Shift.LATER: _("Sent later than planned, after the quiet hours."),
            Shift.NEVER: _(
                "Not sent: the quiet hours and what is safe at this address leave "
                "no moment at which it would still be of use."
            ),
            Shift.TOO_LATE: _("Not sent: it would come too late to be of use."),
        }[self.shift]


def moment(
    *,
    planned: datetime,
    until: datetime,
    hours: Hours,
    now: datetime,
    earliest: datetime | None = None,
) -> Moment:
    """The moment to send what is planned for an instant and of use before `until`.

    Never before `now`, nor before `earliest`, such as the end of the visit that a
    message thanks for. Of an earlier and a later moment the nearer, of two that are as
    near the earlier.
    """
    now = max(now, earliest or now)
    wanted = max(planned, now).astimezone(UTC)
    if now >= until:
        return Moment(None, Shift.TOO_LATE)
    if wanted < until and hours.are_open(wanted):
        return Moment(wanted, Shift.AS_PLANNED)
    if not (found := _candidates(wanted, until=until, hours=hours, now=now)):
        return Moment(None, Shift.NEVER)
    _away, at = min(found)
    return Moment(at, Shift.EARLIER if at < wanted else Shift.LATER)


def validity(*, at: datetime, until: datetime, hours: Hours) -> timedelta:
    """How long a vendor may go on trying with what leaves at an instant.

    Until it is of no more use, or the quiet hours begin, and at most four hours; a
    minute at least, also for what no hours bind.
    """
    ends = _open_until(at, hours)
    last = min(ends, until) if ends > at else until
    return max(MINUTE, min(last - at, LONGEST))


@lru_cache(maxsize=64)  # a whole batch asks the same
def _open_until(at: datetime, hours: Hours) -> datetime:
    """Until when messages may leave without a break; the instant itself if it may not.

    As far as anything stays of use at the vendor.
    """
    spans = _open_spans(at, hours, LONGEST)
    return next((end for start, end in spans if start <= at < end), at)


def _within(clock_time: time, clock: Clock) -> bool:
    starts, ends = clock
    if starts < ends:
        return starts <= clock_time < ends
    return clock_time >= starts or clock_time < ends


def _candidates(
    wanted: datetime, *, until: datetime, hours: Hours, now: datetime
) -> Sequence[tuple[timedelta, datetime]]:
    """Moments around the wanted one, and how far they are; the near days first."""
    found: list[tuple[timedelta, datetime]] = []
    for reach in (DAY, HORIZON):
        found = [
            (abs(at - wanted), at)
            for start, end in _open_spans(wanted, hours, reach)
            for at in _nearest((start, min(end, until)), wanted=wanted, now=now)
            if now <= at < until
        ]
        if found and min(found)[0] < reach - MARGIN:
            break
    return found


def _nearest(span: Span, *, wanted: datetime, now: datetime) -> Iterator[datetime]:
    """The moment of a span that is nearest to the wanted one, with a margin before."""
    start, end = span
    if start >= wanted:
        yield start
    elif start < end <= wanted:
        yield max(start, end - MARGIN, min(now.astimezone(UTC), end - MINUTE))


def _open_spans(around: datetime, hours: Hours, reach: timedelta) -> Iterator[Span]:
    """The stretches in which messages may leave, in order; adjoining ones are one."""
    edges = _edges(around.astimezone(UTC), hours, reach)
    begun: datetime | None = None
    for start in edges:
        is_open = hours.are_open(start)
        if begun and not is_open:
            yield begun, start
        begun = (begun or start) if is_open else None
    if begun:
        yield begun, edges[-1]


def _edges(around: datetime, hours: Hours, reach: timedelta) -> Sequence[datetime]:
    """Every instant at which it may begin or end that messages may leave, sorted."""
    zone = ZoneInfo(hours.zone)
    first, last = around - reach, around + reach
    clocks = [(hours.window.starts, hours.window.ends), *hours.safe]
    times = {one for clock in clocks for one in clock} | {time()}
    edges = {first, last, *_jumps(first, last, zone)}
    day = first.astimezone(zone).date() - DAY
    while day <= last.astimezone(zone).date() + DAY:
        for at in times:
            local = datetime.combine(day, at, zone)
            # One that comes twice is an edge both times.
            edges |= {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
        day += DAY
    return sorted(edge for edge in edges if first <= edge <= last)


def _jumps(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the clocks of a zone change within a stretch, to the minute."""
    at = first
    while at < last:
        after = min(at + DAY, last)
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield _jump(at, after, zone)
        at = after


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = before.astimezone(zone).utcoffset()
    before = before.replace(second=0, microsecond=0)
    while after - before > MINUTE:
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        middle = max(middle, before + MINUTE)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)
