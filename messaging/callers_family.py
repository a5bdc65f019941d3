"""Of family that calls: whose family they are, and from whom everything is kept.

A right that ended is none; a bar stays, under whatever record the same person is
(practice.barring), and by the number on their own chart as well.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from practice import ages, barring, zones
from practice.models import Caregiver, Caregiving
from practice.models.patients import about_charts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from practice.models import ContactPoint


@dataclass(frozen=True, slots=True)
class Kin:
    """What somebody with a number is to the patient of one chart."""

    head: int  # the chart that stands
    relation: str
    is_barred: bool  # must not be told anything


def at(
    points: Mapping[str, Sequence[ContactPoint]],
    heads: Mapping[int, int],
    *,
    now: datetime,
) -> Mapping[str, Sequence[Kin]]:
    """The family behind each of some numbers, given the contacts that have it.

    `heads` has the chart that stands for each patient among them. The number of
    queries depends on none of it, but for two more where somebody is barred.
    """
    carers = _carers(points, heads)
    theirs = _of_carers({pk for some in carers.values() for pk in some}, now=now)
    return {
        number: _one_each([kin for pk in sorted(some) for kin in theirs.get(pk, ())])
        for number, some in carers.items()
    }


def _carers(
    points: Mapping[str, Sequence[ContactPoint]], heads: Mapping[int, int]
) -> Mapping[str, Collection[int]]:
    """Who in families has each number, on their own chart if they are patients too."""
    own = _with_a_chart(set(heads.values()))
    found: dict[str, set[int]] = defaultdict(set)
    for number, some in points.items():
        for point in some:
            if point.caregiver_id is not None:
                found[number].add(point.caregiver_id)
            if point.patient_id is not None:
                found[number] |= own[heads[point.patient_id]]
    return found


def _with_a_chart(heads: Collection[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    theirs = Q(own_chart__in=heads) | Q(own_chart__merged_into__in=heads)
    rows = Caregiver.objects.filter(theirs)
    told = rows.values_list("pk", "own_chart", "own_chart__merged_into")
    for pk, one, head in told:
        found[head or one].add(pk)
    return found


def _of_carers(
    carers: Collection[int], *, now: datetime
) -> Mapping[int, Sequence[Kin]]:
    rows = Caregiving.objects.filter(caregiver__in=carers, is_withdrawn=False)
    told = rows.values_list("patient", "patient__merged_into")
    around = Caregiving.objects.filter(
        about_charts({head or one for one, head in told}), is_withdrawn=False
    )
    circle = list(around.select_related("patient").order_by("pk"))
    barred = barring.barred_around(circle)
    today, of_age = zones.local_day(now, zones.of_practice()), ages.majority_age()
    found: dict[int, list[Kin]] = defaultdict(list)
    for row in circle:
        head = row.patient.merged_into_id or row.patient.pk
        is_barred = (head, row.caregiver_id) in barred
        if is_barred or row.is_current(today, of_age=of_age):
            kin = Kin(head, row.get_relation_display(), is_barred)
            found[row.caregiver_id].append(kin)
    return found


def _one_each(some: Sequence[Kin]) -> Sequence[Kin]:
    """One for each chart: whoever is barred there comes before all others."""
    ranked = sorted(some, key=lambda kin: (kin.head, not kin.is_barred))
    return list({kin.head: kin for kin in reversed(ranked)}.values())[::-1]
