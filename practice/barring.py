"""Who must not be told anything, on all charts of a patient: the strictest counts.

The same man may be on two charts as two caregivers: whoever has the name of somebody
barred, and no number that tells them apart, is taken for the same person.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from practice import contacts, names
from practice.models import Caregiver, Caregiving, ContactKind, ContactPoint
from practice.models.patients import about_charts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from practice.models import Patient

Who: TypeAlias = tuple[frozenset[str], frozenset[tuple[str, str]]]  # words, numbers


def barred_around(rows: Iterable[Caregiving]) -> frozenset[tuple[int, int]]:
    """Whom patients' charts bar: the chart that stands, with each caregiver's id."""
    circles: dict[int, list[Caregiving]] = defaultdict(list)
    for row in rows:
        if not row.is_withdrawn:
            circles[_head(row)].append(row)
    return _in_circles(circles)


def barred_people(rows: Iterable[Caregiving]) -> frozenset[int]:
    """Whom one of a patient's charts bars: no other chart of theirs lets them know."""
    return frozenset(pk for _chart, pk in barred_around(rows))


def barred_by_merging(into: Patient, duplicate: Patient) -> Sequence[str]:
    """Who is told nothing any more once one chart stands for the other, by name."""
    both = about_charts([into.pk, duplicate.pk])
    found = Caregiving.objects.filter(both, is_withdrawn=False).order_by("pk")
    rows = list(found.select_related("patient", "caregiver"))
    now = barred_around(rows)
    then = _in_circles({into.pk: rows})
    told = [row for row in rows if (_head(row), row.caregiver_id) not in now]
    names_of = (
        row.caregiver.name for row in told if (into.pk, row.caregiver_id) in then
    )
    return list(dict.fromkeys(names_of))


def numbers_of(ids: Collection[int]) -> Mapping[int, set[contacts.Key]]:
    """The numbers and addresses by which some caregivers would learn of something.

    Of somebody who is a patient as well, those on their own chart too. Takes two
    questions, or none.
    """
    found: dict[int, set[contacts.Key]] = defaultdict(set)
    if not ids:
        return found
    charts: dict[int, set[int]] = defaultdict(set)
    people = Caregiver.objects.filter(pk__in=ids).exclude(own_chart=None)
    own = people.values_list("pk", "own_chart", "own_chart__merged_into")
    for pk, one, head in own:
        charts[head or one].add(pk)
    about = Q(caregiver__in=ids) | about_charts(list(charts))
    points = ContactPoint.objects.filter(about, ended_at=None)
    for point in points.select_related("patient"):
        chart = point.patient
        who = charts[chart.merged_into_id or chart.pk] if chart else ()
        for pk in who or {point.caregiver_id or 0}:
            found[pk].add(contacts.key_of(point))
    return found


def _in_circles(
    circles: Mapping[int, Sequence[Caregiving]],
) -> frozenset[tuple[int, int]]:
    """Whom each circle of people around a patient bars, under whatever record."""
    sure = {head: _barred(theirs) for head, theirs in circles.items()}
    open_ones = {
        head: {row.caregiver_id for row in theirs} - sure[head]
        for head, theirs in circles.items()
        if sure[head]
    }
    unsure = {head: ids for head, ids in open_ones.items() if ids}
    who = _who([pk for head, ids in unsure.items() for pk in (*ids, *sure[head])])
    found = {(head, pk) for head, ids in sure.items() for pk in ids}
    found |= {
        (head, pk)
        for head, ids in unsure.items()
        for pk in ids
        if any(_may_be_one(who[pk], who[other]) for other in sure[head])
    }
    return frozenset(found)


def _head(row: Caregiving) -> int:
    return row.patient.merged_into_id or row.patient.pk


def _barred(rows: Iterable[Caregiving]) -> set[int]:
    return {row.caregiver_id for row in rows if row.must_not_be_told}


def _who(ids: Collection[int]) -> Mapping[int, Who]:
    """What tells some caregivers apart; takes two questions, or none."""
    if not ids:
        return {}
    numbers: dict[int, set[tuple[str, str]]] = defaultdict(set)
    points = ContactPoint.objects.filter(caregiver__in=ids, ended_at=None)
    for point in points.exclude(kind=ContactKind.POST):
        numbers[point.caregiver_id or 0].add(contacts.key_of(point))
    people = Caregiver.objects.filter(pk__in=ids).values_list("pk", "name")
    return {
        pk: (frozenset(names.words_of(name)), frozenset(numbers[pk]))
        for pk, name in people
    }


def _may_be_one(one: Who, other: Who) -> bool:
    is_apart = one[1] and other[1] and one[1].isdisjoint(other[1])
    return one[0] == other[0] and not is_apart
