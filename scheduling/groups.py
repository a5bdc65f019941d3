"""Somebody more comes to a visit: a member of a group, a partner, a parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from practice.models import Patient
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked
from scheduling import booking, refusals, taken
from scheduling.models import Appointment, Attendee
from scheduling.states import CANCELLATIONS, Status
from scheduling.visits import lock_visit

if TYPE_CHECKING:
    from datetime import datetime

    from scheduling.models import AppointmentType
    from scheduling.models.appointments import AppointmentQuerySet

SHOWN = 8


class AlreadyOnList(NotPossible):
    """They come already, or their cancellation stands there to be set right."""

    field = "patients"


@transaction.atomic
def join(
    *, appointment: Appointment, patient: Patient, by: Actor, now: datetime
) -> Attendee:
    """One more patient for a visit that is ahead or under way.

    Raises TooManyPatients, PatientElsewhere, NotInCare, AlreadyOnList, NotPossible.
    """
    visit = lock_visit(appointment)
    patient = locked(patient)
    if not visit.is_live or visit.ends_at <= now:
        raise NotPossible(_("Only a visit that is not over can be joined."))
    _check_patient(visit, patient)
    rows = visit.attendees.filter(is_withdrawn=False)
    coming = rows.exclude(status__in=CANCELLATIONS).count()
    booking.check_seats(visit.type, coming + 1)
    known = visit.attendees.filter(patient=patient, is_withdrawn=True).first()
    attendee = known or Attendee(appointment=visit, patient=patient)
    attendee.status, attendee.status_at, attendee.reason = Status.SCHEDULED, now, ""
    attendee.is_withdrawn = False
    keep(attendee, by=by, kind="attendee.booked")
    booking.announce("attendee.booked", attendee, by=by, now=now)
    return attendee


def with_seats(
    rows: AppointmentQuerySet, kind: AppointmentType, *, now: datetime
) -> list[Appointment]:
    """The next sessions of a group among some visits that have a seat left."""
    gone = Q(attendees__is_withdrawn=True) | Q(attendees__status__in=CANCELLATIONS)
    counted = rows.live().annotate(coming=Count("attendees", filter=~gone))
    open_yet = counted.filter(type=kind, starts_at__gt=now, coming__lt=kind.seats)
    return list(open_yet.select_related("clinician", "location", "type")[:SHOWN])


def _check_patient(visit: Appointment, patient: Patient) -> None:
    if patient.state in (PatientState.ENDED, PatientState.DECEASED):
        raise booking.NotInCare(refusals.not_in_care_words(patient))
    if visit.attendees.filter(patient=patient, is_withdrawn=False).exists():
        raise AlreadyOnList(
            _("They are on the list of this visit already: set their status right.")
        )
    plan = booking.Plan(
        visit.type,
        visit.clinician,
        visit.location,
        visit.starts_at,
        visit.modality,
        length=visit.length,
    )
    other = taken.visit_of_patient(plan, [patient.pk], apart_from=[visit.pk])
    if other is not None:
        name, at = other.chart.display_name, other.appointment.starts_at
        raise booking.PatientElsewhere(refusals.elsewhere_words(plan, name, at))
