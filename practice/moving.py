"""What was entered on the wrong chart moves to the right one, and can move back.

The row itself moves, so that its history says where it stood; the chart it left
keeps a line of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from django.db import transaction
from django.utils.translation import gettext as _

from practice import calls, contact_frames, contacts, incidents, paper, watching
from practice.contributions import Movable as AlsoMovable
from practice.contributions import load
from practice.models import (
    CallAttempt,
    Caregiving,
    ContactPoint,
    ExternalId,
    IncidentKind,
    PaperEntry,
    Patient,
    PatientAlert,
    Task,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked, note

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Recorded, StaffMember

Movable: TypeAlias = (
    ContactPoint
    | PatientAlert
    | ExternalId
    | Task
    | Caregiving
    | PaperEntry
    | CallAttempt
)
KINDS: dict[str, type[Movable]] = {
    "contact": ContactPoint,
    "alert": PatientAlert,
    "number": ExternalId,
    "task": Task,
    "family": Caregiving,
    "paper": PaperEntry,
    "call": CallAttempt,
}

WITHDRAWN = (PatientAlert, Caregiving, PaperEntry, CallAttempt)


def model_of(name: str) -> type[Movable] | None:
    """The model whose rows an address names, of this floor or of one above."""
    also = {one.name: one.model for one in load("MOVABLE")}
    return KINDS.get(name) or also.get(name)


def also_movable(row: Recorded) -> AlsoMovable | None:
    """What a floor above says of a row of its own."""
    kinds = load("MOVABLE")
    return next((one for one in kinds if isinstance(row, one.model)), None)


class CannotMove(NotPossible):
    """This does not belong on that chart, or is no longer on its own."""


@transaction.atomic
def move(
    *, row: Movable, to: Patient, by: Actor, now: datetime, reason: str = ""
) -> Movable:
    """Put a row on the right chart. Raises CannotMove, AlreadyThere."""
    if also := also_movable(row):
        also.hold(row)
    charts = _locked(_origin(row).pk, to.pk)
    row = locked(row)
    origin, to = _origin(row), charts[to.pk]
    if origin.pk not in charts:
        raise CannotMove(_("Somebody moved this meanwhile."))
    if refusal := _why_not(row, origin, to):
        raise CannotMove(refusal)
    _settle_in(row, to)
    made = paper.made_by(row) if isinstance(row, PaperEntry) else None
    asked = calls.parted(row) if isinstance(row, CallAttempt) else None
    row.patient = to
    why = f"{reason} " if reason else ""
    moved = keep(
        row, by=by, kind="chart.moved_here", reason=f"{why}(from chart {origin.pk})"
    )
    words = f"{why}({row._meta.verbose_name} {row.pk}, to chart {to.pk})"
    note(by=by, kind="chart.moved_away", about=origin, reason=words)
    if isinstance(row, PaperEntry):
        _follow(row, made, origin, to, by=by, now=now, reason=reason)
    if isinstance(moved, CallAttempt):
        calls.moved(call=moved, asked=asked, origin=origin, by=by)
    _take_along(moved, origin, by=by, now=now)
    return moved


def _take_along(moved: Movable, origin: Patient, *, by: Actor, now: datetime) -> None:
    """What hangs on a row goes to its chart with it."""
    if isinstance(moved, Task):
        calls.follow(task=moved, origin=origin, by=by)
    if isinstance(moved, ContactPoint):
        contact_frames.moved(moved, by=by)
    if also := also_movable(moved):
        also.follow(moved, origin, by=by, now=now)


@transaction.atomic
def move_back(*, row: Movable, by: Actor, now: datetime) -> Movable:
    """It stood where it belongs: back to the chart it came from. Raises CannotMove."""
    before = came_from(row)
    if before is None:
        raise CannotMove(_("This came from no other chart."))
    return move(row=row, to=before, by=by, now=now, reason="undo")


def came_from(row: Movable) -> Patient | None:
    """The chart on which a row stood before, if it stood on another."""
    rows = row.history.exclude(patient=row.patient_id).order_by("-history_id")
    number = rows.values_list("patient", flat=True).first()
    return Patient.objects.filter(pk=number).first()


@transaction.atomic
def report_wrong_chart(
    *, row: Movable, page: str, by: StaffMember, now: datetime
) -> None:
    """Put the mistake on the register, with both charts."""
    origin = came_from(row)
    incidents.report(
        kind=IncidentKind.WRONG_CHART,
        words=_("Stood on the wrong chart and was moved: %(what)s.")
        % {"what": row._meta.verbose_name},
        page=page,
        patients=[chart for chart in (origin, row.patient) if chart],
        by=by,
        now=now,
    )


def _follow(
    entry: PaperEntry,
    made: ContactPoint | Task | None,
    origin: Patient,
    to: Patient,
    *,
    by: Actor,
    now: datetime,
    reason: str,
) -> None:
    """What became of an entry from paper goes with it. Raises as `move` does."""
    if made is not None and not (isinstance(made, ContactPoint) and made.ended_at):
        move(row=made, to=to, by=by, now=now, reason=reason)
    if entry.kind == PaperEntry.CONTACT:
        for chart in (origin, to):
            watching.recount(patient=chart, by=by)


def _why_not(row: Movable, origin: Patient, to: Patient) -> str:
    """Why a row cannot go to a chart, as a sentence; empty if it can."""
    if to.merged_into_id:
        return _("That chart was merged into another one: choose that.")
    if to.pk in (origin.pk, origin.merged_into_id):
        return _("It stands on that chart already.")
    if isinstance(row, ContactPoint) and row.ended_at is not None:
        return _("Somebody removed this from the chart meanwhile.")
    if isinstance(row, WITHDRAWN) and row.is_withdrawn:
        return _("Somebody took this off the chart meanwhile.")
    if isinstance(row, PaperEntry) and row.made == "patient":
        return _("A chart was opened by this: correct it there, or merge it.")
    if isinstance(row, Task) and (row.done_at or not row.is_ticked_off):
        return _("This task belongs to what it was raised for.")
    if isinstance(row, Caregiving):
        return _why_no_caregiver(row, to)
    also = also_movable(row)
    return also.why_not(row, to) if also else ""


def _why_no_caregiver(row: Caregiving, to: Patient) -> str:
    charts = Patient.objects.chart_set(to)
    own = row.caregiver.own_chart
    if own is not None and charts.filter(pk=own.pk).exists():
        return _("This is the caregiver's own chart.")
    others = row.caregiver.caregivings.filter(is_withdrawn=False, patient__in=charts)
    return _("They already are on that chart.") if others.exists() else ""


def _settle_in(row: Movable, to: Patient) -> None:
    """What about a row depends on its chart. Raises AlreadyThere."""
    if isinstance(row, ContactPoint):
        kind, value = contacts.key_of(row)
        if contacts.has(to, kind, value):
            raise contacts.AlreadyThere(_("That chart has this already."))
        rows = to.contact_points.filter(kind=kind, ended_at=None, is_first=True)
        row.is_first = row.is_first and not rows.exists()
    if isinstance(row, Task) and row.path == f"/patients/{row.patient_id}/":
        row.path = f"/patients/{to.pk}/"


def _origin(row: Movable) -> Patient:
    return cast("Patient", row.patient)


def _locked(*ids: int) -> dict[int, Patient]:
    """The charts, locked in the order of their ids."""
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return {row.pk: row for row in rows.order_by("pk")}
