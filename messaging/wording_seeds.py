"""SEEDS: the demo's own words: some in use, others that wait for approval."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from messaging import templates
from messaging.occasions import Occasion
from practice.access import Capability, roles_that_may
from practice.models import StaffMember

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)
FIRST = (
    "{practice}: we expect you on {day}, {time}. Reply C to confirm or R for another "
    "time, or call {phone}. STOP to end texts."
)
IN_USE = (
    "{practice}: we look forward to {day}, {time}. Reply C to confirm or R for another "
    "time. Or call {phone}. STOP to end texts."
)
WAITS = (
    "{practice}: see you on {day}, {time}, {place}. Please ring the bell. Not coming? "
    "Reply R or call {phone}."
)


@transaction.atomic
def seed(*, now: datetime) -> None:
    """Words that were replaced once, and a draft that one manager left to another."""
    people = StaffMember.objects.holding(*roles_that_may(Capability.MANAGE_SETTINGS))
    writer, approver = people.order_by("pk")[:2]
    for text, ago in ((FIRST, 60 * DAY), (IN_USE, 20 * DAY)):
        row = templates.draft(
            occasion=Occasion.TWO_DAYS,
            language="en",
            text=text,
            by=writer,
            now=now - ago,
        )
        templates.approve(template=row, by=approver, now=now - ago + DAY)
    templates.draft(
        occasion=Occasion.SAME_DAY,
        language="en",
        text=WAITS,
        by=writer,
        now=now - DAY,
    )
