"""A calendar with one of everything that an address may point to, for the walks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from practice import clock, duty
from practice.models import Location, Patient, StaffMember
from scheduling import booking, busy_calendars, catalogue, feeds
from scheduling.models import FeedNames
from tests.cast import FOUNDER
from tests.scheduling.conftest import WEEK


def _one(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda subjects: {"pk": subjects[name].pk}


# What the arguments of an address are, by how its route begins.
SUBJECTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "visits/<id:pk>": _one("visit"),
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
    return {"visit": visit, "type": kind, **_outside(clinician, now)}


def _outside(clinician: StaffMember, now: datetime) -> dict[str, Any]:
    """A feed of the clinician's visits, and a calendar of theirs elsewhere."""
    token = feeds.make(staff=clinician, names=FeedNames.INITIALS, by=FOUNDER, now=now)
    busy = busy_calendars.add(
        staff=clinician, address="https://elsewhere.example/a.ics", by=FOUNDER, now=now
    )
    feed = feeds.find(token)
    return {"feed": feed, "feed token": token, "busy calendar": busy}
