"""The seats of a group: who joins it while it is ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.rules import NotPossible
from practice.trail import keep
from scheduling import booking, visits
from scheduling.models import Attendee, Room
from scheduling.states import Status

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Patient
    from practice.trail import Actor
    from scheduling.models import Appointment


class AlreadyIn(NotPossible):
    """The patient comes to this visit already."""

    field = "patients"


@transaction.atomic
def join(
    *, appointment: Appointment, patient: Patient, by: Actor, now: datetime
) -> Attendee:
    """Give a patient a seat in a group; who had cancelled comes again.

    Raises TooManyPatients, AlreadyIn, PatientElsewhere and NotInCare.
    """
    visit = visits.lock_visit(appointment)
    booking.hold((), Room.objects.none(), [patient.pk])
    if not visit.type.is_group or not visit.is_live or visit.ends_at <= now:
        raise NotPossible(_("Only a group that is still ahead can be joined."))
    booking.check_in_care([patient])
    before = visits.seats_taken(visit)
    attendee = visit.attendees.filter(patient=patient).first()
    if attendee is None:
        attendee = Attendee(appointment=visit, patient=patient)
    elif attendee.is_coming:
        words = {"name": patient.display_name}
        raise AlreadyIn(_("%(name)s comes to this visit already.") % words)
    booking.check_elsewhere(visit, [patient], visit.pk)
    attendee.status, attendee.status_at = Status.SCHEDULED, now
    attendee.is_withdrawn, attendee.reason = False, ""
    keep(attendee, by=by, kind="attendee.booked")
    visits.check_seats(visit, before=before)
    booking.announce("attendee.booked", attendee, by=by, now=now)
    return attendee
