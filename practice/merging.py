"""Merging duplicate charts by pointer: nothing moves, so it can be undone.

A merged chart points to the one that stands for it, never further. Where the
duplicate is the stricter (restricted, paused, in need of something), the other
becomes as strict, whatever was chosen. Which name, birth date or language counts
is chosen field by field, and kept on the chart that stands; undoing takes both
back as far as nobody changed it since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import findable, links
from practice.models import Patient, TrailEntry
from practice.rules import NotPossible
from practice.searching import search_text_of
from practice.states import PatientState
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from practice.versions import Shown

# What either chart says, the merged one says.
NEEDS = (
    "needs_step_free",
    "needs_large_print",
    "needs_relay",
    "needs_no_calls",
    "needs_easy_reading",
)
# What two charts of one person may say differently: somebody chooses.
CHOSEN = (
    "given_name",
    "family_name",
    "preferred_name",
    "name_in_room",
    "pronouns",
    "born_on",
    "spoken_language",
    "written_language",
    "interpreter",
    "preferred_channel",
    "time_zone",
)
# What merging may change on the chart that stands; those of a line change together.
CHANGED = (
    ("is_restricted",),
    ("state", "paused_until", "pause_reason"),
    *((name,) for name in (*NEEDS, *CHOSEN)),
)


class CannotMerge(NotPossible):
    """These two charts cannot become one, or one cannot become two."""


@transaction.atomic
def merge(
    *,
    duplicate: Patient,
    into: Patient,
    by: Actor,
    now: datetime,
    reason: str = "",
    takes: Collection[str] = (),
    seen: Shown | None = None,
) -> Patient:
    """Let `into` stand for `duplicate`; the stricter of two answers wins.

    Of the CHOSEN columns, `takes` names those in which the duplicate is right.
    Links of both charts die: what they would show is no longer what they were
    made for. Raises CannotMerge, ChangedMeanwhile.
    """
    charts = _locked(duplicate.pk, into.pk)
    duplicate, into = charts[duplicate.pk], charts[into.pk]
    if refusal := _why_not(duplicate, into):
        raise CannotMerge(refusal)
    if seen is not None:
        seen.check()
    duplicate.merged_into = into
    keep(duplicate, by=by, kind="patient.merged", reason=reason)
    before = _changed(into)
    for name in set(takes) & set(CHOSEN):
        if name != "interpreter" or duplicate.interpreter:  # a need is not chosen away
            setattr(into, name, getattr(duplicate, name))
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
    into, before = charts[head], _changed(charts[head])
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
    for name in ("is_restricted", *NEEDS):
        if any(getattr(other, name) for other in merged):
            setattr(chart, name, True)
    if not chart.interpreter:
        chart.interpreter = next(filter(None, (one.interpreter for one in merged)), "")
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
    for names in CHANGED:
        if all(getattr(into, name) == getattr(made, name) for name in names):
            for name in names:
                setattr(into, name, getattr(made.prev_record, name))


def _later(first: date | None, second: date | None) -> date | None:
    """The later end of two pauses; None is a pause without one."""
    return max(first, second) if first and second else None


def _changed(chart: Patient) -> list[object]:
    return [getattr(chart, name) for names in CHANGED for name in names]


def _keep_if_changed(
    chart: Patient, before: list[object], *, by: Actor, reason: str
) -> None:
    if _changed(chart) == before:
        return
    chart.search_text = search_text_of(chart)
    findable.learn_later([chart])
    keep(chart, by=by, kind="patient.strictness_changed", reason=reason)


def _because_of(duplicate: Patient) -> str:
    return f"merged with chart {duplicate.pk}"


def _locked(*ids: int) -> dict[int, Patient]:
    """The charts, locked in the order of their ids."""
    rows = Patient.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}
