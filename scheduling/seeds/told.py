"""Whom the demo's desk has told of their visits, and what it has booked for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice import announcements, work
from practice.models import StaffMember, Task
from practice.seeds.houses import DEMO
from practice.trail import change_many
from scheduling import interpreting, visits
from scheduling.models import Attendee
from scheduling.states import Status

if TYPE_CHECKING:
    from datetime import datetime

UNTOLD = 3
UNBOOKED = 3
LATER = timedelta(days=6)


def tell_all_but_a_few(*, now: datetime) -> None:
    """Everybody knows of their visits, but for a few cancelled by the practice."""
    waiting = announcements.waiting().filter(ids__has_key="appointment")
    change_many(waiting, by=DEMO, kind="announcement.told", taken_at=now)
    coming = Attendee.objects.filter(
        status=Status.SCHEDULED, appointment__starts_at__gt=now + LATER
    ).select_related("appointment__clinician", "appointment__type", "patient")
    for attendee in coming.order_by("appointment__starts_at", "pk")[:UNTOLD]:
        visits.cancel(
            attendees=[attendee],
            status=Status.CALLED_OFF,
            reason="Training",
            by=DEMO,
            now=now,
        )


def book_interpreters_but_for_a_few(*, now: datetime) -> None:
    """The desk saw to the interpreters of the next days; the last ones wait."""
    interpreting.see_to_all(by=DEMO, now=now)
    desk = StaffMember.objects.filter(is_front_desk=True).earliest("pk")
    asked = Task.objects.open().filter(kind=interpreting.KIND)
    for task in asked.order_by("-due_at", "-pk")[UNBOOKED:]:
        work.finish(task=task, by=desk, now=now)
