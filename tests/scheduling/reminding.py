"""What the tests of reminders share: a patient to be texted, and the clock's work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practice.models import ContactKind
from practice.trail import Automation
from scheduling import reminder_plans, reminders
from scheduling.models import Reminder
from tests import cast

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import ContactPoint, Patient
    from scheduling.models import Appointment

CLOCK = Automation("The clock")


def make_phone(owner: Patient, **details: Any) -> ContactPoint:
    """A number that may be texted, with the patient's word that it may."""
    return cast.make_contact(owner, **details)


def make_mail(owner: Patient, value: str = "pat@example.test") -> ContactPoint:
    return cast.make_contact(owner, kind=ContactKind.EMAIL, value=value, may_write=True)


def follow(now: datetime) -> None:
    """What the clock does each minute, until nothing is left to plan."""
    reminder_plans.provide(by=CLOCK)
    while reminders.follow(now=now, by=CLOCK):
        pass


def of(visit: Appointment) -> list[tuple[str, str]]:
    """A visit's reminders as occasion and state, the first to leave first."""
    rows = Reminder.objects.filter(attendee__appointment=visit)
    return [(one.step.occasion, str(one.state)) for one in rows.select_related("step")]


def waiting(visit: Appointment) -> list[str]:
    return [occasion for occasion, state in of(visit) if state == "waiting"]
