"""Merging duplicate charts by pointer: nothing moves, so it can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from practice import links
from practice.models import Patient
from practice.rules import NotPossible
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class CannotMerge(NotPossible):
    """These two charts cannot become one."""


@transaction.atomic
def merge(
    *, duplicate: Patient, into: Patient, by: Actor, now: datetime, reason: str = ""
) -> Patient:
    """Let `into` stand for `duplicate` and everything merged into it before.

    Open links of the duplicate die. Raises CannotMerge.
    """
    charts = _locked(duplicate, into)
    duplicate, into = charts[duplicate.pk], charts[into.pk]
    if duplicate.pk == into.pk:
        raise CannotMerge("A chart cannot be merged into itself.")
    if duplicate.merged_into_id or into.merged_into_id:
        raise CannotMerge("One of these charts was already merged into another.")
    if duplicate.merged_charts.exists():
        raise CannotMerge("Other charts were merged into this one: undo them first.")
    if duplicate.is_restricted and not into.is_restricted:
        into.is_restricted = True  # the stricter answer wins
        keep(into, by=by, kind="patient.restricted", reason="merge")
    duplicate.merged_into = into
    keep(duplicate, by=by, kind="patient.merged", reason=reason)
    links.withdraw_all(patient=duplicate, by=by, now=now)
    return into


@transaction.atomic
def undo(*, duplicate: Patient, by: Actor) -> Patient:
    """Let a merged chart stand for itself again. Raises CannotMerge."""
    duplicate = Patient.objects.select_for_update().get(pk=duplicate.pk)
    if duplicate.merged_into_id is None:
        raise CannotMerge("This chart is not merged into another.")
    duplicate.merged_into = None
    return keep(duplicate, by=by, kind="patient.unmerged")


def ids_of(patient: Patient) -> Sequence[int]:
    """The ids of a chart and of all that it stands for; look-ups use these."""
    return list(Patient.objects.chart_set(patient).values_list("pk", flat=True))


def _locked(*patients: Patient) -> dict[int, Patient]:
    """The charts, locked in the order of their ids."""
    ids = sorted({patient.pk for patient in patients})
    rows = Patient.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}
