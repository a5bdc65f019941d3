"""Who reads what is sent to an address: the patient, or family whose number it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent import addresses
from practice.models import Caregiver, Caregiving, ContactPoint, Patient
from practice.models.patients import about_chart

if TYPE_CHECKING:
    from collections.abc import Sequence


def caregiver_at(address: str, patient: Patient) -> Caregiver | None:
    """Who of a patient's family has an address that the patient does not have."""
    points = addresses.points_at([address])
    if points.filter(about_chart(patient)).exists():
        return None
    carers = points.exclude(caregiver=None).values("caregiver")
    rows = Caregiving.objects.filter(
        about_chart(patient), caregiver__in=carers, is_withdrawn=False
    )
    row = rows.select_related("caregiver").order_by("must_not_be_told", "pk").first()
    return row.caregiver if row else None


def has(address: str, patient: Patient) -> bool:
    """Whether an address stands on a chart, as the patient's or as their family's."""
    points = addresses.points_at([address])
    own = points.filter(about_chart(patient)).exists()
    return own or caregiver_at(address, patient) is not None


def numbers_of(patient: Patient) -> Sequence[tuple[ContactPoint, Caregiver | None]]:
    """The phones of a chart and of the family on it, each number once, own first."""
    own = ContactPoint.objects.filter(ended_at=None).filter(
        about_chart(patient), kind="phone"
    )
    family = Caregiving.objects.filter(
        about_chart(patient), is_withdrawn=False, must_not_be_told=False
    )
    theirs = ContactPoint.objects.filter(ended_at=None).filter(
        caregiver__in=family.values("caregiver"), kind="phone"
    )
    found: dict[str, tuple[ContactPoint, Caregiver | None]] = {}
    for point in own.order_by("-is_first", "pk"):
        found.setdefault(addresses.of_point(point), (point, None))
    for point in theirs.select_related("caregiver").order_by("pk"):
        found.setdefault(addresses.of_point(point), (point, point.caregiver))
    return list(found.values())
