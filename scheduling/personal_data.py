"""PERSONAL_DATA: what this floor keeps about a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scheduling import risk
from scheduling.models import (
    Appointment,
    Attendee,
    Delay,
    SeriesMember,
    TelehealthCheckIn,
    VisitRisk,
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
        return {
            "visit": list(visits),
            "extra_call": self._reckoned(patient_ids),
            **self._of_the_day(patient_ids),
        }

    def _of_the_day(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        """What they answered at video visits, and when they said they were late."""
        video = TelehealthCheckIn.objects.filter(patient__in=patient_ids)
        asked = video.order_by("asked_at").values(
            "asked_at", "whereabouts", "call_back", "company"
        )
        late = Delay.objects.filter(attendee__patient__in=patient_ids)
        said = late.order_by("said_at").values("said_at", "minutes", "is_withdrawn")
        return {
            "telehealth_check_in": [
                row | {"call_back": str(row["call_back"])} for row in asked
            ],
            "running_late": list(said),
        }

    def _reckoned(self, patient_ids: Sequence[int]) -> list[Mapping[str, Any]]:
        """What is inferred of a person is their data, so it is told whom it is about.

        Here, where a patient asks for their own chart, and in no other export.
        """
        rows = VisitRisk.objects.filter(attendee__patient__in=patient_ids)
        rows = rows.select_related("attendee__appointment").order_by("pk")
        return [
            {
                "visit_starts_at": row.attendee.appointment.starts_at,
                "may_need_an_extra_call": row.may_need_call,
                "reasons": risk.words_of(row.reasons),
                "reckoned_at": row.scored_at,
            }
            for row in rows
        ]

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return [
            Attendee._base_manager.filter(patient__in=patient_ids),
            SeriesMember._base_manager.filter(patient__in=patient_ids),
            TelehealthCheckIn._base_manager.filter(patient__in=patient_ids),
            Delay._base_manager.filter(attendee__patient__in=patient_ids),
        ]

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        return [VisitRisk.objects.filter(attendee__patient__in=patient_ids)]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """The time of a visit stays: it was the clinician's and the room's as well."""
        theirs = Appointment._base_manager.filter(attendees__patient__in=patient_ids)
        words = ("desk_note", "double_reason", "outside_reason", "telehealth_url")
        return [(theirs.distinct(), words)]
