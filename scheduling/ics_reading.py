"""Busy times out of somebody's calendar file: when, never what for.

Times stay as their zone's wall clock shows them while a rule repeats, so that a
weekly hour keeps its hour when the clocks change. Times without a zone, and whole
days, count in the clinician's own. What touches becomes one stretch: not even how
many events there were is kept.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import prod
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr
from django.utils.translation import gettext as _
from icalendar import Calendar

from practice.rules import NotPossible
from scheduling.ics import OURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dateutil.rrule import rrule

Event = dict[str, Any]  # by the names of its lines
Stretch = tuple[datetime, datetime]
MOST_EVENTS = 20_000
MOST_STRETCHES = 5_000
MOST_A_DAY = 24  # times that one rule means on a day
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_TIMES_OF_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_FREE = "FREE"
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
logger = logging.getLogger(__name__)


class NoCalendar(NotPossible):
    """It is not written as calendars are."""


class TooMuch(NotPossible):
    """More events than anybody's calendar has."""


def stretches(
    content: bytes, *, zone: str, begins: datetime, ends: datetime
) -> Sequence[Stretch]:
    """When a calendar's owner is busy between two instants, in order and apart.

    `zone` is the one of times that name none. Raises NoCalendar, TooMuch.
    """
    try:
        groups = _together(_events(content)).values()
    except TooMuch:
        raise
    except UNREADABLE as error:
        raise NoCalendar(_("This is no calendar.")) from error
    found: list[Stretch] = []
    for whole in groups:
        found.extend(_within(whole, ZoneInfo(zone), begins, ends))
    return _merged(found)


def _within(
    whole: Sequence[Event], usual: tzinfo, begins: datetime, ends: datetime
) -> Sequence[Stretch]:
    """The times of one event; one that nobody can read takes none, and the rest do."""
    try:
        return [
            (max(starts, begins), min(until, ends))
            for starts, until in _times(whole, usual, begins, ends)
            if starts < ends and until > begins and starts < until
        ]
    except TooMuch:
        raise
    except UNREADABLE:
        logger.warning("An event of a calendar could not be read.")
        return []


def _events(content: bytes) -> Sequence[Event]:
    calendars = Calendar.from_ical(content, multiple=True)
    if not calendars or any(one.name != "VCALENDAR" for one in calendars):
        raise ValueError
    found: list[Any] = [event for one in calendars for event in one.walk("VEVENT")]
    if len(found) > MOST_EVENTS:
        raise TooMuch(_("Too many events."))
    return [one for one in found if not str(one.get("UID", "")).endswith(OURS)]


def _together(events: Iterable[Event]) -> Mapping[str, list[Event]]:
    """The events by their UID: one that repeats, and those of its days that differ."""
    found: dict[str, list[Event]] = defaultdict(list)
    for number, event in enumerate(events):
        found[str(event.get("UID") or number)].append(event)
    return found


def _times(
    whole: Sequence[Event], usual: tzinfo, begins: datetime, ends: datetime
) -> Iterator[Stretch]:
    others = [one for one in whole if "RECURRENCE-ID" in one]
    for event in whole:
        if not _is_busy(event):
            continue
        if "RRULE" in event or "RDATE" in event:
            apart = [one["RECURRENCE-ID"].dt for one in others]
            yield from _repeated(event, apart, usual, begins, ends)
        else:
            zone = _zone_of(event["DTSTART"].dt, usual)
            starts = _wall(event["DTSTART"].dt, zone)
            yield _instants(starts, _length(event, zone), zone)


def _is_busy(event: Event) -> bool:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
        return False
    if str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == _FREE:
        return False
    return str(event.get("TRANSP", "")).upper() != "TRANSPARENT"


def _repeated(
    event: Event,
    apart: Iterable[date],
    usual: tzinfo,
    begins: datetime,
    ends: datetime,
) -> Iterator[Stretch]:
    """The times of an event that repeats, but for those days that stand apart."""
    zone = _zone_of(event["DTSTART"].dt, usual)
    first, length = _wall(event["DTSTART"].dt, zone), _length(event, zone)
    days = rruleset()
    days.rdate(first)
    for rule in _listed(event.get("RRULE")):
        days.rrule(cast("rrule", rrulestr(_rule(rule, zone), dtstart=first)))
    for at in _dates(event.get("RDATE")):
        days.rdate(_wall(at[0] if isinstance(at, tuple) else at, zone))
    for at in [*_dates(event.get("EXDATE")), *apart]:
        days.exdate(_wall(at, zone))
    from_, until = _wall(begins, zone) - length, _wall(ends, zone)
    for number, starts in enumerate(days.xafter(from_ - timedelta(days=1), inc=True)):
        if starts > until:
            return
        if number > MOST_STRETCHES:
            raise TooMuch(_("Too many events."))
        yield _instants(starts, length, zone)


def _rule(rule: Any, zone: tzinfo) -> str:
    """A rule as text, its end by the wall clock. Raises TooMuch for every minute."""
    often = prod(len(_listed(rule.get(name))) or 1 for name in _TIMES_OF_DAY)
    if _TOO_OFTEN & {str(one) for one in _listed(rule.get("FREQ"))}:
        raise TooMuch(_("It repeats every hour, or more often."))
    if often > MOST_A_DAY:
        raise TooMuch(_("It repeats every hour, or more often."))
    parts = rule.to_ical().decode().split(";")
    kept = [part for part in parts if not part.startswith("UNTIL=")]
    for end in _listed(rule.get("UNTIL")):
        last = end if isinstance(end, datetime) else datetime.combine(end, time.max)
        kept.append(f"UNTIL={_wall(last, zone):%Y%m%dT%H%M%S}")
    return ";".join(kept)


def _length(event: Event, zone: tzinfo) -> timedelta:
    """By the wall clock: a night shift ends when the clock says so."""
    starts = event["DTSTART"].dt
    if "DTEND" in event:
        return _wall(event["DTEND"].dt, zone) - _wall(starts, zone)
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return length
    return timedelta(0) if isinstance(starts, datetime) else timedelta(days=1)


def _instants(starts: datetime, length: timedelta, zone: tzinfo) -> Stretch:
    ends = starts + length
    return (
        starts.replace(tzinfo=zone).astimezone(UTC),
        ends.replace(tzinfo=zone).astimezone(UTC),
    )


def _zone_of(at: date, usual: tzinfo) -> tzinfo:
    return (at.tzinfo if isinstance(at, datetime) else None) or usual


def _wall(at: date, zone: tzinfo) -> datetime:
    """What the clock of a zone shows, as a time without a zone."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time())
    return at.astimezone(zone).replace(tzinfo=None, fold=0) if at.tzinfo else at


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _dates(value: Any) -> Iterator[Any]:
    """The dates of one line, or of several."""
    for line in _listed(value):
        for one in line.dts:
            yield one.dt


def _merged(found: Iterable[Stretch]) -> Sequence[Stretch]:
    merged: list[Stretch] = []
    for starts, ends in sorted(found):
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((starts, ends))
    if len(merged) > MOST_STRETCHES:
        raise TooMuch(_("Too many events."))
    return merged
