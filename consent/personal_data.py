"""PERSONAL_DATA: what this floor keeps about a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from consent import agreeing, said
from consent.models import ConsentRecord, OptOut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_DECIDED = ("subject", "decision", "notice_version", "taken", "address", "decided_at")


class ConsentData:
    """What a patient agreed to; and what was stopped at their numbers, which stays.

    A stop belongs to the number and to all who share it: erasing a chart does not
    let anybody write there again. It loses what was written, and whose chart it was.
    """

    name = "consent"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        decided = ConsentRecord.objects.filter(
            ~_moved_off(patient_ids), patient__in=patient_ids
        )
        return {
            "consent": list(decided.order_by("pk").values(*_DECIDED)),
            "stopped": said.told_to(patient_ids),
        }

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: what was agreed to waits for nobody."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return [ConsentRecord._base_manager.filter(_theirs(patient_ids))]

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        return []

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """What staff wrote down to lift a stop goes, too; that they did stays.

        What stands on the chart of somebody else who shares the number is theirs.
        """
        told_here = OptOut._base_manager.filter(patient__in=patient_ids)
        stops = said.of_charts(patient_ids)
        asked = agreeing.asked_after(stops).exclude(patient__in=patient_ids)
        return [(stops, ("words",)), (told_here, ("patient",)), (asked, ("words",))]


def _moved_off(patient_ids: Sequence[int]) -> Q:
    """What was decided here about a contact that is another patient's by now."""
    return Q(taken_from__isnull=False) & ~Q(taken_from__patient__in=patient_ids)


def _theirs(patient_ids: Sequence[int]) -> Q:
    """Also what was decided about a contact that was moved to one of these charts."""
    return Q(patient__in=patient_ids) | Q(taken_from__patient__in=patient_ids)
