"""Who hears of a patient's visits: the patient, or whoever answers for them.

- A grown-up hears alone. Where nothing is known of their own, those hear who answer
  for them still (a court order) and may be told.
- A child's guardians hear who may be told, each of them. Where nobody is on the chart
  with a number, the one that stands on the chart itself was given for that.
- From the age at which care can be agreed to alone, a number of one's own counts, and
  nobody else hears: what it is about may be such care. A number that family has too
  is none of their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from practice import ages, contacts, guardians, reaching, zones
from practice.models import ContactKind, ContactPoint, Patient, Practice
from practice.models.patients import about_charts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from practice.contacts import Address, Key
    from practice.models import Caregiver, Caregiving

MACHINES = (ContactKind.PHONE, ContactKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Party:
    """One person who hears, with all their addresses, the first ones first."""

    patient: Patient  # the chart that stands
    caregiver: Caregiver | None
    addresses: Sequence[Address]
    of_chart: Collection[Key] = ()  # family's addresses that the chart has as well


@dataclass(frozen=True, slots=True)
class Circle:
    """Those who hear of one patient."""

    patient: Patient  # the chart that stands
    zone: str
    parties: Sequence[Party]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a circle is made of, read at once for all charts."""

    own: Mapping[int, Sequence[ContactPoint]]  # by the chart that stands
    of_family: Mapping[int, Sequence[ContactPoint]]  # by caregiver
    around: Mapping[int, Collection[int]]  # every caregiver of a chart
    told: Mapping[int, Sequence[Caregiving]]  # who answers for them and may be told
    of_age: int
    alone_at: int


def around(patients: Sequence[Patient], *, now: datetime) -> Mapping[int, Circle]:
    """By the id asked for; charts that are not there have none.

    The number of queries depends on nothing but whether somebody is barred.
    """
    heads = _heads([one.pk for one in patients])
    charts = list({head.pk: head for head in heads.values()}.values())
    if not charts:
        return {}
    zone_of = reaching.zones_of(charts)
    ground = _read(charts, now=now)
    circles = {}
    for chart in charts:
        age = chart.age_on(zones.local_day(now, zone_of[chart.pk]))
        parties = _parties(chart, age, ground)
        circles[chart.pk] = Circle(chart, zone_of[chart.pk], parties)
    return {pk: circles[head.pk] for pk, head in heads.items()}


def _heads(ids: Collection[int]) -> Mapping[int, Patient]:
    rows = Patient.objects.filter(pk__in=ids).select_related("merged_into")
    return {row.pk: row.merged_into or row for row in rows}


def _read(charts: Sequence[Patient], *, now: datetime) -> _Ground:
    ids, practice = [one.pk for one in charts], Practice.objects.first()
    day = zones.local_day(now, practice.time_zone if practice else "UTC")
    family = guardians.family_of(ids)
    answering = guardians.answering(family, day=day, practice=practice)
    own, of_family = _points(ids, {row.caregiver_id for row in family})
    around: dict[int, set[int]] = defaultdict(set)
    for row in family:
        around[row.patient.merged_into_id or row.patient_id].add(row.caregiver_id)
    told: dict[int, list[Caregiving]] = defaultdict(list)
    for (head, _caregiver), row in answering.items():
        told[head].append(row)
    of_age, alone_at = ages.majority_age(practice), ages.minor_consent_age(practice)
    return _Ground(own, of_family, around, told, of_age, alone_at)


def _points(
    charts: Collection[int], carers: Collection[int]
) -> tuple[Mapping[int, list[ContactPoint]], Mapping[int, list[ContactPoint]]]:
    """What machines can use, by chart and by caregiver."""
    whose = about_charts(charts) | Q(caregiver__in=carers)
    rows = ContactPoint.objects.filter(whose, ended_at=None, kind__in=MACHINES)
    own: dict[int, list[ContactPoint]] = defaultdict(list)
    of_family: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in rows.select_related("patient").order_by("pk"):
        if point.patient is not None:
            own[point.patient.merged_into_id or point.patient.pk].append(point)
        else:
            of_family[point.caregiver_id or 0].append(point)
    return own, of_family


# Who hears -------------------------------------------------------------------
def _parties(chart: Patient, age: int, ground: _Ground) -> Sequence[Party]:
    own = Party(chart, None, _in_order(ground.own.get(chart.pk, ())))
    family = _guardians(chart, ground)
    if age >= ground.of_age:
        return [own] if own.addresses or not family else family
    if age < ground.alone_at:
        return family or [own]
    alone = Party(chart, None, _not_of_family(own.addresses, chart, ground))
    is_reached = any(_allows_something(one) for one in alone.addresses)
    return [alone] if is_reached or not family else family


def _guardians(chart: Patient, ground: _Ground) -> Sequence[Party]:
    """Who answers for somebody, may be told and has an address.

    An address that stands on the chart too allows what both say of it.
    """
    found = []
    on_chart = ground.own.get(chart.pk, ())
    for row in ground.told.get(chart.pk, ()):
        theirs = ground.of_family.get(row.caregiver_id, ())
        keys = {contacts.key_of(point) for point in theirs}
        both = [point for point in on_chart if contacts.key_of(point) in keys]
        if theirs:
            shared = {contacts.key_of(point) for point in both}
            addresses = _in_order([*theirs, *both])
            found.append(Party(chart, row.caregiver, addresses, shared))
    return found


def _not_of_family(
    own: Iterable[Address], chart: Patient, ground: _Ground
) -> Sequence[Address]:
    keys = {
        contacts.key_of(point)
        for caregiver in ground.around.get(chart.pk, ())
        for point in ground.of_family.get(caregiver, ())
    }
    return [one for one in own if (one.kind, one.value) not in keys]


def _in_order(points: Iterable[ContactPoint]) -> Sequence[Address]:
    return sorted(contacts.addresses_of(points), key=lambda one: not one.is_first)


def _allows_something(address: Address) -> bool:
    return address.may_text or address.may_call or address.may_write
