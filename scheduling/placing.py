"""Putting a visit elsewhere on the calendar: its plan, with what the drop changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.models import StaffMember
from practice.rules import NotPossible
from scheduling import booking, pairs, taken
from scheduling.booking import Despite, Plan
from scheduling.models import Room

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from practice.trail import Actor
    from scheduling.models import Appointment


class NotThere(NotPossible):
    """Nothing can be put there."""


@transaction.atomic
def place(
    *,
    visit: Appointment,
    starts_at: datetime,
    length: timedelta,
    by: Actor,
    now: datetime,
    clinician_id: int | None = None,
    room_id: int | None = None,
    seen: int | None = None,
    is_agreed: bool = False,
) -> Appointment:
    """Move a visit to where it was dropped; what is not named stays as it is.

    Its room stays if it is free then, else the first free one is taken; a room that
    is named must be free. `seen` is the version that was dragged; `is_agreed` that it
    may be sooner than its notice. Raises NotThere and what `booking.move` raises.
    """
    clinician = visit.clinician
    if clinician_id not in (None, clinician.pk):
        clinician = _clinician(clinician_id)
    plan = Plan(
        type=visit.type,
        clinician=clinician,
        location=visit.location,
        starts_at=starts_at,
        modality=visit.modality,
        room=visit.room if room_id is None else _room(visit, room_id),
        length=length,
    )
    if room_id is None:
        plan = _with_some_room(plan, visit)
    return booking.move(
        appointment=visit,
        plan=plan,
        by=by,
        now=now,
        despite=replace(_as_before(visit, plan), notice=is_agreed),
        seen=visit.version if seen is None else seen,
    )


def _clinician(pk: int | None) -> StaffMember:
    found = StaffMember.objects.filter(pk=pk, is_clinician=True).first()
    if found is None:
        raise NotThere(_("This visit cannot be put there."))
    return found


def _room(visit: Appointment, pk: int) -> Room:
    rooms = Room.objects.filter(pk=pk, location=visit.location, is_active=True)
    found = rooms.first()
    if found is None:
        raise NotThere(_("This visit cannot be put there."))
    return found


def _with_some_room(plan: Plan, visit: Appointment) -> Plan:
    """The plan with its old room, unless somebody has it then."""
    if plan.room is None:
        return plan
    beside = (visit.pk, visit.double_of_id)
    is_free = taken.free_room(plan, [plan.room], apart_from=beside)
    return plan if is_free else replace(plan, room=None)


def _as_before(visit: Appointment, plan: Plan) -> Despite:
    """What was booked on purpose stays so at the same start with the same clinician.

    Whoever has it last longer outside the hours says why: that takes the page.
    """
    if plan.starts_at != visit.starts_at or plan.clinician != visit.clinician:
        return Despite()
    is_longer = plan.taken_until > visit.taken_until
    return Despite(
        hours="" if is_longer else visit.outside_reason,
        beside=pairs.partner_of(visit),
        beside_reason=pairs.reason_of(visit),
    )
