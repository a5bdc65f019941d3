"""When clinicians can be booked: duty hours, less closures and protected time.

A clinician's hours are their duty hours (practice): one set of times, for “on duty”
and for bookings. Hours for a single day are extra hours. Whoever is away, or has a
visit, is busy: that is not asked here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q

from practice.models import Closure, DutyHours
from scheduling.minutes import minutes_of, on_wall
from scheduling.models import ProtectedTime, TypeOffer, TypePlace
from scheduling.slots import ALWAYS, Span, Window, merged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import time

    from django.db.models import QuerySet

    from scheduling.models import AppointmentType


class Weekly(NamedTuple):
    """One row of duty hours, with the zone whose clock it follows."""

    clinician: int
    place: int
    weekday: int
    starts: time
    ends: time
    starts_on: date | None
    ends_on: date | None
    zone: str


class Pause(NamedTuple):
    """Protected time, of a weekday or of one day."""

    clinician: int
    place: int
    weekday: int | None
    on: date | None
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Filter:
    """On which days, and from when to when in the day, a visit may begin."""

    weekdays: Collection[int] = ()  # Monday is 0; none means any
    parts: Sequence[Span] = ()  # minutes of the day; none means any


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of some clinicians, read once, for any days asked of it."""

    rows: Sequence[Weekly]
    pauses: Sequence[Pause] = ()
    shut: Sequence[tuple[int | None, date, date]] = ()  # place or all, from, until
    _by_day: dict[int, list[Weekly]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_day[row.weekday].append(row)

    @property
    def zones(self) -> Collection[str]:
        return {row.zone for row in self.rows}

    def windows(self, days: Iterable[date], wish: Filter | None = None) -> list[Window]:
        """The bookable time of the days, each by the clock of its place."""
        wish = wish or Filter()
        found: list[Window] = []
        for day in days:
            if not wish.weekdays or day.weekday() in wish.weekdays:
                found.extend(self._of_day(day, wish.parts))
        return found

    def protected(self, days: Iterable[date]) -> list[tuple[int, int, int]]:
        """Clinician, from and until of the protected time of the days."""
        zones = {row.place: row.zone for row in self.rows}
        return [
            (row.clinician, *_span(day, row.starts, row.ends, zones[row.place]))
            for row in self.pauses
            if row.place in zones
            for day in days
            if day == row.on or day.weekday() == row.weekday
        ]

    def _of_day(self, day: date, parts: Sequence[Span]) -> Iterator[Window]:
        rows = self._by_day.get(day.weekday(), ())
        shut = {place for place, first, last in self.shut if first <= day <= last}
        if None in shut:
            return
        spans: dict[tuple[int, int, str], list[Span]] = defaultdict(list)
        for row in rows:
            if row.place not in shut and _holds(row, day):
                span = _span(day, row.starts, row.ends, row.zone)
                spans[row.clinician, row.place, row.zone].append(span)
        for (clinician, place, zone), theirs in spans.items():
            for starts, ends in theirs if len(theirs) == 1 else merged(theirs):
                for first, last in _starts(day, parts, zone):
                    yield Window(starts, ends, clinician, place, first, last)


def of_type(
    kind: AppointmentType,
    *,
    days: tuple[date, date],
    clinicians: Collection[int] = (),
    places: Collection[int] = (),
) -> Timetable:
    """The hours of those who offer a type, at the places where it is held.

    `days` are the first and the last; no clinicians or places means any. Takes
    three queries.
    """
    offers = TypeOffer.objects.filter(type=kind, is_current=True)
    rows = _bookable(days).filter(staff__in=offers.values("clinician"))
    held = TypePlace.objects.filter(type=kind, is_current=True)
    rows = rows.filter(
        Exists(held.filter(location=OuterRef("location"))) | ~Exists(held)
    )
    if clinicians:
        rows = rows.filter(staff__in=clinicians)
    if places:
        rows = rows.filter(location__in=places)
    return _read(rows, days)


def of_clinician(clinician_id: int, *, days: tuple[date, date]) -> Timetable:
    """The hours of one clinician at all places, whatever they offer."""
    return _read(_bookable(days).filter(staff=clinician_id), days)


def _bookable(days: tuple[date, date]) -> QuerySet[DutyHours]:
    first, last = days
    return DutyHours.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=last),
        Q(ends_on=None) | Q(ends_on__gte=first),
        is_current=True,
        staff__is_active=True,
        staff__is_clinician=True,
        location__is_active=True,
    )


def _read(rows: QuerySet[DutyHours], days: tuple[date, date]) -> Timetable:
    first, last = days
    found = rows.order_by("staff", "location", "weekday", "starts").values_list(
        "staff_id",
        "location_id",
        "weekday",
        "starts",
        "ends",
        "starts_on",
        "ends_on",
        "location__time_zone",
    )
    hours = [Weekly(*row) for row in found]
    pauses = ProtectedTime.objects.filter(
        Q(on=None) | Q(on__range=days),
        clinician__in={row.clinician for row in hours},
        is_withdrawn=False,
    ).order_by()
    shut = Closure.objects.filter(
        is_withdrawn=False, starts_on__lte=last, ends_on__gte=first
    ).order_by()
    return Timetable(
        hours,
        [Pause(*row) for row in pauses.values_list(*_PAUSE)],
        list(shut.values_list("location_id", "starts_on", "ends_on")),
    )


_PAUSE = ("clinician_id", "location_id", "weekday", "on", "starts", "ends")


def _holds(row: Weekly, day: date) -> bool:
    if row.starts_on is not None and day < row.starts_on:
        return False
    return row.ends_on is None or day <= row.ends_on


def _span(day: date, starts: time, ends: time, zone: str) -> Span:
    return on_wall(day, minutes_of(starts), zone), on_wall(day, minutes_of(ends), zone)


def _starts(day: date, parts: Sequence[Span], zone: str) -> Sequence[Span]:
    """Between which minutes a visit may begin."""
    if not parts:
        return [(0, ALWAYS)]
    return [(on_wall(day, one, zone), on_wall(day, end, zone)) for one, end in parts]
