"""Announcements: this happened, somebody may have to be told.

Lower floors announce in the cause's own transaction. Messaging turns what is
waiting into deliveries once it exists; until then the waiting are listed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from practice.models import Announcement, Patient
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

UNDO_TIME = timedelta(minutes=1)


@transaction.atomic
def announce(
    *,
    kind: str,
    by: Actor,
    now: datetime,
    patient: Patient | None = None,
    **ids: int,
) -> Announcement:
    """Say that something happened; nobody is told before the undo minute is over."""
    row = Announcement(
        kind=kind,
        patient=patient,
        ids=ids,
        announced_at=now,
        not_before=now + UNDO_TIME,
    )
    return keep(row, by=by, kind="announcement.made")


@transaction.atomic
def withdraw(*, kind: str, patient: Patient, by: Actor, now: datetime) -> int:
    """Take back what was announced of a patient and not yet told; returns how many."""
    rows = waiting().filter(kind=kind, patient=patient).select_for_update()
    for row in rows:
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
    return len(rows)


def waiting() -> QuerySet[Announcement]:
    """Announcements that nobody has been told of."""
    return Announcement.objects.filter(withdrawn_at__isnull=True, taken_at__isnull=True)
