"""A calendar with one of everything that an address may point to, for the walks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from practice import calls, clock, duty
from practice.models import Location, Patient, StaffMember
from scheduling import booking, catalogue, clearing, series
from scheduling.models import Appointment, Series
from scheduling.recurring import WEEKS, Rule
from tests.cast import FOUNDER
from tests.scheduling.conftest import WEEK


def _one(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: {"pk": subjects[name].pk}


# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "calendar/visits/<id:pk>": _one("visit"),
    "board/calls/<id:pk>": _one("patient"),
    "board/calls/<id:pk>/undo": lambda subjects: {
        "pk": subjects["call"].pk,
        "confirmed": "0",
    },
    "board/away/<id:pk>": _one("clearing"),
    "board/late/<id:pk>": _one("attendee"),
    "board/late/<id:pk>/here": _one("visit"),
    "board/delays/": lambda _subjects: {"numbers": "1"},
    "board/room/back/": lambda _subjects: {"pairs": "1-0"},
    "board/room/<id:pk>": lambda subjects: {
        "pk": subjects["visit"].pk,
        "scope": "visit",
    },
    "board/video/<id:pk>": _one("attendee"),
    "board/video/<id:pk>/phone": _one("visit"),
    "board/video/<id:pk>/again": _one("visit"),
    "visits/series/<id:pk>": _one("series"),
    "visits/<id:pk>": lambda subjects: {
        "pk": subjects["visit"].pk,
        "act": "confirm",
        "before": "0.0",
        "after": "0.0",
    },
}


def visits(
    patient: Patient, people: dict[str, StaffMember], location: Location
) -> dict[str, Any]:
    """A visit of the patient that is still ahead, and its type."""
    clinician, now = people["clinician"], clock.now()
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=FOUNDER)
    kind = catalogue.add_type(
        name="Follow-up",
        length=timedelta(minutes=50),
        clinicians=[clinician],
        by=FOUNDER,
    )
    plan = booking.Plan(
        kind, clinician, location, (now + timedelta(days=1)).replace(minute=0)
    )
    visit = booking.book(
        plan=plan,
        patients=[patient],
        despite=booking.Despite(hours="The walks need it at any hour."),
        by=FOUNDER,
        now=now,
    )
    return {
        "visit": visit,
        "type": kind,
        "attendee": visit.attendees.get(),
        "series": _series(visit, patient),
        **_of_the_desk(patient, people),
    }


def _of_the_desk(patient: Patient, people: dict[str, StaffMember]) -> dict[str, Any]:
    """A call that was made, and a stretch in which a clinician falls out."""
    desk, now = people["front_desk"], clock.now()
    away = now + timedelta(days=40)
    return {
        "call": calls.record(patient=patient, outcome="spoke", by=desk, now=now),
        "clearing": clearing.clear(
            clinician=people["clinician"],
            starts_at=away,
            ends_at=away + timedelta(hours=8),
            wishes={},
            by=desk,
            now=now,
        ),
    }


def _series(visit: Appointment, patient: Patient) -> Series:
    """One visit a week later, outside the hours like the other, so not of the rule."""
    day = (visit.starts_at + timedelta(days=7)).date()
    plan = booking.Plan(visit.type, visit.clinician, visit.location, visit.starts_at)
    rule = Rule(WEEKS, 1, weekday=day.weekday(), starts_on=day, count=1)
    return series.begin(
        wish=series.Wish(plan, rule),
        patients=[patient],
        skipped=[day],
        by=FOUNDER,
        now=clock.now(),
    )
