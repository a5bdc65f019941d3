"""What the tests of one text for a family share: two patients with one phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from messaging.models import Delivery
from scheduling import reminders_due
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow
from tests.scheduling.visit_links import book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import ContactPoint, Location, Patient
    from scheduling.booking import Plan
    from scheduling.models import Appointment

MONDAY = at(9, day=2)
TWO_DAYS = at(10, day=16)
PHONE = "+12125550187"
JOINT = ("two_days_joint", "same_day_joint")


def member(location: Location, **details: Any) -> tuple[Patient, ContactPoint]:
    """A patient at the family's number, who agreed to one text unless it is said."""
    patient = cast.make_patient(at=location)
    agreed = {"value": PHONE, "may_join_texts": True} | details
    return patient, cast.make_contact(patient, **agreed)


def coming(plan: Plan, patient: Patient, hour: int, day: int = 18) -> Appointment:
    """Their visit; that day at that hour by the location's clock."""
    return book(replace(plan, starts_at=at(hour, day=day)), patient, now=MONDAY)


def hand_over(now: datetime = TWO_DAYS) -> int:
    follow(now)
    return reminders_due.hand_over(now=now, by=CLOCK)


def texts(**which: Any) -> Sequence[Delivery]:
    rows = Delivery.objects.filter(**which).exclude(occasion="first_text")
    return list(rows.order_by("pk"))


def occasions(**which: Any) -> list[str]:
    return [one.occasion for one in texts(**which)]
