"""A visit moved to the right chart: who has to hear of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice import announcements
from practice.models import Announcement, Link
from practice.trail import Actor, keep, locked
from scheduling.states import AHEAD, CANCELLATIONS, Status
from scheduling.visit_link import VisitLink
from scheduling.visits import KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Patient
    from scheduling.models import Attendee

BOOKED, CALLED_OFF = "attendee.booked", KINDS[Status.CALLED_OFF]
NOT_COMING = frozenset(KINDS[status] for status in CANCELLATIONS)


def tell_both(row: Attendee, origin: Patient, *, by: Actor, now: datetime) -> None:
    """Whoever comes hears of it, and whoever was told so hears that they do not.

    Only of a visit that is to come, and nobody twice in a row.
    """
    if row.status not in AHEAD:
        return
    if _believes(origin, row):
        _announce(CALLED_OFF, row, origin, by=by, now=now)
    news = announcements.waiting().filter(
        patient=row.patient, ids__appointment=row.appointment_id
    )
    is_known = _believes(row.patient, row)
    stale = (CALLED_OFF, BOOKED) if is_known else (CALLED_OFF,)
    for one in news.filter(kind__in=stale).order_by("pk"):
        untold = locked(one)
        untold.withdrawn_at = now
        keep(untold, by=by, kind="announcement.withdrawn")
    if not is_known and not news.filter(kind=BOOKED).exists():
        _announce(BOOKED, row, row.patient, by=by, now=now)


def _announce(
    kind: str, row: Attendee, patient: Patient, *, by: Actor, now: datetime
) -> None:
    announcements.announce(
        kind=kind,
        patient=patient,
        by=by,
        now=now,
        not_after=row.appointment.starts_at,
        appointment=row.appointment_id,
    )


def _believes(patient: Patient, row: Attendee) -> bool:
    """Whether somebody thinks that they come: told so, or by a link of theirs."""
    told = Announcement.objects.filter(
        patient=patient,
        ids__appointment=row.appointment_id,
        taken_at__isnull=False,
        withdrawn_at=None,
    )
    last = told.order_by("-pk").values_list("kind", flat=True).first()
    links = Link.objects.filter(
        purpose=VisitLink.name, subject_id=row.pk, patient=patient
    )
    return last not in NOT_COMING if last else links.exists()
