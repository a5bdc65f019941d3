"""Merging duplicate charts by pointer: nothing moves, so it can be undone.

A merged chart points to the one that stands for it, never further. Where the
duplicate is the stricter (restricted, paused), the other becomes as strict;
undoing takes that back as far as nobody changed it since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import links
from practice.models import Patient, TrailEntry
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

# What merging may make stricter; the columns of a line change together.
STRICTNESS = (("is_restricted",), ("state", "paused_until", "pause_reason"))


class CannotMerge(NotPossible):
    """These two charts cannot become one, or one cannot become two."""


@transaction.atomic
def merge(
    *, duplicate: Patient, into: Patient, by: Actor, now: datetime, reason: str = ""
) -> Patient:
    """Let `into` stand for `duplicate`; the stricter of two answers wins.

    Links of both charts die: what they would show is no longer what they were
    made for. Raises CannotMerge.
    """
    charts = _locked(duplicate.pk, into.pk)
    duplicate, into = charts[duplicate.pk], charts[into.pk]
    if refusal := _why_not(duplicate, into):
        raise CannotMerge(refusal)
    duplicate.merged_into = into
    keep(duplicate, by=by, kind="patient.merged", reason=reason)
    before = _strictness(into)
    _tighten(into)
    _keep_if_changed(into, before, by=by, reason=_because_of(duplicate))
    for chart in (duplicate, into):
        links.withdraw_all(patient=chart, by=by, now=now)
    return into


@transaction.atomic
def undo(*, duplicate: Patient, by: Actor) -> Patient:
    """Let a merged chart stand for itself again. Raises CannotMerge."""
    head = Patient.objects.get(pk=duplicate.pk).merged_into_id
    charts = _locked(duplicate.pk, head or duplicate.pk)
    duplicate = charts[duplicate.pk]
    if head is None or duplicate.merged_into_id != head:
        raise CannotMerge(_("This chart is not merged into another."))
    into, before = charts[head], _strictness(charts[head])
    _loosen(into, duplicate)
    duplicate.merged_into = None
    keep(duplicate, by=by, kind="patient.unmerged")
    _tighten(into)
    _keep_if_changed(into, before, by=by, reason=f"undo: {_because_of(duplicate)}")
    return duplicate


def ids_of(patient: Patient) -> Sequence[int]:
    """The ids of a chart and of all that it stands for; look-ups use these."""
    return list(Patient.objects.chart_set(patient).values_list("pk", flat=True))


def _why_not(duplicate: Patient, into: Patient) -> str:
    """Why two charts cannot become one, as a sentence; empty if they can."""
    if duplicate.pk == into.pk:
        return _("A chart cannot be merged into itself.")
    if duplicate.merged_into_id or into.merged_into_id:
        return _("One of these charts was already merged into another.")
    if duplicate.merged_charts.exists():
        return _("Other charts were merged into this one: undo them first.")
    died = [chart.state == PatientState.DECEASED for chart in (duplicate, into)]
    if any(died) and not all(died):
        return _("Only one of these charts says that the patient has died: correct it.")
    return ""


def _tighten(chart: Patient) -> None:
    """Make a chart as strict as the strictest that it stands for."""
    merged = list(chart.merged_charts.all())
    if any(other.is_restricted for other in merged):
        chart.is_restricted = True
    paused = [other for other in merged if other.state == PatientState.PAUSED]
    if not paused or chart.state not in (PatientState.ACTIVE, PatientState.PAUSED):
        return
    if chart.state == PatientState.ACTIVE:
        chart.state = PatientState.PAUSED
        chart.paused_until = paused[0].paused_until
        chart.pause_reason = paused[0].pause_reason
    for other in paused:
        chart.paused_until = _later(chart.paused_until, other.paused_until)


def _loosen(into: Patient, duplicate: Patient) -> None:
    """Take back what merging `duplicate` made stricter and nobody changed since."""
    lines = TrailEntry.objects.filter(record="patient", record_id=duplicate.pk)
    merged_at = lines.filter(kind="patient.merged").latest("pk").at
    made = into.history.filter(
        history_change_reason=_because_of(duplicate), history_date__gte=merged_at
    ).first()
    if made is None:
        return
    for names in STRICTNESS:
        if all(getattr(into, name) == getattr(made, name) for name in names):
            for name in names:
                setattr(into, name, getattr(made.prev_record, name))


def _later(first: date | None, second: date | None) -> date | None:
    """The later end of two pauses; None is a pause without one."""
    return max(first, second) if first and second else None


def _strictness(chart: Patient) -> list[object]:
    return [getattr(chart, name) for names in STRICTNESS for name in names]


def _keep_if_changed(
    chart: Patient, before: list[object], *, by: Actor, reason: str
) -> None:
    if _strictness(chart) != before:
        keep(chart, by=by, kind="patient.strictness_changed", reason=reason)


def _because_of(duplicate: Patient) -> str:
    return f"merged with chart {duplicate.pk}"


def _locked(*ids: int) -> dict[int, Patient]:
    """The charts, locked in the order of their ids."""
    rows = Patient.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}
