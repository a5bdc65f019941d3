"""The practice itself and its locations: founding, hours, closures."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from practice.contributions import load
from practice.models import (
    Closure,
    Location,
    LocationHours,
    Practice,
    Recorded,
    Weekday,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, time

    from django.db.models import QuerySet

    from practice.models import StaffMember
    from practice.versions import Shown

PAIR = 2
R = TypeVar("R", bound=Recorded)
Span = tuple[int, "time", "time"]  # weekday (Monday is 0), opens, closes


class AlreadyFounded(NotPossible):
    """This deployment already serves a practice."""


class ClockInUse(NotPossible):
    """What was agreed by a location's clock would be at another time by another."""

    field = "time_zone"


class OverlappingHours(NotPossible):
    """Two spans of the same weekday overlap."""


@transaction.atomic
def found(*, by: Actor, **details: Any) -> Practice:
    """Record the one practice that this deployment serves."""
    if Practice.objects.exists():
        raise AlreadyFounded(_("This deployment already serves a practice."))
    return keep(Practice(pk=1, **details), by=by, kind="practice.founded")


@transaction.atomic
def change_practice(
    *, practice: Practice, by: Actor, seen: Shown | None = None, **details: Any
) -> Practice:
    """Raises ChangedMeanwhile where `seen` is out of date."""
    practice = locked(practice)
    if seen is not None:
        seen.check()
    return keep(_with(practice, details), by=by, kind="practice.changed")


@transaction.atomic
def add(*, by: Actor, **details: Any) -> Location:
    """Add a location; it is closed until it gets hours."""
    return keep(Location(**details), by=by, kind="location.added")


@transaction.atomic
def change(
    *,
    location: Location,
    by: Actor,
    now: datetime,
    seen: Shown | None = None,
    **details: Any,
) -> Location:
    """Raises ChangedMeanwhile where `seen` is out of date, and ClockInUse."""
    location = locked(location)
    if seen is not None:
        seen.check()
    if details.get("time_zone", location.time_zone) != location.time_zone:
        _check_clock(location, now=now)
    return keep(_with(location, details), by=by, kind="location.changed")


@transaction.atomic
def set_hours(
    *,
    location: Location,
    spans: Iterable[Span],
    by: Actor,
    seen: Shown | None = None,
) -> None:
    """Replace the weekly opening hours, given by the location's wall clock.

    Raises OverlappingHours, ChangedMeanwhile.
    """
    wanted = set(spans)
    check_apart(wanted)
    location = locked(location)
    if seen is not None:
        seen.check()
    for row in LocationHours.objects.filter(location=location, is_current=True):
        span = (row.weekday, row.opens, row.closes)
        if span in wanted:
            wanted.remove(span)
        else:
            row.is_current = False
            keep(row, by=by, kind="location.hours_ended")
    for weekday, opens, closes in sorted(wanted):
        row = LocationHours(
            location=location, weekday=weekday, opens=opens, closes=closes
        )
        keep(row, by=by, kind="location.hours_added")


def check_apart(spans: Iterable[Span]) -> None:
    """Raise OverlappingHours unless the spans of each weekday lie apart."""
    for first, second in pairwise(sorted(spans)):
        if first[0] == second[0] and second[1] < first[2]:
            raise OverlappingHours(
                _("%(day)s, %(first)s and %(second)s overlap.")
                % {
                    "day": Weekday(first[0]).label,
                    "first": span_words(first),
                    "second": span_words(second),
                }
            )


def span_words(span: Span) -> str:
    """A span as people say it: 9:00 AM to 5:00 PM."""
    starts, ends = time_format(span[1]), time_format(span[2])
    return _("%(starts)s to %(ends)s") % {"starts": starts, "ends": ends}


def week_in_words(spans: Iterable[Span]) -> list[tuple[str, str]]:
    """A week's spans as a door sign says them: days that are alike in one line."""
    by_day = _by_weekday(spans)
    runs = groupby(Weekday, key=lambda day: [span[1:] for span in by_day[day]])
    return [
        (_run_words(run), ", ".join(span_words(span) for span in by_day[run[0]]))
        for hours, days in runs
        if hours and (run := list(days))
    ]


@transaction.atomic
def close_for(
    *, location: Location | None, starts_on: date, ends_on: date, reason: str, by: Actor
) -> Closure:
    """Shut one location, or all of them, from one day to another, both included."""
    closure = Closure(
        location=location, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    return keep(closure, by=by, kind="location.closed")


@transaction.atomic
def withdraw_closure(*, closure: Closure, by: Actor) -> Closure:
    closure = locked(closure)
    closure.is_withdrawn = True
    return keep(closure, by=by, kind="location.closure_withdrawn")


@transaction.atomic
def restore_closure(*, closure: Closure, by: Actor) -> Closure:
    closure = locked(closure)
    closure.is_withdrawn = False
    return keep(closure, by=by, kind="location.closure_restored")


def of_staff(staff: StaffMember) -> QuerySet[Location]:
    """The locations where somebody works now."""
    return Location.objects.filter(
        placements__staff=staff.pk, placements__is_current=True
    )


def is_open(location: Location, *, now: datetime) -> bool:
    """Whether the doors are open, by the location's own clock and closures."""
    local = now.astimezone(ZoneInfo(location.time_zone))
    closures = Closure.objects.filter(
        is_withdrawn=False, starts_on__lte=local.date(), ends_on__gte=local.date()
    )
    if any(row.location_id in (None, location.pk) for row in closures):
        return False
    return LocationHours.objects.filter(
        location=location,
        is_current=True,
        weekday=local.weekday(),
        opens__lte=local.time(),
        closes__gt=local.time(),
    ).exists()


def _check_clock(location: Location, *, now: datetime) -> None:
    """Raise ClockInUse as long as a floor says why the clock stays."""
    said = [floor.keeps_clock(location, now=now) for floor in load("HOURS_HITS")]
    if words := " ".join(filter(None, said)):
        raise ClockInUse(words)


def _by_weekday(spans: Iterable[Span]) -> list[list[Span]]:
    days: list[list[Span]] = [[] for _day in Weekday]
    for span in sorted(spans):
        days[span[0]].append(span)
    return days


def _run_words(days: Sequence[Weekday]) -> str:
    """Days that follow each other: Monday to Friday."""
    if len(days) == 1:
        return str(days[0].label)
    ends = {"first": days[0].label, "last": days[-1].label}
    pair = len(days) == PAIR
    words = _("%(first)s and %(last)s") if pair else _("%(first)s to %(last)s")
    return words % ends


def _with(record: R, details: dict[str, Any]) -> R:
    for name, value in details.items():
        setattr(record, name, value)
    return record
