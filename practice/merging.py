"""Merging duplicate charts by pointer: nothing moves, so it can be undone.

A merged chart points to the one that stands for it, never further. Where the
duplicate is the stricter (restricted, paused, in need of something), the other
becomes as strict, whatever was chosen. Which name, birth date or language counts
is chosen field by field, and kept on the chart that stands; undoing takes both
back as far as nobody changed it since, in whatever order merges are undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from practice import findable, links, watching
from practice.findable import search_text_of
from practice.models import Patient, TrailEntry
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.versions import Shown

MERGED, CHANGED_BY_IT = "patient.merged", "patient.strictness_changed"
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
    keep(duplicate, by=by, kind=MERGED, reason=reason)
    before = _changed(into)
    for name in set(takes) & set(CHOSEN):
        if name != "interpreter" or duplicate.interpreter:  # a need is not chosen away
            setattr(into, name, getattr(duplicate, name))
    _tighten(into, duplicate)
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
    duplicate.merged_into = None
    keep(duplicate, by=by, kind="patient.unmerged")
    _tell_again(into)
    _keep_if_changed(into, before, by=by, reason=f"undo: {_because_of(duplicate)}")
    for chart in (duplicate, into):  # a talk counts for the chart that it stands on
        watching.recount(patient=chart, by=by)
    return duplicate


def ids_of(patient: Patient) -> Sequence[int]:
    """The ids of a chart and of all that it stands for; look-ups use these."""
    return list(Patient.objects.chart_set(patient).values_list("pk", flat=True))


def standing(patients: Sequence[Patient]) -> list[Patient]:
    """Some patients, each by the chart that stands for theirs; takes one query."""
    rows = Patient.objects.filter(pk__in=[one.pk for one in patients])
    charts = {one.pk: one for one in rows.select_related("merged_into")}
    return [charts[one.pk].merged_into or charts[one.pk] for one in patients]


def _why_not(duplicate: Patient, into: Patient) -> str:
    """Why two charts cannot become one, as a sentence; empty if they can."""
    if duplicate.pk == into.pk:
        return _("A chart cannot be merged into itself.")
    if duplicate.merged_into_id or into.merged_into_id:
        return _("One of these charts was already merged into another.")
    if refusal := why_not_joining(duplicate, into):
        return refusal
    died = [chart.state == PatientState.DECEASED for chart in (duplicate, into)]
    if any(died) and not all(died):
        return _("Only one of these charts says that the patient has died: correct it.")
    return ""


def why_not_joining(duplicate: Patient, into: Patient) -> str:
    """Why a chart that stands for others stays; empty if it stands for none.

    Pointers lead to a chart that stands, never further: so no undo takes back half.
    """
    numbers = list(joined(duplicate).values_list("pk", flat=True))
    if not numbers:
        return ""
    if joined(into).exists():
        words = _(
            "Both charts stand for others by now. Undo first what was merged into "
            "the one that joins: %(numbers)s. Then merge each into the one that stays."
        )
    else:
        words = _(
            "The chart that joins stands for others by now: %(numbers)s. Merge the "
            "other way round: it stays, and all of them are one."
        )
    listed = ", ".join(_("no. %(id)s") % {"id": pk} for pk in numbers)
    return words % {"numbers": listed}


def joined(chart: Patient) -> QuerySet[Patient]:
    """The charts that one stands for, in the order of their numbers."""
    return chart.merged_charts.order_by("pk")


def _tighten(chart: Patient, other: Patient) -> None:
    """Make a chart as strict as another one that it stands for."""
    for name in ("is_restricted", *NEEDS):
        setattr(chart, name, getattr(chart, name) or getattr(other, name))
    chart.interpreter = chart.interpreter or other.interpreter
    if other.state != PatientState.PAUSED:
        return
    if chart.state == PatientState.ACTIVE:
        chart.state = PatientState.PAUSED
        chart.paused_until, chart.pause_reason = other.paused_until, other.pause_reason
    elif chart.state == PatientState.PAUSED:
        chart.paused_until = _later(chart.paused_until, other.paused_until)


def _tell_again(chart: Patient) -> None:
    """Make a chart what it would be with only those merges that stand now.

    Told from its history, line by line: what somebody changed counts, and what a
    merge changed counts where that merge stands.
    """
    merged = {other.pk: other for other in chart.merged_charts.all()}
    rows = {row.history_id: row for row in chart.history.all()}
    lines = _lines_of(chart, merged)
    began = {line.record_id: line.pk for line in lines if line.kind == MERGED}
    taken = {_because_of(other): other for other in merged.values()}
    before = None
    for line in lines:
        if other := merged.get(line.record_id or 0):
            if line.pk == began[other.pk]:
                _tighten(chart, other)
            continue
        row, other = rows[line.history_id], taken.get(line.reason)
        if line.kind != CHANGED_BY_IT:
            _follow(chart, row, before)
        elif other and line.pk > began[other.pk]:
            _take(chart, other, row, before)
        before = row


def _lines_of(chart: Patient, merged: Collection[int]) -> list[TrailEntry]:
    """What happened to a chart, and the merges of others, in their order."""
    lines = TrailEntry.objects.filter(record="patient", history_id__isnull=False)
    ours = Q(record_id=chart.pk) | Q(record_id__in=merged, kind=MERGED)
    return list(lines.filter(ours).order_by("pk"))


def _follow(chart: Patient, row: Patient, before: Patient | None) -> None:
    """Take over from a history row what was changed then."""
    for names in CHANGED:
        if before is None or any(_differ(row, before, name) for name in names):
            for name in names:
                setattr(chart, name, getattr(row, name))


def _take(chart: Patient, other: Patient, row: Patient, before: Patient | None) -> None:
    """Let `other` be right again in what was taken from it then."""
    for name in CHOSEN:
        if before is not None and _differ(row, before, name):
            setattr(chart, name, getattr(other, name))


def _differ(one: Patient, other: Patient, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


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
    keep(chart, by=by, kind=CHANGED_BY_IT, reason=reason)


def _because_of(duplicate: Patient) -> str:
    return f"merged with chart {duplicate.pk}"


def _locked(*ids: int) -> dict[int, Patient]:
    """The charts, locked in the order of their ids."""
    rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return {row.pk: row for row in rows.order_by("pk")}
