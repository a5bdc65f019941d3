"""Visits as they were known, brought in at once: a practice's past, the demo's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from practice.trail import Actor, keep_many
from scheduling.models import Appointment, Attendee
from scheduling.states import LIVE, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Patient
    from scheduling.booking import Plan


@dataclass(frozen=True, slots=True)
class KnownVisit:
    """One visit with its outcome, as it is known from before."""

    plan: Plan
    patient: Patient
    booked_at: datetime
    status: Status = Status.SCHEDULED
    status_at: datetime | None = None
    reason: str = ""
    desk_note: str = ""


@transaction.atomic
def admit_many(*, visits: Sequence[KnownVisit], by: Actor) -> Sequence[Appointment]:
    """Write many visits with the same history that booking writes; nobody is told.

    The caller has looked that they are apart; the database refuses overlaps.
    """
    rows = [_row(one) for one in visits]
    keep_many(rows, by=by, kind="appointment.booked")
    attendees = [
        Attendee(
            appointment=row,
            patient=one.patient,
            status=one.status,
            status_at=one.status_at or one.booked_at,
            reason=one.reason,
        )
        for row, one in zip(rows, visits, strict=True)
    ]
    keep_many(attendees, by=by, kind="attendee.brought_in")
    return rows


def _row(one: KnownVisit) -> Appointment:
    plan = one.plan
    return Appointment(
        type=plan.type,
        clinician=plan.clinician,
        location=plan.location,
        room=plan.room,
        modality=plan.modality,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        taken_from=plan.taken_from,
        taken_until=plan.taken_until,
        is_live=one.status in LIVE,
        booked_at=one.booked_at,
        desk_note=one.desk_note,
    )
