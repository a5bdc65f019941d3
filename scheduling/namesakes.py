"""Alike names at one place on one day: who is meant is told apart before an act.

A name is alike with its legal and its preferred first name, accents and capitals aside.
Only names that the reader may read are compared: no badge says who is private.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from practice import names, zones
from scheduling import sight
from scheduling.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location, Patient, StaffMember
    from scheduling.models import Appointment

R = TypeVar("R")
_NAMES = ("given_name", "preferred_name", "family_name", "born_on")
_TOLD = (
    "status",
    "appointment__starts_at",
    "patient__merged_into",
    *(f"{chart}__{name}" for chart in sight.CHARTS for name in _NAMES),
)


class Called(NamedTuple):
    """What a person is called, by the chart that stands for theirs."""

    patient: int
    given: str
    preferred: str
    family: str

    @classmethod
    def of(cls, chart: Patient) -> Called:
        return cls(chart.pk, chart.given_name, chart.preferred_name, chart.family_name)


def alike(
    rows: Iterable[R],
    called: Callable[[R], Called],
    *,
    day: Callable[[R], Hashable] = lambda _row: 0,
) -> list[R]:
    """Those of some rows whose person has the name of another one of the same day.

    The day is asked only of those who have their name in common with somebody.
    """
    by_name: dict[str, list[tuple[int, R]]] = defaultdict(list)
    for row in rows:
        one = called(row)
        for name in _spelt(one):
            by_name[name].append((one.patient, row))
    found: list[R] = []
    for same in by_name.values():
        if len({patient for patient, _row in same}) > 1:
            found += _of_one_day(same, day)
    return found


def beside(visit: Appointment, staff: StaffMember, *, now: datetime) -> list[Attendee]:
    """Who shares a name with another one at the place of a visit that day.

    With their visits and charts; takes two queries at most.
    """
    day = zones.local_day(visit.starts_at, visit.zone)
    same = alike(_at(visit.location, day, staff), _called)
    return alike(_named(same, staff, now=now), _called)


def of_patient(
    patient: Patient, place: Location, staff: StaffMember, *, now: datetime
) -> list[Attendee]:
    """Others with a patient's name at a place today, who came without a visit."""
    day, spelt = zones.local_day(now, place.time_zone), _spelt(Called.of(patient))
    same = [
        row
        for row in _at(place, day, staff)
        if row.chart.pk != patient.pk and spelt & _spelt(_called(row))
    ]
    return _named(same, staff, now=now)


def _at(place: Location, day: date, staff: StaffMember) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(
        is_withdrawn=False,
        appointment__in=sight.visits_of(staff),
        appointment__location=place,
        appointment__starts_at__gte=zones.first_moment(day, place.time_zone),
        appointment__starts_at__lt=zones.end_of(day, place.time_zone),
    ).select_related("appointment", "patient__merged_into")
    return rows.only(*_TOLD).order_by("appointment__starts_at", "pk")


def _named(
    rows: Sequence[Attendee], staff: StaffMember, *, now: datetime
) -> list[Attendee]:
    named = sight.named(staff, [one.chart for one in rows], now=now)
    return [one for one in rows if one.chart.pk in named]


def _called(attendee: Attendee) -> Called:
    return Called.of(attendee.chart)


def _spelt(one: Called) -> set[str]:
    firsts = {one.given, one.preferred or one.given}
    whole = {" ".join(names.words_of(f"{first} {one.family}")) for first in firsts}
    return whole - {""}


def _of_one_day(
    same: Iterable[tuple[int, R]], day: Callable[[R], Hashable]
) -> Iterable[R]:
    """Of rows with one name those whose day is another one's too."""
    days: dict[Hashable, list[tuple[int, R]]] = defaultdict(list)
    for patient, row in same:
        days[day(row)].append((patient, row))
    for some in days.values():
        if len({patient for patient, _row in some}) > 1:
            yield from (row for _patient, row in some)
