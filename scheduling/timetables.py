"""Clinicians' hours as the settings show them: what holds, and what is to come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice import clock, zones
from practice.hours_in_force import Plan, plans
from practice.locations import span_words
from practice.models import (
    Absence,
    DutyHours,
    Location,
    StaffLocation,
    StaffMember,
    Weekday,
)
from scheduling.models import ProtectedTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's weekly hours at one location."""

    location: Location
    now: Plan
    later: Sequence[Plan]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something of a clinician's time, in words."""

    pk: int
    words: str
    detail: str


@dataclass(frozen=True, slots=True)
class Person:
    """One clinician's hours."""

    staff: StaffMember
    places: Sequence[Place]
    extra: Sequence[Spoken]
    protected: Sequence[Spoken]
    absences: Sequence[Spoken]

    @property
    def has_hours(self) -> bool:
        return any(place.now.spans or place.later for place in self.places)


def everybody(*, now: datetime) -> list[Person]:
    """Every clinician who works here, by name; six queries, however many."""
    people = StaffMember.objects.active().filter(is_clinician=True).order_by("name")
    return _people(list(people), now=now)


def of(staff: StaffMember, *, now: datetime) -> Person:
    return _people([staff], now=now)[0]


def today_of(staff: StaffMember, *, now: datetime) -> date:
    return clock.local(now, zones.of_staff(staff)).date()


def extra_words(row: DutyHours) -> str:
    """Tue 3 Mar 2026, 9:00 AM to 5:00 PM, Harbor House."""
    day = date_format(row.starts_on, "SHORT_DATE_FORMAT") if row.starts_on else ""
    span = span_words((row.weekday, row.starts, row.ends))
    return f"{day}, {span}, {row.location}"


def _people(staff: Sequence[StaffMember], *, now: datetime) -> list[Person]:
    own = zones.of_practice()
    today = clock.local(now, own).date()
    homes = StaffLocation.objects.filter(staff__in=staff, is_current=True)
    places: dict[int, list[Location]] = defaultdict(list)
    for home in homes.select_related("location").order_by("location__name"):
        places[home.staff_id].append(home.location)
    weekly, extra = _hours(staff, today)
    protected: dict[int, list[ProtectedTime]] = defaultdict(list)
    rows = ProtectedTime.objects.filter(
        Q(on=None) | Q(on__gte=today), clinician__in=staff, is_withdrawn=False
    )
    for row in rows.select_related("location"):
        protected[row.clinician_id].append(row)
    absences: dict[int, list[Spoken]] = defaultdict(list)
    away = Absence.objects.filter(staff__in=staff, is_withdrawn=False, ends_at__gt=now)
    for absence in away.order_by("starts_at"):
        zone = _zone(places[absence.staff_id], own)
        absences[absence.staff_id].append(_away(absence, zone))
    return [
        Person(
            one,
            [
                _place(place, weekly[one.pk, place.pk], today)
                for place in places[one.pk]
            ],
            [Spoken(row.pk, extra_words(row), "") for row in extra[one.pk]],
            [_protected(row) for row in protected[one.pk]],
            absences[one.pk],
        )
        for one in staff
    ]


Hours = dict[tuple[int, int], list[DutyHours]]


def _hours(
    staff: Sequence[StaffMember], today: date
) -> tuple[Hours, dict[int, list[DutyHours]]]:
    """Weekly hours by person and place, and extra hours to come by person."""
    weekly: Hours = defaultdict(list)
    extra: dict[int, list[DutyHours]] = defaultdict(list)
    rows = DutyHours.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), staff__in=staff, is_current=True
    )
    for row in rows.select_related("location").order_by("starts_on", "starts"):
        if row.starts_on is not None and row.starts_on == row.ends_on:
            extra[row.staff_id].append(row)
        else:
            weekly[row.staff_id, row.location_id].append(row)
    return weekly, extra


def _place(location: Location, rows: Iterable[DutyHours], today: date) -> Place:
    now, *later = plans(rows, today=today)
    return Place(location, now, later)


def _protected(row: ProtectedTime) -> Spoken:
    span = span_words((0, row.starts, row.ends))
    if row.on is not None:
        when = date_format(row.on, "SHORT_DATE_FORMAT")
    else:
        when = _("Every %(weekday)s") % {"weekday": Weekday(row.weekday or 0).label}
    return Spoken(
        row.pk, row.words or _("Protected"), f"{when}, {span}, {row.location}"
    )


def _away(row: Absence, zone: str) -> Spoken:
    time = zones.stretch(row.starts_at, row.ends_at, zone)
    return Spoken(row.pk, time, str(row.get_kind_display()))


def _zone(places: Sequence[Location], own: str) -> str:
    """Of somebody's absences: their locations' if one, else the practice's."""
    names = {place.time_zone for place in places}
    return names.pop() if len(names) == 1 else own
