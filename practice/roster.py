"""Who is on duty, who is on call, and who covers: the only meaning of the words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from practice.models import (
    Absence,
    Closure,
    DutyHours,
    Location,
    OnCallShift,
    StaffMember,
)
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

DAY = timedelta(days=1)
SHOWN_OF_DUTY = ("ends", "staff__name", "location__name", "location__time_zone")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person on duty at one location, until `until` (aware)."""

    staff: StaffMember
    location: Location
    until: datetime


def on_duty(*, now: datetime, gone: Collection[int] | None = None) -> list[OnDuty]:
    """Everyone on duty now and not away, by each location's own clock and closures.

    Who is away is asked for unless it is given.
    """
    gone = away_ids(now=now) if gone is None else gone
    shut = _closures(from_=(now - DAY).date(), until=(now + DAY).date())
    zones = tuple(_zones())
    hours = _on_duty(zones, **_here(zones, now)) if zones else []
    here = [
        OnDuty(row.staff, row.location, _until(row, now=now))
        for row in hours
        if row.staff_id not in gone
    ]
    return [
        person
        for person in here
        if not any(_shuts(closure, person.location, person.until) for closure in shut)
    ]


def on_call(*, now: datetime, gone: Collection[int] | None = None) -> list[StaffMember]:
    """Who is on call now, the first to be called first, absent people left out."""
    gone = away_ids(now=now) if gone is None else gone
    ordered = sorted(_shifts(now=now), key=lambda shift: (shift.rank, shift.starts_at))
    return [shift.staff for shift in ordered if shift.staff_id not in gone]


def away_ids(*, now: datetime) -> set[int]:
    """Ids of the staff who are away now."""
    return set(_away(now=now))


def away(*, now: datetime) -> dict[int, Absence]:
    """The absence of everybody who is away now, by the id of the person."""
    return {row.staff_id: row for row in _absences(now=now)}


def who_answers_for(staff: StaffMember, *, now: datetime) -> StaffMember | None:
    """The person themselves, else their cover, else the cover's cover.

    None when nobody in the chain is here: then the role answers.
    """
    return _who_answers(staff, away(now=now))


def uncovered(*, now: datetime) -> list[Absence]:
    """Absences of now that leave nobody who is here to answer for the person."""
    absences = away(now=now)
    return [
        row
        for row in absences.values()
        if row.staff.is_active and _who_answers(row.staff, absences) is None
    ]


def by_location(people: Iterable[OnDuty]) -> dict[Location, Sequence[OnDuty]]:
    """Those on duty, grouped by location in the order of its name."""
    groups: dict[Location, list[OnDuty]] = defaultdict(list)
    for person in sorted(people, key=lambda row: (row.location.name, row.staff.name)):
        groups[person.location].append(person)
    return dict(groups)


def _who_answers(
    staff: StaffMember, absences: Mapping[int, Absence]
) -> StaffMember | None:
    person: StaffMember | None = staff
    seen: set[int] = set()
    while person is not None and person.pk in absences and person.pk not in seen:
        seen.add(person.pk)
        person = absences[person.pk].cover
    is_here = person is not None and person.is_active and person.pk not in absences
    return person if is_here else None


def _absences(*, now: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(
        is_withdrawn=False, starts_at__lte=now, ends_at__gt=now
    ).select_related("staff", "cover")


# Asked all day --------------------------------------------------------------------
@prepared
def _away(now: Any) -> QuerySet[Absence, int]:
    return _absences(now=now).order_by().values_list("staff_id", flat=True)


@prepared
def _shifts(now: Any) -> QuerySet[OnCallShift]:
    shifts = OnCallShift.objects.filter(is_withdrawn=False, staff__is_active=True)
    return shifts.filter(starts_at__lte=now, ends_at__gt=now).select_related("staff")


@prepared
def _closures(from_: Any, until: Any) -> QuerySet[Closure]:
    """Closures that may hold now, wherever a location's day has come to."""
    return Closure.objects.filter(
        is_withdrawn=False, starts_on__lte=until, ends_on__gte=from_
    )


@prepared
def _zones() -> QuerySet[Location, str]:
    places = Location.objects.filter(is_active=True).order_by("time_zone")
    return places.values_list("time_zone", flat=True).distinct()


@prepared
def _on_duty(zones: Sequence[str], **here: Any) -> QuerySet[DutyHours]:
    """Which duty hours hold now, by the clock of their location's zone."""
    hours = DutyHours.objects.filter(
        reduce(or_, (_holds(zone, here) for zone in zones)),
        is_current=True,
        staff__is_active=True,
        location__is_active=True,
    )
    return hours.select_related("staff", "location").only(*SHOWN_OF_DUTY)


def _shuts(closure: Closure, location: Location, local: datetime) -> bool:
    is_here = closure.location_id in (None, location.pk)
    return is_here and closure.covers(local.date())


def _here(zones: Sequence[str], now: datetime) -> dict[str, Any]:
    """Which day and hour it is, by the clock of each zone."""
    local = {zone: now.astimezone(ZoneInfo(zone)) for zone in zones}
    here: dict[str, Any] = {f"weekday {z}": at.weekday() for z, at in local.items()}
    here |= {f"day {zone}": at.date() for zone, at in local.items()}
    return here | {f"time {zone}": at.time() for zone, at in local.items()}


def _holds(zone: str, here: Mapping[str, Any]) -> Q:
    """Of duty hours in a zone, those of this day and hour."""
    today = Q(location__time_zone=zone, weekday=here[f"weekday {zone}"])
    at = here[f"time {zone}"]
    return today & valid_on(here[f"day {zone}"]) & Q(starts__lte=at, ends__gt=at)


def valid_on(day: date) -> Q:
    """Which duty hours count on a day: some hold for a time, or for one day."""
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    return begun & (Q(ends_on=None) | Q(ends_on__gte=day))


def _until(row: DutyHours, *, now: datetime) -> datetime:
    """When this row's duty, which holds now, ends at its location."""
    local = now.astimezone(ZoneInfo(row.location.time_zone))
    return local.replace(
        hour=row.ends.hour, minute=row.ends.minute, second=0, microsecond=0
    )
