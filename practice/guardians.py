"""Whom to call about a child: guardians who may be told, and their numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from practice import ages, barring
from practice.announcements import OF_FAMILY
from practice.models import Caregiving, ContactKind, ContactPoint, Relation
from practice.models.patients import about_charts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from practice.models import Practice

# Who answers for somebody; partners and helpers are asked by the patient alone.
WHO = (Relation.PARENT, Relation.GUARDIAN, Relation.FOSTER, Relation.COURT)
OF_KIN = ("name", "language", "own_chart")


@dataclass(frozen=True, slots=True)
class Guardian:
    """Somebody who answers for a patient, with the phones that they have."""

    caregiving: Caregiving
    phones: Sequence[ContactPoint]

    @property
    def may_be_texted(self) -> bool:
        return any(one.may_text for one in self.phones)

    @property
    def words(self) -> str:
        """What they are to the patient."""
        return str(self.caregiving.get_relation_display())

    @property
    def name(self) -> str:
        return self.caregiving.caregiver.name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split())


def around(
    heads: Collection[int], *, day: date, practice: Practice | None = None
) -> Mapping[int, Sequence[Guardian]]:
    """Who may be told about some patients' visits and has a phone, by chart.

    A chart stands with all that were merged into it; whom one of them bars is left
    out. The practice is asked for unless it is given; the number of queries is the
    same for any number of charts.
    """
    found: dict[int, list[Guardian]] = defaultdict(list)
    told = answering(family_of(heads), day=day, practice=practice)
    if not told:
        return found
    phones = _phones({caregiver for _head, caregiver in told})
    for (head, caregiver), row in told.items():
        if phones[caregiver]:
            found[head].append(Guardian(row, phones[caregiver]))
    return found


def family_of(heads: Collection[int]) -> Sequence[Caregiving]:
    """Everybody around some charts, whatever they may know."""
    rows = Caregiving.objects.filter(about_charts(heads), is_withdrawn=False)
    family = rows.select_related("patient", "caregiver").order_by("pk")
    return list(family.only(*OF_FAMILY, *(f"caregiver__{name}" for name in OF_KIN)))


def answering(
    family: Sequence[Caregiving], *, day: date, practice: Practice | None = None
) -> Mapping[tuple[int, int], Caregiving]:
    """Who among them answers for a patient and may be told, by chart and caregiver."""
    if not family:
        return {}
    never, of_age = barring.barred_around(family), ages.majority_age(practice)
    told = {
        (row.patient.merged_into_id or row.patient_id, row.caregiver_id): row
        for row in family
        if row.may_be_told
        and row.relation in WHO
        and row.is_current(day, of_age=of_age)
    }
    return {who: row for who, row in told.items() if who not in never}


def _phones(caregivers: Collection[int]) -> Mapping[int, list[ContactPoint]]:
    points = ContactPoint.objects.filter(
        caregiver__in=caregivers, kind=ContactKind.PHONE, ended_at=None
    )
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in points.order_by("pk"):
        found[point.caregiver_id or 0].append(point)
    return found
