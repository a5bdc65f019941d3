"""PERSONAL_DATA: what this floor keeps about a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from consent import addresses
from consent.models import ConsentRecord, OptOut
from practice.models import ContactPoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_DECIDED = ("subject", "decision", "notice_version", "taken", "address", "decided_at")
_STOPPED = ("address", "channel", "event", "source", "words", "happened_at")


class ConsentData:
    """What a patient agreed to; and what was stopped at their numbers, which stays.

    A stop belongs to the number and to all who share it: erasing a chart does not
    let anybody write there again. It loses what was written, and whose chart it was.
    """

    name = "consent"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        decided = ConsentRecord.objects.filter(_theirs(patient_ids))
        return {
            "consent": list(decided.order_by("pk").values(*_DECIDED)),
            "stopped": list(_stops(patient_ids).order_by("pk").values(*_STOPPED)),
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
        """What staff wrote down to lift a stop goes, too; that they did stays."""
        told_here = OptOut._base_manager.filter(patient__in=patient_ids)
        return [(_stops(patient_ids), ("words",)), (told_here, ("patient",))]


def _theirs(patient_ids: Sequence[int]) -> Q:
    """Also what was decided about a contact that was moved to one of these charts."""
    return Q(patient__in=patient_ids) | Q(taken_from__patient__in=patient_ids)


def _stops(patient_ids: Sequence[int]) -> QuerySet[OptOut]:
    """What was stopped at any number or address that the charts have, or had."""
    points = ContactPoint._base_manager.filter(patient__in=patient_ids)
    at = {addresses.of_point(point) for point in points.exclude(kind="post")}
    return OptOut._base_manager.filter(Q(patient__in=patient_ids) | Q(address__in=at))
