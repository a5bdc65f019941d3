"""Who is checked on and does not come: the call that was promised is owed today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice import watching
from scheduling.states import Status

if TYPE_CHECKING:
    from datetime import datetime

    from practice.trail import Actor
    from scheduling.models import Attendee

# What the patient did; that the practice calls a visit off says nothing about them.
WORDS = {
    Status.NO_SHOW: _("Call today: they did not come"),
    Status.CANCELLED: _("Call today: they cancelled their visit"),
    Status.CANCELLED_LATE: _("Call today: they cancelled their visit late"),
}


def tell(attendee: Attendee, *, by: Actor, now: datetime) -> None:
    """Raise the call where they do not come, and take it back where they do."""
    cause = f"attendee-{attendee.pk}"
    words = None if attendee.is_withdrawn else WORDS.get(Status(attendee.status))
    if words is None:
        watching.unmissed(patient=attendee.patient, cause=cause, by=by)
        return
    watching.missed(
        patient=attendee.patient,
        cause=cause,
        title=words,
        path=f"/visits/{attendee.appointment_id}/",
        by=by,
        now=now,
    )
