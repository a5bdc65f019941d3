"""What this floor keeps about a patient: for export and for erasure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core import serializers
from django.db.models import Q

from practice import merging
from practice.contributions import load
from practice.models import (
    Announcement,
    BreakGlass,
    Caregiver,
    Caregiving,
    CareTeamMember,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Link,
    PaperEntry,
    Patient,
    PatientAlert,
    Task,
    TrailEntry,
    WatchFlag,
)
from practice.trail import Actor, note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

ABOUT_A_CHART = (
    HomeLocation,
    ContactPoint,
    Caregiving,
    CareTeamMember,
    ExternalId,
    PatientAlert,
    WatchFlag,
    Task,
    Link,
    Announcement,
    BreakGlass,
    PaperEntry,
)
NEVER_EXPORTED = ("search_text", "digest")  # derived, or the trace of a secret


class ChartData:
    """The chart, how to reach the person, their family, team, and the trail of it."""

    name = "chart"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        kept = {"patient": _rows(Patient.objects.filter(pk__in=patient_ids))}
        for model in ABOUT_A_CHART:
            rows = model._default_manager.filter(patient__in=patient_ids)
            kept[str(model._meta.model_name)] = _rows(rows)
        families = Caregiver.objects.filter(caregivings__patient__in=patient_ids)
        kept["caregiver"] = _rows(families.distinct())
        kept["trail"] = list(
            TrailEntry.objects.filter(patient_id__in=patient_ids).values(
                "at", "actor", "kind", "reason"
            )
        )
        return kept

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        """Families go with their last chart."""
        others = Caregiving.objects.exclude(patient__in=patient_ids)
        families = Caregiver.objects.filter(caregivings__patient__in=patient_ids)
        families = families.exclude(pk__in=others.values("caregiver")).distinct()
        points = Q(patient__in=patient_ids) | Q(caregiver__in=families)
        about = [model for model in ABOUT_A_CHART if model is not ContactPoint]
        return [
            Patient.objects.filter(pk__in=patient_ids),
            ContactPoint.objects.filter(points),
            *(
                model._default_manager.filter(patient__in=patient_ids)
                for model in about
            ),
            families,
        ]


def export_chart(*, patient: Patient, by: Actor) -> dict[str, Any]:
    """Everything every floor keeps about a chart and all merged into it.

    Leaves a line in the trail.
    """
    ids = merging.ids_of(patient)
    note(by=by, kind="patient.exported", about=patient)
    return {keeper.name: keeper().export(ids) for keeper in load("PERSONAL_DATA")}


def _rows(queryset: Any) -> list[Any]:
    rows: list[Any] = json.loads(serializers.serialize("json", queryset))
    for row in rows:
        for name in NEVER_EXPORTED:
            row["fields"].pop(name, None)
    return rows
