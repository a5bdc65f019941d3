"""MOVABLE: a visit that was booked, or marked, on the wrong chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import announcements, zones
from practice.contributions import Movable
from practice.models import Patient
from practice.states import PatientState
from practice.trail import Actor, keep, locked
from scheduling import risk
from scheduling.models import Attendee
from scheduling.states import LIVE, OPEN

if TYPE_CHECKING:
    from django.db.models import QuerySet


def words_of(row: Attendee) -> str:
    """Which visit, by its time and place."""
    visit = row.appointment
    when = zones.moment(visit.starts_at, visit.zone)
    return f"{visit.type}, {when}, {visit.location.short_name}"


def why_not(row: Attendee, to: Patient) -> str:
    """Why a visit does not belong on a chart, as a sentence; empty if it may."""
    if row.is_withdrawn:
        return _("This visit was booked by mistake: there is nothing to move.")
    theirs = _theirs(to)
    if theirs.filter(appointment=row.appointment_id).exists():
        return _("They already come to this visit.")
    if row.status not in OPEN:
        return ""
    if to.state in (PatientState.ENDED, PatientState.DECEASED):
        return _("Nobody books for them: their care has ended, or they died.")
    visit = row.appointment
    meanwhile = theirs.filter(
        status__in=LIVE,
        appointment__starts_at__lt=visit.ends_at,
        appointment__ends_at__gt=visit.starts_at,
    )
    return _("They already have a visit then.") if meanwhile.exists() else ""


def follow(row: Attendee, origin: Patient, *, by: Actor) -> None:
    """What nobody was told of yet is for the right patient; what was reckoned goes."""
    risk.forget(row.pk)
    waiting = announcements.waiting().filter(
        patient=origin, ids__appointment=row.appointment_id
    )
    for one in waiting.order_by("pk"):
        announcement = locked(one)
        announcement.patient = row.patient
        keep(announcement, by=by, kind="chart.moved_here")


def _theirs(patient: Patient) -> QuerySet[Attendee]:
    charts = Patient.objects.chart_set(patient)
    return Attendee.objects.filter(patient__in=charts, is_withdrawn=False)


VISIT = Movable("visit", Attendee, words_of, why_not, follow)
