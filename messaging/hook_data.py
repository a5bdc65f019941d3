"""PERSONAL_DATA: what the vendor's calls say about whoever has a number."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Value
from django.db.models.functions import Concat

from consent import addresses
from messaging.hooks import STUCK
from messaging.missed_calls import KIND as MISSED
from messaging.models import (
    Delivery,
    DeliveryPart,
    HookCall,
    IncomingCall,
    Message,
    PhonePin,
    SimulatedCall,
    SimulatedPhone,
    SimulatedText,
)
from messaging.models.vendors import HookKind
from practice.models import Caregiving, ContactPoint, Task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_EXPORTED = ("kind", "address", "word", "form", "came_at")


class HookData:
    """Calls of the vendor; they go whole, and after a month anyway.

    By the number, where nobody else ever had it, also that of family that is on no
    other chart; by what is on a chart, where somebody did: no one is handed, or takes
    along, what another wrote. What they meant stands in messages and deliveries, which
    name the patient.
    """

    name = "vendor's calls"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        rows = HookCall.objects.filter(_theirs(patient_ids)).order_by("pk")
        alone = _numbers(patient_ids)
        phoned = IncomingCall.objects.filter(address__in=alone).order_by("pk")
        return {
            "calls": list(rows.values(*_EXPORTED)),
            "phone call": list(phoned.values("address", "came_at", "outcome")),
        }

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: what a phone said waits for people elsewhere."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return []

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        """Of a number that others had too: what was worked, and is on their charts."""
        alone = _numbers(patient_ids)
        is_read = Q(address__in=alone) | Q(worked_at__isnull=False)
        calls = HookCall.objects.filter(_theirs(patient_ids), is_read)
        models: tuple[Any, ...] = (IncomingCall, SimulatedText, SimulatedPhone)
        models += (SimulatedCall,)
        rows = [model.objects.filter(address__in=alone) for model in models]
        pins = PhonePin.objects.filter(patient__in=patient_ids)
        return [HookCall.objects.filter(pk__in=_keys(calls)), *rows, pins]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """Tasks about texts and calls that nobody took in begin with the number."""
        tasks = Task._base_manager.filter(kind__in=[STUCK, MISSED])
        alone = _numbers(patient_ids)
        starts = [Q(words__startswith=f"{at}:") for at in alone]
        mine = tasks.filter(reduce(or_, starts)) if starts else tasks.none()
        return [(mine, ("words",))]


def _theirs(patient_ids: Sequence[int]) -> Q:
    """Calls about numbers that nobody else had, or about what is on these charts."""
    came = Message.objects.filter(patient__in=patient_ids).values("vendor_id")
    others = DeliveryPart.objects.exclude(patient__in=patient_ids).order_by()
    theirs = Q(patient__in=patient_ids) | Q(parts__patient__in=patient_ids)
    went = Delivery.objects.filter(theirs, staff=None).values("pk")
    went = went.exclude(pk__in=others.values("delivery"))
    said = HookCall.objects.annotate(step=Concat("vendor_id", Value("."), "word"))
    pressed = said.filter(kind=HookKind.VOICE, step__in=came)
    return (
        Q(address__in=_numbers(patient_ids))
        | Q(kind=HookKind.INBOUND, vendor_id__in=came)
        | Q(pk__in=pressed.values("pk"))
        | Q(delivery_id__in=went)
    )


def _numbers(patient_ids: Sequence[int]) -> Collection[str]:
    """Theirs and their family's that nobody else has, or had."""
    return {*_own_numbers(patient_ids), *_numbers_of_family(patient_ids)}


def _own_numbers(patient_ids: Sequence[int]) -> Collection[str]:
    """Every number that these charts have, or had, and nobody else has, or had."""
    points = ContactPoint._base_manager.filter(patient__in=patient_ids)
    theirs = {addresses.of_point(one) for one in points.exclude(kind="post")}
    others = addresses.ever_at(theirs).exclude(patient__in=patient_ids)
    return theirs - {addresses.of_point(one) for one in others}


def _numbers_of_family(patient_ids: Sequence[int]) -> Collection[str]:
    """Those of family that is nobody else's family, on no other chart."""
    others = Caregiving._base_manager.exclude(patient__in=patient_ids)
    family = Caregiving._base_manager.filter(patient__in=patient_ids)
    alone = family.exclude(caregiver__in=others.values("caregiver"))
    points = ContactPoint._base_manager.filter(caregiver__in=alone.values("caregiver"))
    theirs = {addresses.of_point(one) for one in points.exclude(kind="post")}
    strangers = addresses.ever_at(theirs).exclude(patient__in=patient_ids)
    strangers = strangers.exclude(pk__in=points.values("pk"))
    return theirs - {addresses.of_point(one) for one in strangers}


def _keys(rows: QuerySet[Any]) -> set[int]:
    """Read at once: what they are found by goes in the same act."""
    return set(rows.values_list("pk", flat=True))
