"""Whom to call about a child: guardians who may be told, and their numbers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practice import ages, barring
from practice.announcements import OF_FAMILY
from practice.models import Caregiving, ContactKind, ContactPoint, Relation
from practice.models.patients import about_charts
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from practice.contacts import Key
    from practice.models import Practice

# Who answers for somebody; partners and helpers are asked by the patient alone.
WHO = (Relation.PARENT, Relation.GUARDIAN, Relation.FOSTER, Relation.COURT)
OF_KIN = ("name", "language", "own_chart")


@dataclass(frozen=True, slots=True, eq=False)
class Guardian:
    """Somebody who answers for a patient, with the phones that they have."""

    caregiving: Caregiving
    phones: Sequence[ContactPoint]

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


@dataclass(frozen=True, slots=True)
class Circle:
    """Who answers for a patient, and by which numbers others would learn of it."""

    guardians: Sequence[Guardian]
    barred: Collection[Key]  # numbers of whoever must not be told anything


def around(
    heads: Collection[int], *, day: date, practice: Practice | None = None
) -> Mapping[int, Sequence[Guardian]]:
    """Who may be told about some patients' visits and has a phone, by chart.

    Whether a number of theirs may be used, practice.phones says.
    """
    found = circles(heads, day=day, practice=practice)
    guards = {head: one.guardians for head, one in found.items()}
    return defaultdict(list, guards)


def circles(
    heads: Collection[int], *, day: date, practice: Practice | None = None
) -> Mapping[int, Circle]:
    """Who stands around some patients, by chart; nobody, where a chart is missing.

    A chart stands with all that were merged into it; whom one of them bars is left
    out. The practice is asked for unless it is given; the number of queries is the
    same for any number of charts.
    """
    family = family_of(heads)
    if not family:
        return {}
    never = barring.barred_around(family)
    told = _told(family, never, day=day, practice=practice)
    numbers = _phones({caregiver for _head, caregiver in told})
    guards: dict[int, list[Guardian]] = defaultdict(list)
    for (head, caregiver), row in told.items():
        if numbers[caregiver]:
            guards[head].append(Guardian(row, numbers[caregiver]))
    theirs = barring.numbers_of({caregiver for _head, caregiver in never})
    barred: dict[int, set[Key]] = defaultdict(set)
    for head, caregiver in never:
        barred[head] |= theirs[caregiver]
    return {head: Circle(guards[head], barred[head]) for head in {*guards, *barred}}


def family_of(heads: Collection[int]) -> Sequence[Caregiving]:
    """Everybody around some charts, whatever they may know."""
    return _family_of(heads=list(heads))


@prepared
def _family_of(heads: Any) -> QuerySet[Caregiving]:
    rows = Caregiving.objects.filter(about_charts(heads), is_withdrawn=False)
    family = rows.select_related("patient", "caregiver").order_by("pk")
    return family.only(*OF_FAMILY, *(f"caregiver__{name}" for name in OF_KIN))


def answering(
    family: Sequence[Caregiving], *, day: date, practice: Practice | None = None
) -> Mapping[tuple[int, int], Caregiving]:
    """Who among them answers for a patient and may be told, by chart and caregiver."""
    if not family:
        return {}
    never = barring.barred_around(family)
    return _told(family, never, day=day, practice=practice)


def _told(
    family: Sequence[Caregiving],
    never: Collection[tuple[int, int]],
    *,
    day: date,
    practice: Practice | None,
) -> Mapping[tuple[int, int], Caregiving]:
    of_age = ages.majority_age(practice)
    told = {
        (row.patient.merged_into_id or row.patient_id, row.caregiver_id): row
        for row in family
        if row.may_be_told
        and row.relation in WHO
        and row.is_current(day, of_age=of_age)
    }
    return {who: row for who, row in told.items() if who not in never}


def phones() -> QuerySet[ContactPoint]:
    """The phones in use, in the order in which they were put down."""
    rows = ContactPoint.objects.filter(kind=ContactKind.PHONE, ended_at=None)
    return rows.order_by("pk")


@prepared
def _phones_of(caregivers: Any) -> QuerySet[ContactPoint]:
    return phones().filter(caregiver__in=caregivers)


def _phones(caregivers: Collection[int]) -> Mapping[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in _phones_of(caregivers=list(caregivers)):
        found[point.caregiver_id or 0].append(point)
    return found
