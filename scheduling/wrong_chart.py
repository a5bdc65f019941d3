"""MOVABLE: a visit that was booked, or marked, on the wrong chart.

A series that was begun there goes along with it (scheduling.wrong_series).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import agreeing
from consent.purposes import TABLE, Obeys
from messaging import outbox
from messaging.models import Delivery
from practice import announcements, zones
from practice.contributions import Movable
from practice.models import Patient
from practice.states import PatientState
from practice.trail import Actor, keep, locked
from scheduling import clearing, missing, risk, wrong_news, wrong_series
from scheduling.models import Attendee, TelehealthCheckIn
from scheduling.states import LIVE, OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.models import Appointment
    from scheduling.wrong_series import Along

OF_VISITS = [str(one) for one in TABLE if Obeys.STILL_TRUE in TABLE[one].obeys]


def words_of(row: Attendee) -> str:
    """Which visit, by its time and place, and what of its series goes along."""
    visit = row.appointment
    when = zones.moment(visit.starts_at, visit.zone)
    words = f"{visit.type}, {when}, {visit.location.short_name}"
    more = _words_of_series(wrong_series.along(row, row.patient))
    return f"{words}; {more}" if more else words


def _words_of_series(going: Along) -> str:
    if going.is_theirs:
        return _("its series stays: they came to another visit of it")
    if not going.members:
        return ""
    count = len(going.visits)
    words = ngettext(
        "its series goes along, with %(n)s other visit ahead",
        "its series goes along, with %(n)s other visits ahead",
        count,
    )
    return words % {"n": count}


def why_not(row: Attendee, to: Patient) -> str:
    """Why a visit does not belong on a chart, as a sentence; empty if it may."""
    if row.is_withdrawn:
        return _("This visit was booked by mistake: there is nothing to move.")
    theirs = _theirs(to)
    if theirs.filter(appointment=row.appointment_id).exists():
        return _("They already come to this visit.")
    going = wrong_series.along(row, row.patient, to)
    if row.status not in OPEN and not going.members:
        return ""
    if to.state in (PatientState.ENDED, PatientState.DECEASED):
        return _("Nobody books for them: their care has ended, or they died.")
    if row.status in OPEN and _first_taken(theirs, [row.appointment]):
        return _("They already have a visit then.")
    taken = _first_taken(theirs, [one.appointment for one in going.visits])
    if taken is None:
        return ""
    words = _("The series would go along, but they already have a visit on %(when)s.")
    return words % {"when": zones.moment(taken.starts_at, taken.zone)}


def _first_taken(
    theirs: QuerySet[Attendee], visits: Sequence[Appointment]
) -> Appointment | None:
    """The first of some visits to which somebody comes already, or at whose time
    they have another."""
    if not visits:
        return None
    rows = theirs.filter(
        Q(status__in=LIVE) | Q(appointment__in=visits),
        appointment__starts_at__lt=max(one.ends_at for one in visits),
        appointment__ends_at__gt=min(one.starts_at for one in visits),
    )
    spans = list(rows.values_list("appointment__starts_at", "appointment__ends_at"))
    taken = (
        visit
        for visit in visits
        if any(one < visit.ends_at and end > visit.starts_at for one, end in spans)
    )
    return next(taken, None)


def follow(row: Attendee, origin: Patient, *, by: Actor, now: datetime) -> None:
    """Its series goes along, and with each visit what hangs on it."""
    going = wrong_series.along(row, origin, row.patient)
    whose = {one.pk: one.patient for one in going.visits}
    _take_along(row, origin, by=by, now=now)
    for moved in wrong_series.take_along(going, row.patient, by=by):
        _take_along(moved, whose[moved.pk], by=by, now=now)
    agreeing.see_to([origin, row.patient], by=by, now=now)


def _take_along(row: Attendee, origin: Patient, *, by: Actor, now: datetime) -> None:
    """What hangs on a visit goes along; what was reckoned is forgotten."""
    risk.forget(row.pk)
    waiting = announcements.waiting().filter(
        patient=origin, ids__appointment=row.appointment_id
    )
    for one in waiting.order_by("pk"):
        announcement = locked(one)
        announcement.patient = row.patient
        keep(announcement, by=by, kind="chart.moved_here")
    _bring_check_in(row, by=by)
    _withdraw_texts(row, origin, by=by, now=now)
    missing.follow(row, origin, by=by, now=now)
    clearing.follow(row, origin, by=by, now=now)
    wrong_news.tell_both(row, origin, by=by, now=now)


def _withdraw_texts(
    row: Attendee, origin: Patient, *, by: Actor, now: datetime
) -> None:
    """What waits to tell the wrong patient of it, or their family, does not go."""
    theirs = Delivery.objects.filter(
        patient__in=Patient.objects.chart_set(origin),
        ids__attendee=row.pk,
        purpose__in=OF_VISITS,
    )
    words = _("It stands on another chart now.")
    outbox.withdraw(theirs, reason=words, by=by, now=now)


def _bring_check_in(row: Attendee, *, by: Actor) -> None:
    """Where somebody was during a video visit is said of whoever it was."""
    for known in TelehealthCheckIn.objects.filter(attendee=row):
        answer = locked(known)
        answer.patient = row.patient
        keep(answer, by=by, kind="chart.moved_here")


def _theirs(patient: Patient) -> QuerySet[Attendee]:
    charts = Patient.objects.chart_set(patient)
    return Attendee.objects.filter(patient__in=charts, is_withdrawn=False)


VISIT = Movable("visit", Attendee, words_of, why_not, follow, wrong_series.hold)
