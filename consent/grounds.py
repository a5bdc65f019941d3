"""What an answer about contact rests on, read at once for all who are asked about."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from consent import addresses, opt_outs, records
from practice import ages, barring, contacts, reaching, zones
from practice.models import Caregiver, Caregiving, ContactPoint, Patient, WatchFlag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from consent.opt_outs import Standing
    from consent.records import Agreed
    from practice.contacts import Address

Person: TypeAlias = Patient | Caregiver
Owner: TypeAlias = tuple[bool, int]  # whether a patient, and the id
Pair: TypeAlias = tuple[int, int]  # the chart that stands, and a caregiver


@dataclass(frozen=True, slots=True)
class Grounds:
    """Charts are those that stand for others; addresses are as this floor has them."""

    heads: Mapping[int, Patient]  # by every chart's id
    points: Mapping[Owner, Sequence[ContactPoint]]
    agreed: Mapping[int, Agreed]  # by contact
    stops: Standing
    watched: Collection[int]
    zones: Mapping[int, str]
    told: Collection[Pair]  # family that may be told today
    barred: Collection[Pair]
    barred_addresses: Mapping[int, Collection[str]]

    def head_of(self, person: Person) -> Patient | None:
        """The chart that stands for a patient, if it is there."""
        return self.heads.get(person.pk) if isinstance(person, Patient) else None

    def contact(
        self, owner: Person, where: str
    ) -> tuple[Address | None, Sequence[ContactPoint]]:
        """What is safe at an address of somebody, and the contacts that say so."""
        rows = self.points.get((isinstance(owner, Patient), owner.pk), ())
        here = [row for row in rows if addresses.of_point(row) == where]
        found = contacts.addresses_of(here)
        return (found[0] if found else None), here


def sharers(at: Collection[str]) -> Mapping[str, Sequence[Patient]]:
    """The patients with each of some addresses; one query, or none."""
    found: dict[str, list[Patient]] = defaultdict(list)
    if at:
        rows = addresses.points_at(at).exclude(patient=None).select_related("patient")
        for point in rows:
            if point.patient is not None:
                found[addresses.of_point(point)].append(point.patient)
    return found


def of(people: Sequence[Person], at: Sequence[str], *, now: datetime) -> Grounds:
    """Read all that counts for some people and addresses.

    The number of queries does not depend on how many people there are; there are some
    fewer where nobody has family or every place has its zone, one more where charts
    were merged, and four more where somebody is barred from a chart.
    """
    heads = _heads([one.pk for one in people if isinstance(one, Patient)])
    standing = list({head.pk: head for head in heads.values()}.values())
    charts = _charts([one.pk for one in standing])
    zones_of = reaching.zones_of(standing)
    family = _family(charts)
    carers = {one.pk for one in people if isinstance(one, Caregiver)}
    carers |= {row.caregiver_id for row in family}
    points = _points(charts, carers)
    barred = barring.barred_around(family)
    return Grounds(
        heads=heads,
        points=_by_owner(points, charts),
        agreed=records.agreed_at(points),
        stops=opt_outs.standing(at),
        watched=_watched(charts, zones_of, now=now),
        zones=zones_of,
        told=_told(family, barred, zones_of, now=now),
        barred=barred,
        barred_addresses=_known_to(barred),
    )


def _heads(ids: Collection[int]) -> Mapping[int, Patient]:
    rows = list(Patient.objects.filter(pk__in=ids))
    others = {row.merged_into_id for row in rows if row.merged_into_id}
    heads = Patient._base_manager.in_bulk(others) if others else {}
    return {row.pk: heads.get(row.merged_into_id or 0, row) for row in rows}


def _charts(heads: Collection[int]) -> Mapping[int, int]:
    """All charts that some stand for, and those themselves: which one stands for each.

    Asked once, so that nothing below has to join them.
    """
    merged = Patient._base_manager.filter(merged_into__in=heads)
    found = dict(merged.values_list("pk", "merged_into"))
    return dict(zip(heads, heads, strict=True)) | {
        own: head or own for own, head in found.items()
    }


def _family(charts: Collection[int]) -> list[Caregiving]:
    rows = Caregiving.objects.filter(patient__in=charts, is_withdrawn=False)
    return list(rows.prefetch_related("patient"))


def _points(charts: Collection[int], carers: Collection[int]) -> list[ContactPoint]:
    about = Q(patient__in=charts) | Q(caregiver__in=carers)
    return list(ContactPoint.objects.filter(about, ended_at=None).order_by("pk"))


def _by_owner(
    points: Iterable[ContactPoint], charts: Mapping[int, int]
) -> Mapping[Owner, Sequence[ContactPoint]]:
    found: dict[Owner, list[ContactPoint]] = defaultdict(list)
    for point in points:
        if point.patient_id is not None:
            found[True, charts[point.patient_id]].append(point)
        elif point.caregiver_id is not None:
            found[False, point.caregiver_id].append(point)
    return found


def _watched(
    charts: Mapping[int, int], zones_of: Mapping[int, str], *, now: datetime
) -> Collection[int]:
    """The charts on which somebody checks today, by the patient's own clock."""
    rows = WatchFlag.objects.filter(patient__in=charts, is_withdrawn=False)
    return {
        charts[own]
        for own, ends_on in rows.values_list("patient", "ends_on")
        if ends_on >= zones.local_day(now, zones_of[charts[own]])
    }


def _told(
    family: Sequence[Caregiving],
    barred: Collection[Pair],
    zones_of: Mapping[int, str],
    *,
    now: datetime,
) -> Collection[Pair]:
    of_age = ages.majority_age() if family else 0
    found = set()
    for row in family:
        head = row.patient.merged_into_id or row.patient.pk
        day = zones.local_day(now, zones_of[head])
        if row.may_be_told and row.is_current(day, of_age=of_age):
            found.add((head, row.caregiver_id))
    return found - set(barred)


def _known_to(barred: Collection[Pair]) -> Mapping[int, Collection[str]]:
    """The addresses by which people who must not be told would learn of a chart.

    Those on their own chart as well, where they are patients themselves.
    """
    theirs = barring.numbers_of({caregiver for _head, caregiver in barred})
    found: dict[int, set[str]] = defaultdict(set)
    for head, caregiver in barred:
        found[head] |= {where for _kind, where in theirs.get(caregiver, ())}
    return found
