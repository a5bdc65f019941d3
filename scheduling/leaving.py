"""Visits that are still booked for somebody who is paused, whose care has ended, or
who died.

Nothing is cancelled by itself: the desk is asked to look, sees every visit listed,
and cancels those that will not take place.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import work, zones
from practice.models import Patient, Role, Task, TrailEntry
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked, note, parts_of
from scheduling import asked, clearing, series, visits
from scheduling.models import Attendee, Series, SeriesMember
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

KIND = "visits.left"
MOOT = (clearing.CALL, asked.KIND)
ONE_DAY = timedelta(days=1)
LISTED = 12
LEFT_BY = {
    "patient.paused": PatientState.PAUSED,
    "patient.ended": PatientState.ENDED,
    "patient.deceased": PatientState.DECEASED,
}


class NothingChosen(NotPossible):
    """No visit was chosen."""

    field = "visits"


class NobodyElse(NotPossible):
    """The last one who comes to a series does not leave it: it ends."""


def on_move(patient: Patient, *, kind: str, by: Actor, now: datetime) -> None:
    """STATE_MOVES: ask the desk what becomes of visits; take the question back."""
    _spare(patient, by=by)
    rows = list(left(patient, now=now)[: LISTED + 1]) if kind in LEFT_BY else []
    if not rows and not (kind in LEFT_BY and open_series(patient)):
        return
    first = rows[0].appointment.starts_at if rows else now + ONE_DAY
    work.raise_task(
        kind=KIND,
        title=_("See to the visits that are still booked"),
        words=_words(LEFT_BY[kind], rows),
        to=Role.FRONT_DESK,
        patient=patient,
        path=reverse("visits_left", args=[patient.pk]),
        due_at=min(first, now + ONE_DAY),
        by=by,
        now=now,
    )


def _spare(patient: Patient, *, by: Actor) -> None:
    """Nobody has to see to their visits."""
    charts = Patient.objects.chart_set(patient)
    for task in Task.objects.open().filter(kind=KIND, patient__in=charts):
        work.withdraw(task=task, by=by)


def left(patient: Patient, *, now: datetime) -> QuerySet[Attendee]:
    """A patient's visits ahead, by any of their charts; of a pause, those within it."""
    charts = Patient.objects.chart_set(patient)
    rows = _ahead(now).filter(patient__in=charts)
    if patient.state == PatientState.PAUSED and patient.paused_until:
        ends_at = zones.first_moment(patient.paused_until, zones.of_practice())
        rows = rows.filter(appointment__starts_at__lt=ends_at)
    return rows


def left_over(*, now: datetime) -> QuerySet[Attendee]:
    """Visits ahead of everybody whose care has ended, or who died: loose ends."""
    gone = (PatientState.ENDED, PatientState.DECEASED)
    theirs = Q(patient__merged_into=None, patient__state__in=gone)
    return _ahead(now).filter(theirs | Q(patient__merged_into__state__in=gone))


def open_series(patient: Patient) -> Sequence[Series]:
    """The series to which a patient still comes."""
    charts = Patient.objects.chart_set(patient)
    members = SeriesMember.objects.filter(patient__in=charts, is_current=True)
    rows = Series.objects.filter(pk__in=members.values("series"), is_ended=False)
    return list(rows.select_related("type", "clinician", "location").order_by("pk"))


@transaction.atomic
def cancel(
    *,
    patient: Patient,
    attendees: Collection[Attendee],
    reason: str,
    by: Actor,
    now: datetime,
) -> TrailEntry:
    """Cancel a patient's chosen visits, and their part in series once care is over.

    A visit to which somebody else comes too goes on for them. Answers the line that
    sums it up, by which it is undone. Raises NothingChosen, IllegalMove, NoReason.
    """
    if not attendees:
        raise NothingChosen(_("Choose the visits that will not take place."))
    state = Patient.objects.values_list("state", flat=True).get(pk=patient.pk)
    line = note(by=by, kind="attendee.left_cancelled", about=patient, reason=reason)
    with parts_of(line.pk):
        # Series are locked before the clinicians of their visits.
        if state in (PatientState.ENDED, PatientState.DECEASED):
            leave_series(patient=patient, by=by, now=now)
        _cancel_each(attendees, status=Status.CALLED_OFF, reason=reason, by=by, now=now)
        if not left(patient, now=now).exists():
            _spare(patient, by=by)
    return line


@transaction.atomic
def leave_one(
    *,
    holder: Series,
    patient: Patient,
    cancelled: Collection[Attendee],
    status: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> TrailEntry:
    """One of several comes to a series no more; the others go on.

    Those of their visits ahead are `cancelled` that are not wanted. Answers the line
    that sums it up. Raises SeriesOver, NobodyElse, and what `visits.cancel` raises.
    """
    holder = locked(holder)
    if holder.is_ended:
        raise series.SeriesOver(_("This series has already ended."))
    charts = Patient.objects.chart_set(patient)
    members = holder.members.filter(is_current=True).order_by("pk")
    theirs = list(members.filter(patient__in=charts))
    if not theirs or len(series.patients_of(holder)) == 1:
        raise NobodyElse(_("Nobody else comes to this series: end it instead."))
    line = note(by=by, kind="series.one_left", about=holder, reason=reason)
    with parts_of(line.pk):
        for row in theirs:
            member = locked(row)
            member.is_current = False
            keep(member, by=by, kind="series.left")
        _cancel_each(cancelled, status=status, reason=reason, by=by, now=now)
    return line


@transaction.atomic
def leave_series(*, patient: Patient, by: Actor, now: datetime) -> None:
    """No series brings a patient new visits; one that nobody else comes to ends."""
    charts = Patient.objects.chart_set(patient)
    rows = SeriesMember.objects.filter(patient__in=charts, is_current=True)
    for row in rows.filter(series__is_ended=False).order_by("series_id", "pk"):
        locked(row.series)
        member = locked(row)
        member.is_current = False
        keep(member, by=by, kind="series.left")
        if not series.patients_of(member.series):
            series.end(
                series=member.series, last_on=_today(member.series, now), by=by, now=now
            )


def _cancel_each(
    attendees: Collection[Attendee],
    *,
    status: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    """One visit after the other, once all their clinicians are held."""
    series.hold_visits(one.appointment for one in attendees)
    for one in sorted(attendees, key=lambda one: one.appointment_id):
        visits.cancel(attendees=[one], status=status, reason=reason, by=by, now=now)


def _today(row: Series, now: datetime) -> date:
    return max(zones.local_day(now, row.location.time_zone), row.starts_on)


def _ahead(now: datetime) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(
        is_withdrawn=False, status__in=AHEAD, appointment__starts_at__gt=now
    )
    rows = rows.select_related("patient", "appointment__location", "appointment__type")
    rows = rows.select_related("appointment__clinician")
    return rows.order_by("appointment__starts_at", "pk")


def _words(state: PatientState, rows: Sequence[Attendee]) -> str:
    """Which visits, by their times; the chart is linked, so nobody is named."""
    if not rows:
        return _("A series without a visit ahead.")
    said = [
        zones.moment(row.appointment.starts_at, row.appointment.zone)
        for row in rows[:LISTED]
    ]
    if len(rows) > LISTED:
        said.append(_("and more"))
    count = ngettext("%(n)s visit", "%(n)s visits", len(said)) % {"n": len(said)}
    if len(rows) > LISTED:
        count = _("More than %(n)s visits") % {"n": LISTED}
    return f"{state.label}. {count}: {'; '.join(said)}."
