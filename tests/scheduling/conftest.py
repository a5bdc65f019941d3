"""A small calendar: one type, offered by one clinician, Monday to Friday."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from practice import duty
from practice.trail import keep
from scheduling import booking, catalogue
from scheduling.models import BusyCalendar, ExternalBusy
from tests import cast
from tests.ground import layer

if TYPE_CHECKING:
    from practice.models import Location, StaffMember
    from scheduling.models import AppointmentType

NEW_YORK = ZoneInfo("America/New_York")
WEEK = [(day, time(9), time(17)) for day in range(5)]


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    """A moment of March 2026 by the clock of New York; the third is a Tuesday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


def make_type(clinician: StaffMember, **details: Any) -> AppointmentType:
    usual: dict[str, Any] = {"name": "Follow-up", "length": timedelta(minutes=50)}
    usual |= {"clinicians": [clinician], "by": cast.FOUNDER}
    return catalogue.add_type(**usual | details)


def make_busy(clinician: StaffMember, starts_at: datetime, ends_at: datetime) -> None:
    """Their own calendar says that they are elsewhere."""
    source = keep(
        BusyCalendar(staff=clinician, host="elsewhere.test", added_at=cast.MONDAY),
        by=cast.FOUNDER,
        kind="busy_calendar.added",
    )
    ExternalBusy.objects.create(
        calendar=source, clinician=clinician, starts_at=starts_at, ends_at=ends_at
    )


@layer
def hours(clinician: StaffMember, location: Location) -> None:
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=cast.FOUNDER)


@layer
def kind(clinician: StaffMember) -> AppointmentType:
    return make_type(clinician)


@layer
def plan(
    kind: AppointmentType, clinician: StaffMember, location: Location, hours: None
) -> booking.Plan:
    """Tuesday at ten."""
    return booking.Plan(kind, clinician, location, at(10))
