"""Who is checked on and does not come: the call that was promised is owed today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice import watching
from scheduling.states import Status

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Patient
    from practice.trail import Actor
    from scheduling.models import Attendee

# What the patient did; that the practice calls a visit off says nothing about them.
WORDS = {
    Status.NO_SHOW: _("Call today: they did not come"),
    Status.CANCELLED: _("Call today: they cancelled their visit"),
    Status.CANCELLED_LATE: _("Call today: they cancelled their visit late"),
}


def follow(attendee: Attendee, origin: Patient, *, by: Actor, now: datetime) -> None:
    """A visit moved to the right chart: whoever is checked on there is called."""
    watching.unmissed(patient=origin, cause=_cause(attendee), by=by)
    tell(attendee, by=by, now=now)


def tell(attendee: Attendee, *, by: Actor, now: datetime) -> None:
    """Raise the call where they do not come, and take it back where they do."""
    cause = _cause(attendee)
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


def _cause(attendee: Attendee) -> str:
    return f"attendee-{attendee.pk}"
