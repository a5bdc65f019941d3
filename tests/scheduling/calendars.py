"""A calendar with one of everything that an address may point to, for the walks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from practice import calls, clock, duty
from practice.models import Location, Patient, StaffMember
from scheduling import (
    booking,
    busy_calendars,
    catalogue,
    clearing,
    feeds,
    hits,
    reminder_plans,
    reminders,
    series,
)
from scheduling.models import Appointment, FeedNames, Series
from scheduling.recurring import WEEKS, Rule
from tests.cast import FOUNDER
from tests.scheduling.conftest import WEEK


def _one(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: {"pk": subjects[name].pk}


# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "calendar/visits/<id:pk>": _one("visit"),
    "visits/series/hand-on/<id:pk>": lambda subjects: {
        "pk": subjects["booked clinician"].pk,
        "line": 1,
    },
    "visits/series/<id:pk>": lambda subjects: {
        "pk": subjects["series"].pk,
        "patient": subjects["patient"].pk,
        "line": 1,
    },
    "patients/<id:pk>/visits-left": lambda subjects: {
        "pk": subjects["patient"].pk,
        "line": 1,
    },
    "board/calls/<id:pk>": _one("patient"),
    "board/calls/<id:pk>/undo": lambda subjects: {
        "pk": subjects["call"].pk,
        "confirmed": "0",
    },
    "board/away/<id:pk>": _one("clearing"),
    "board/late/<id:pk>": _one("attendee"),
    "board/texted/<id:pk>": _one("attendee"),
    "board/late/<id:pk>/here": _one("visit"),
    "board/behind/<id:pk>": _one("visit"),
    "board/delays/": lambda _subjects: {"numbers": "1"},
    "board/room/back/": lambda _subjects: {"swap": "0"},
    "board/room/<id:pk>": lambda subjects: {
        "pk": subjects["visit"].pk,
        "scope": "visit",
    },
    "board/video/<id:pk>": _one("attendee"),
    "board/video/<id:pk>/phone": _one("visit"),
    "board/video/<id:pk>/again": _one("visit"),
    "visits/<id:pk>": lambda subjects: {
        "pk": subjects["visit"].pk,
        "reminder": subjects["reminder"].pk,
        "act": "confirm",
        "mark": "0",
    },
    "settings/calendar/types/<id:pk>": _one("type"),
    "settings/calendar/rooms/<id:pk>": _one("room"),
    "settings/calendar/hours/<id:pk>": _one("booked clinician"),
    "settings/calendar/hours/extra/<id:pk>": _one("extra hours"),
    "settings/calendar/hours/protected/<id:pk>": _one("protected time"),
    "settings/calendar/reminders/<id:pk>": _one("reminder plan"),
    "settings/calendar/reminders/steps/<id:pk>": _one("reminder step"),
    "settings/calendar/loose-ends/<id:pk>": _one("loose end"),
    "visit-links/<id:pk>": _one("visit"),
    "l/<str:token>/calendar": lambda subjects: {"token": subjects["link"]},
    "feeds/<id:pk>": _one("feed"),
    "feeds/busy/<id:pk>": _one("busy calendar"),
    "f/<str:token>": lambda subjects: {"token": subjects["feed token"]},
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
        **_set_up(clinician, location, now),
        "loose end": _loose_end(plan, patient, now),
        **_outside(clinician, now),
        "series": _series(visit, patient),
        "attendee": visit.attendees.get(),
        **_of_the_desk(patient, people),
        **_reminded(visit, now),
    }


def _reminded(visit: Appointment, now: datetime) -> dict[str, Any]:
    """The plan that always holds, and a reminder of a visit."""
    plan = reminder_plans.provide(by=FOUNDER)
    attendee = visit.attendees.get()
    plans = reminder_plans.load()
    reminders.plan_anew([attendee.pk], plans=plans, by=FOUNDER, now=now)
    return {
        "reminder plan": plan,
        "reminder step": plan.steps.earliest("pk"),
        "reminder": attendee.reminders.latest("planned_at"),
    }


def _set_up(clinician: StaffMember, place: Location, now: datetime) -> dict[str, Any]:
    """A room, and hours of a day that are extra or protected."""
    sunday = now.date() + timedelta(days=13 - now.weekday())
    spans: dict[str, Any] = {
        "on": sunday,
        "starts": time(9),
        "ends": time(12),
        "by": FOUNDER,
    }
    return {
        "booked clinician": clinician,
        "room": catalogue.add_room(location=place, name="Blue room", by=FOUNDER),
        "extra hours": catalogue.add_extra_hours(
            staff=clinician, location=place, **spans
        ),
        "protected time": catalogue.protect_time(
            clinician=clinician, location=place, **spans | {"ends": time(10)}
        ),
    }


def _loose_end(plan: booking.Plan, patient: Patient, now: datetime) -> Appointment:
    """A visit that was within hours once."""
    visit = booking.book(
        plan=replace(plan, starts_at=plan.starts_at + timedelta(days=2)),
        patients=[patient],
        despite=booking.Despite(hours="As above."),
        by=FOUNDER,
        now=now,
    )
    return hits.take_up(visit=visit, by=FOUNDER)


def _outside(clinician: StaffMember, now: datetime) -> dict[str, Any]:
    """A feed of the clinician's visits, and a calendar of theirs elsewhere."""
    token = feeds.make(staff=clinician, names=FeedNames.INITIALS, by=FOUNDER, now=now)
    busy = busy_calendars.add(
        staff=clinician, address="https://elsewhere.example/a.ics", by=FOUNDER, now=now
    )
    feed = feeds.find(token)
    return {"feed": feed, "feed token": token, "busy calendar": busy}


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
