"""What the demo's practice offers: types, rooms, a protected hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from practice import locations
from practice.models import Clinician, Location, StaffMember
from practice.seeds.houses import DEMO
from scheduling import calendar_rules, catalogue, colours, holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from scheduling.models import AppointmentType, Room

MINUTE = timedelta(minutes=1)
NEAR = 200  # days; today itself stays a working day
SHUT_ON = ("New Year's Day", "Thanksgiving Day", "Christmas Day", "Independence Day")
PRESCRIBES = ("MD", "PMHNP", "DO", "NP")
BRING = {
    "en": "Please come ten minutes early and bring your insurance card.",
    "es": "Venga diez minutos antes y traiga su tarjeta del seguro.",
}
QUIET = {
    "en": "Please find a quiet place where nobody can overhear you.",
    "es": "Busque un lugar tranquilo donde nadie pueda escuchar.",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    intake: AppointmentType
    session: AppointmentType
    video: AppointmentType
    medication: AppointmentType
    group: AppointmentType
    couple: AppointmentType
    rooms: Mapping[tuple[int, int], Room]  # everybody's own, by place and clinician
    spare: Mapping[int, Room]  # nobody's own, by place


def set_up(*, today: date) -> Catalogue:
    """Six types, a room for each clinician of a place and one more, supervision.

    And the rules of the calendar, and the holidays on which nobody works.
    """
    calendar_rules.change(no_show_after=15 * MINUTE, by=DEMO)
    _close(today)
    team = list(StaffMember.objects.filter(is_clinician=True).order_by("pk"))
    _supervise(team[0])
    prescribers = _of(team, credentials__in=PRESCRIBES) or team[:1]
    return Catalogue(
        intake=_type("First visit", 80, team, colour="#a2539c", words=BRING),
        session=_type("Session", 50, team, may_be_moved_by_link=True),
        video=_video(_of(team, offers_telehealth=True)),
        medication=_type(
            "Medication visit",
            25,
            prescribers,
            colour="#996601",
            is_telehealth=True,
            buffer_after=0 * MINUTE,
        ),
        group=_type("Skills group", 80, team, colour="#7c60bd", seats=8),
        couple=_type("Couple session", 80, team, colour="#b54d72", seats=2),
        rooms={
            (place.pk, one.pk): _room(place, number)
            for place in Location.objects.order_by("pk")
            for number, one in enumerate(_at(place), start=1)
        },
        spare={
            place.pk: _room(place, len(list(_at(place))) + 1)
            for place in Location.objects.order_by("pk")
        },
    )


def _video(team: Sequence[StaffMember]) -> AppointmentType:
    return _type(
        "Video session",
        50,
        team,
        colour="#3071c0",
        is_in_person=False,
        is_telehealth=True,
        needs_room=False,
        words=QUIET,
    )


def _at(place: Location) -> Iterable[StaffMember]:
    here = place.placements.filter(is_current=True, staff__is_clinician=True)
    return [row.staff for row in here.select_related("staff").order_by("staff")]


def _room(place: Location, number: int) -> Room:
    return catalogue.add_room(
        location=place,
        name=f"Room {number}",
        is_step_free=place.is_step_free or number == 1,
        by=DEMO,
    )


def _type(
    name: str,
    minutes: int,
    team: Sequence[StaffMember],
    *,
    words: dict[str, str] | None = None,
    **details: Any,
) -> AppointmentType:
    usual: dict[str, Any] = {"needs_room": True, "length": minutes * MINUTE}
    usual |= {"step": 5 * MINUTE, "colour": colours.FIRST}
    usual["buffer_after"] = 10 * MINUTE
    return catalogue.add_type(
        name=name,
        clinicians=team,
        instructions=words,
        by=DEMO,
        **usual | details,
    )


def _of(team: Sequence[StaffMember], **facts: Any) -> list[StaffMember]:
    known = Clinician.objects.filter(staff__in=team, **facts).order_by("staff")
    return [row.staff for row in known.select_related("staff")]


def _close(today: date) -> None:
    """Everywhere, on the great holidays of the year behind and of the next ones."""
    for year in (today.year - 1, today.year, today.year + 1):
        for day, name in holidays.of_state("", year).items():
            if name in SHUT_ON and 0 < abs((day - today).days) < NEAR:
                locations.close_for(
                    location=None, starts_on=day, ends_on=day, reason=name, by=DEMO
                )


def _supervise(clinician: StaffMember) -> None:
    hours = clinician.duty_hours.filter(is_current=True, starts=time(9)).first()
    if hours is not None:
        catalogue.protect_time(
            clinician=clinician,
            location=hours.location,
            weekday=hours.weekday,
            starts=time(11),
            ends=time(12),
            words="Supervision",
            by=DEMO,
        )
