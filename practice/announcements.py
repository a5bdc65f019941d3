"""Announcements: this happened, somebody may have to be told.

Lower floors announce in the cause's own transaction. Messaging turns what is
waiting into deliveries once it exists; until then the waiting are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from practice.models import Announcement, Patient, StaffMember
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

UNDO_TIME = timedelta(minutes=1)
SHOWN = 100
# What staff read of each kind; a floor's own kinds come with their messages.
WORDS: dict[str, StrOrPromise] = {
    "patient.paused": _("Paused"),
    "patient.resumed": _("Active again"),
    "patient.ended": _("Care ended"),
    "patient.end_taken_back": _("Care goes on: ended by mistake"),
    "patient.deceased": _("Died"),
    "patient.death_taken_back": _("Death taken back: wrong chart"),
}
OTHER = _("Something changed")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one reader sees of the announcements that nobody was told of."""

    rows: Sequence[tuple[Announcement, StrOrPromise]]  # the newest, of open charts
    count: int  # of all rows about charts open to the reader
    closed: Sequence[tuple[StrOrPromise, int]]  # about other charts: words, how many


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


def waiting_for(staff: StaffMember, *, now: datetime) -> Waiting:
    """What waits, apart by whether the reader may open the chart it is about."""
    visible = Patient.objects.visible_to(staff, now=now).values("pk")
    open_rows = waiting().filter(patient__in=visible)
    others = waiting().exclude(patient__in=visible)
    kinds = others.order_by("kind").values_list("kind").annotate(Count("pk"))
    newest = open_rows.select_related("patient")[:SHOWN]
    return Waiting(
        rows=[(row, words_of(row.kind)) for row in newest],
        count=open_rows.count(),
        closed=[(words_of(kind), number) for kind, number in kinds],
    )


def words_of(kind: str) -> StrOrPromise:
    """A kind of announcement as staff read it."""
    return WORDS.get(kind, OTHER)
