"""PERSONAL_DATA: what this floor keeps about a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheduling.models import (
    Appointment,
    Attendee,
    Delay,
    SeriesMember,
    TelehealthCheckIn,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_VISIT = ("starts_at", "ends_at", "modality", "desk_note", "double_reason")
_NAMES = ("type__name", "clinician__name", "location__name")


class VisitData:
    """The visits of a chart, with their outcomes; the times stay, without a name."""

    name = "visits"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        rows = Attendee.objects.filter(patient__in=patient_ids)
        told = [f"appointment__{name}" for name in (*_VISIT, *_NAMES)]
        visits = rows.order_by("appointment__starts_at").values(
            "status", "status_at", "reason", "is_withdrawn", *told
        )
        video = TelehealthCheckIn.objects.filter(patient__in=patient_ids)
        asked = video.order_by("asked_at").values(
            "asked_at", "whereabouts", "call_back", "company"
        )
        late = Delay.objects.filter(attendee__patient__in=patient_ids)
        said = late.order_by("said_at").values("said_at", "minutes", "is_withdrawn")
        return {
            "visit": list(visits),
            "telehealth_check_in": [
                row | {"call_back": str(row["call_back"])} for row in asked
            ],
            "running_late": list(said),
        }

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return [
            Attendee._base_manager.filter(patient__in=patient_ids),
            SeriesMember._base_manager.filter(patient__in=patient_ids),
            TelehealthCheckIn._base_manager.filter(patient__in=patient_ids),
            Delay._base_manager.filter(attendee__patient__in=patient_ids),
        ]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """The time of a visit stays: it was the clinician's and the room's as well."""
        theirs = Appointment._base_manager.filter(attendees__patient__in=patient_ids)
        words = ("desk_note", "double_reason", "outside_reason", "telehealth_url")
        return [(theirs.distinct(), words)]
