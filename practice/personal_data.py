"""What this floor keeps about a patient: for export and for erasure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core import serializers
from django.db.models import Q

from practice import moved_off, trail_search, whose
from practice.contributions import load
from practice.models import (
    Announcement,
    BreakGlass,
    CallAttempt,
    Caregiver,
    Caregiving,
    CareTeamMember,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Incident,
    IncidentPatient,
    IncidentStep,
    Link,
    NotTheSame,
    PaperEntry,
    Patient,
    PatientAlert,
    Task,
    TrailEntry,
    WatchFlag,
)
from practice.states import CAME_TO_NOTHING
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
    IncidentPatient,
    IncidentStep,
    NotTheSame,
    PaperEntry,
    CallAttempt,
)
# What moves to the right chart, and its columns of words. An alert's stay: whoever it
# is about must be kept safe by it.
MOVED: Mapping[type[Recorded], Sequence[str]] = {
    ContactPoint: ("label",),
    PatientAlert: (),
    ExternalId: (),
    Caregiving: (),
    Task: ("title", "words"),
    PaperEntry: ("words",),
    CallAttempt: ("words",),
}
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
        kept["trail"] = _lines(patient_ids)
        return kept

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: a chart whose care has ended waits for nobody, and its tasks go."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        """Families go with their last chart; what no page shows goes as well."""
        others = Caregiving._base_manager.exclude(patient__in=patient_ids)
        others = others.exclude(patient__arrived_with__state__in=CAME_TO_NOTHING)
        families = Caregiver._base_manager.filter(caregivings__patient__in=patient_ids)
        families = families.exclude(pk__in=others.values("caregiver")).distinct()
        incidents = self._incidents(patient_ids).exclude(pk__in=_shared(patient_ids))
        theirs = Q(patient__in=patient_ids)
        also = {
            ContactPoint: Q(caregiver__in=families),
            Caregiving: Q(caregiver__in=families),
            IncidentStep: Q(incident__in=incidents),
            NotTheSame: Q(other__in=patient_ids),
        }
        return [
            Patient._base_manager.filter(pk__in=patient_ids),
            *(
                model._base_manager.filter(theirs | also.get(model, theirs))
                for model in ABOUT_A_CHART
            ),
            families,
            incidents,
        ]

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        """What search derives of charts it forgets by itself (findable.forget)."""
        return []

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """An incident that is about others too stays, without what was written.

        A call to another stays too that a task of theirs had asked for, such as one
        made while both charts were one; and what moved to the right chart.
        """
        shared = self._incidents(patient_ids).filter(pk__in=_shared(patient_ids))
        steps = IncidentStep.objects.filter(incident__in=shared)
        calls = CallAttempt.objects.filter(task__patient__in=patient_ids)
        return [
            (calls.exclude(patient__in=patient_ids), ("task",)),
            (shared, ("words", "outcome")),
            (steps.exclude(patient__in=patient_ids), ("words", "letter")),
            *(
                one
                for model, columns in MOVED.items()
                for one in moved_off.texts(
                    moved_off.rows_of(model, patient_ids=patient_ids),
                    columns,
                    patient_ids=patient_ids,
                )
            ),
        ]

    def _incidents(self, patient_ids: Sequence[int]) -> QuerySet[Incident]:
        return Incident.objects.filter(about__patient__in=patient_ids).distinct()


def export_chart(*, patient: Patient, by: Actor) -> dict[str, Any]:
    """Everything every floor keeps about a chart and all merged into it.

    Leaves a line in the trail for each of them: they may be parted again.
    """
    charts = list(Patient.objects.chart_set(patient).order_by("pk"))
    for chart in charts:
        note(by=by, kind="patient.exported", about=chart)
    ids = [chart.pk for chart in charts]
    return {keeper.name: keeper().export(ids) for keeper in load("PERSONAL_DATA")}


def _lines(patient_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The lines about charts, and about what is theirs among others'.

    Why somebody did what concerns others too may tell of those.
    """
    keys = trail_search.keys_about(patient_ids)
    lines = list(TrailEntry.objects.filter(pk__in=keys).order_by("pk"))
    shared = whose.said_of_others(lines, patient_ids)
    return [
        {
            "at": line.at,
            "actor": line.actor,
            "kind": line.kind,
            "reason": line.reason
            if line.patient_id in patient_ids and line.pk not in shared
            else "",
        }
        for line in lines
    ]


def _shared(patient_ids: Sequence[int]) -> QuerySet[Any, Any]:
    """The incidents that somebody else is on."""
    others = IncidentPatient.objects.exclude(patient__in=patient_ids)
    return others.values("incident")


def _rows(queryset: Any) -> list[Any]:
    rows: list[Any] = json.loads(serializers.serialize("json", queryset))
    for row in rows:
        for name in NEVER_EXPORTED:
            row["fields"].pop(name, None)
    return rows
