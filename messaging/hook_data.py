"""PERSONAL_DATA: what the vendor's calls say about whoever has a number."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from consent import addresses
from messaging.hooks import STUCK
from messaging.missed_calls import KIND as MISSED
from messaging.models import (
    HookCall,
    IncomingCall,
    PhonePin,
    SimulatedCall,
    SimulatedPhone,
    SimulatedText,
)
from practice.models import Caregiving, ContactPoint, Task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_EXPORTED = ("kind", "address", "word", "form", "came_at")


class HookData:
    """Calls of the vendor, by the number; they go whole, and after a month anyway.

    So do those from the numbers of family that is on no other chart.

    What they meant stands in messages and deliveries, which name the patient.
    """

    name = "vendor's calls"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        rows = HookCall.objects.filter(address__in=_numbers(patient_ids))
        phoned = IncomingCall.objects.filter(address__in=_all_numbers(patient_ids))
        phoned = phoned.order_by("pk")
        return {
            "calls": list(rows.order_by("pk").values(*_EXPORTED)),
            "phone call": list(phoned.values("address", "came_at", "outcome")),
        }

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: what a phone said waits for people elsewhere."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return []

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        at = _all_numbers(patient_ids)
        phones: tuple[Any, ...] = (SimulatedText, SimulatedPhone, SimulatedCall)
        models: tuple[Any, ...] = (HookCall, IncomingCall, *phones)
        rows = [model.objects.filter(address__in=at) for model in models]
        return [*rows, PhonePin.objects.filter(patient__in=patient_ids)]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """Tasks about texts and calls that nobody took in begin with the number."""
        tasks = Task._base_manager.filter(kind__in=[STUCK, MISSED])
        starts = [Q(words__startswith=f"{at}:") for at in _all_numbers(patient_ids)]
        mine = tasks.filter(reduce(or_, starts)) if starts else tasks.none()
        return [(mine, ("words",))]


def _numbers(patient_ids: Sequence[int]) -> Collection[str]:
    """Every number that the charts have, or had."""
    points = ContactPoint._base_manager.filter(patient__in=patient_ids)
    return {addresses.of_point(one) for one in points.exclude(kind="post")}


def _all_numbers(patient_ids: Sequence[int]) -> Collection[str]:
    """Those of family as well, as long as it is nobody else's family, or number."""
    others = Caregiving._base_manager.exclude(patient__in=patient_ids)
    family = Caregiving._base_manager.filter(patient__in=patient_ids)
    alone = family.exclude(caregiver__in=others.values("caregiver"))
    points = ContactPoint._base_manager.filter(caregiver__in=alone.values("caregiver"))
    theirs = {addresses.of_point(one) for one in points.exclude(kind="post")}
    strangers = addresses.ever_at(theirs).exclude(patient__in=patient_ids)
    strangers = strangers.exclude(pk__in=points.values("pk"))
    shared = {addresses.of_point(one) for one in strangers}
    return {*_numbers(patient_ids), *(theirs - shared)}
