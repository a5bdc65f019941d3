"""A wish for a clinician's gender: who is meant, and of whom nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practice.models import StaffMember
from practice.models.staff import Gender

if TYPE_CHECKING:
    from collections.abc import Collection

    from scheduling.models import AppointmentType


@dataclass(frozen=True, slots=True)
class Meant:
    """Those of some clinicians whom a wish means, and how many it may hide."""

    clinicians: Collection[int]
    unknown: int  # of whom nothing is recorded: left out, and said


def of_genders(
    kind: AppointmentType, among: Collection[int], wanted: Collection[str]
) -> Meant:
    """Those who offer a type and are of one of some genders; takes one query."""
    rows = StaffMember.objects.filter(
        pk__in=among, type_offers__type=kind, type_offers__is_current=True
    )
    known = rows.values_list("pk", "clinician__gender")
    of = {pk: gender or Gender.UNSAID for pk, gender in known}
    return Meant(
        [pk for pk, gender in of.items() if gender in wanted],
        sum(gender == Gender.UNSAID for gender in of.values()),
    )
