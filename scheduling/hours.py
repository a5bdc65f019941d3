"""When clinicians can be booked: duty hours, less closures and protected time.

A clinician's hours are their duty hours (practice): one set of times, for “on duty”
and for bookings. Hours for a single day are extra hours. Whoever is away, or has a
visit, is busy: that is not asked here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scheduling import statements
from scheduling.minutes import on_wall
from scheduling.slots import ALWAYS, Span, Window, merged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from scheduling.models import AppointmentType
    from scheduling.statements import Days, Pause, Shut, Weekly


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
    shut: Sequence[Shut] = ()
    _by_day: dict[int, list[Weekly]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for row in self.rows:
            self._by_day[row.weekday].append(row)

    @property
    def zones(self) -> Collection[str]:
        return {row.zone for row in self.rows}

    @property
    def zone_of(self) -> Mapping[int, str]:
        """The zone of each place."""
        return {row.place: row.zone for row in self.rows}

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
        if not self.pauses:
            return []
        zones = self.zone_of
        return [
            (row.clinician, *_span(day, row, zones[row.place]))
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
                span = _span(day, row, row.zone)
                spans[row.clinician, row.place, row.zone].append(span)
        for (clinician, place, zone), theirs in spans.items():
            for starts, ends in theirs if len(theirs) == 1 else merged(theirs):
                for first, last in _starts(day, parts, zone):
                    yield Window(starts, ends, clinician, place, first, last)


def of_type(
    kind: AppointmentType,
    *,
    days: Days,
    clinicians: Collection[int] = (),
    places: Collection[int] = (),
) -> Timetable:
    """The hours of those who offer a type, at the places where it is held.

    `days` are the first and the last; no clinicians or places means any. Takes
    three queries.
    """
    rows = statements.weekly(
        days, type_id=kind.pk, clinicians=clinicians, places=places
    )
    return _table(rows, days)


def of_clinician(clinician_id: int, *, days: Days) -> Timetable:
    """The hours of one clinician at all places, whatever they offer."""
    return _table(statements.weekly(days, clinicians=[clinician_id]), days)


def of_clinicians(clinician_ids: Collection[int], *, days: Days) -> Timetable:
    """The hours of some clinicians at all places; of none, nothing is asked."""
    if not clinician_ids:
        return Timetable([])
    return _table(statements.weekly(days, clinicians=clinician_ids), days)


def _table(rows: Sequence[Weekly], days: Days) -> Timetable:
    people = {row.clinician for row in rows}
    pauses = statements.pauses(days, people) if people else []
    return Timetable(rows, pauses, statements.closures(days))


def _span(day: date, row: Weekly | Pause, zone: str) -> Span:
    return on_wall(day, row.starts, zone), on_wall(day, row.ends, zone)


def _holds(row: Weekly, day: date) -> bool:
    if row.starts_on is not None and day < row.starts_on:
        return False
    return row.ends_on is None or day <= row.ends_on


def _starts(day: date, parts: Sequence[Span], zone: str) -> Sequence[Span]:
    """Between which minutes a visit may begin."""
    if not parts:
        return [(0, ALWAYS)]
    return [(on_wall(day, one, zone), on_wall(day, end, zone)) for one, end in parts]
