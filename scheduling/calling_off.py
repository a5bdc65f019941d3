"""A session is called off: whoever was to come is told, and its time is free.

A group keeps its time while nobody comes, since others may join. So it needs somebody
who says that it does not take place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.rules import NotPossible
from practice.trail import Actor
from scheduling import booking, pairs, visits
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from datetime import datetime

    from scheduling.models import Appointment


@transaction.atomic
def call_off(
    *,
    appointment: Appointment,
    reason: str,
    by: Actor,
    now: datetime,
    whom: frozenset[Status] = AHEAD,
) -> Appointment:
    """Nobody comes, and the time is free again. Raises NoReason, NotPossible.

    `whom` names the statuses of those who are asked to go, where that is not only
    who is still to come.
    """
    if not reason.strip():
        raise visits.NoReason(_("Say why it is called off."))
    here = appointment.attendees.filter(is_withdrawn=False, status__in=OPEN - whom)
    if here.exists():
        raise NotPossible(_("Somebody is here already: say first how it went."))
    coming = appointment.attendees.filter(is_withdrawn=False, status__in=whom)
    if coming:
        visits.cancel(
            attendees=coming, status=Status.CALLED_OFF, reason=reason, by=by, now=now
        )
    visit = visits.lock_visit(appointment)
    if visit.is_live:
        visit.is_live, visit.double_of, visit.double_reason = False, None, ""
        booking.keep_visit(visit, by=by, kind="appointment.freed")
        pairs.end(visit, by=by)
    return visit
