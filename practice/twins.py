"""Rows that may be somebody who is known: by name, birth date, phone or number.

Three things tell people apart here: name, birth date, phone. Where all three agree,
or the old system's number with birth date and given name, it is certain; where two
of the four agree, a person has to look. A number alone says little: families share
one, and somebody mistypes it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice import names
from practice.models import ContactPoint, ExternalId, Patient

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

Key: TypeAlias = "tuple[object, ...]"


class Trait(models.TextChoices):
    """What two people may have in common."""

    NAME = "name", _("name")
    BIRTH = "birth", _("birth date")
    PHONE = "phone", _("phone")
    NUMBER = "number", _("number")


@dataclass(frozen=True, slots=True)
class Person:
    """What tells somebody apart; `number` is the one of the old system."""

    pairs: frozenset[frozenset[str]]  # a given name with a family name
    given: frozenset[str]
    born_on: date
    phones: frozenset[str]
    numbers: frozenset[str] = frozenset()

    def traits(self) -> Iterator[Key]:
        """Two people who share one of these share two things, or a number."""
        for pair in self.pairs:
            yield ("name, birth", pair, self.born_on)
        yield from product(["name, phone"], self.pairs, self.phones)
        yield from product(["birth, phone"], self.given, [self.born_on], self.phones)
        yield from product(["number"], self.numbers)
        # All that makes it certain, so that nobody stands before who it surely is.
        born, who = [self.born_on], [*self.pairs, *self.given]
        yield from product(["surely"], self.pairs, born, self.phones)
        yield from product(["surely, by number"], self.numbers, born, who)

    def told(self) -> list[Any]:
        """The same as JSON holds it."""
        pairs = [[*pair] for pair in self.pairs]
        born = self.born_on.isoformat()
        return [pairs, [*self.given], born, [*self.phones], [*self.numbers]]

    @classmethod
    def heard(cls, told: Sequence[Any]) -> Self:
        pairs, given, born, phones, numbers = told
        return cls(
            frozenset(map(frozenset, pairs)),
            frozenset(given),
            date.fromisoformat(born),
            frozenset(phones),
            frozenset(numbers),
        )

    def shared(self, other: Person) -> Iterator[Trait]:
        """What agrees."""
        if self.pairs & other.pairs:
            yield Trait.NAME
        if self.born_on == other.born_on:
            yield Trait.BIRTH
        if self.phones & other.phones:
            yield Trait.PHONE
        if self.numbers & other.numbers:
            yield Trait.NUMBER

    def match(self, number: int, other: Person) -> Match:
        """How sure it is that somebody with something in common is the same."""
        shared = set(self.shared(other))
        is_named = Trait.NAME in shared or bool(self.given & other.given)
        is_certain = {Trait.NAME, Trait.BIRTH, Trait.PHONE} <= shared
        is_certain |= {Trait.NUMBER, Trait.BIRTH} <= shared and is_named
        by_number = Trait.NUMBER in shared and not shared & {Trait.NAME, Trait.BIRTH}
        return Match(number, is_certain=is_certain, is_by_number=by_number)


@dataclass(frozen=True, slots=True)
class Match:
    """Whom somebody may be: a chart's id, or a line of the file."""

    of: int
    is_certain: bool
    is_by_number: bool = False  # neither name nor birth date agrees

    @property
    def rank(self) -> tuple[bool, bool]:
        return self.is_certain, not self.is_by_number


@dataclass(slots=True)
class Known:
    """People, found by what they share."""

    people: dict[int, Person] = field(default_factory=dict)
    by_key: dict[Key, int] = field(default_factory=dict)

    def add(self, number: int, person: Person) -> None:
        self.people[number] = person
        for key in person.traits():
            self.by_key.setdefault(key, number)

    def match(self, person: Person) -> Match | None:
        """Who it surely is, else who it may be, else nobody."""
        found = {self.by_key[key] for key in person.traits() if key in self.by_key}
        matches = [
            person.match(number, self.people[number]) for number in sorted(found)
        ]
        return max(matches, key=lambda one: one.rank, default=None)


def person_of(ready: Mapping[str, Any]) -> Person:
    """The person whom a row that was understood is about."""
    who = ready["patient"]
    phones = {one["value"] for one in ready["contacts"] if one["kind"] == "phone"}
    return _person(
        given=who["given_name"],
        family=who["family_name"],
        preferred=who["preferred_name"],
        born_on=date.fromisoformat(who["born_on"]),
        phones=phones,
        numbers={ready["number"]} - {""},
    )


def in_practice(people: Sequence[Person], *, system: str) -> list[Match | None]:
    """For each person, the chart they may have here, if there is one."""
    phones, numbers = _reach(people), _numbers(people, system=system)
    charts = Patient.objects.only(
        "given_name", "family_name", "preferred_name", "born_on", "merged_into"
    )
    days = {person.born_on for person in people}
    known, heads = Known(), {}
    for chart in _each(charts, days, {*phones, *numbers}):
        heads[chart.pk] = chart.merged_into_id or chart.pk
        known.add(chart.pk, _of_chart(chart, phones, numbers))
    found = [known.match(person) for person in people]
    return [one and replace(one, of=heads[one.of]) for one in found]


def of_charts(ids: Collection[int], *, system: str) -> dict[int, list[Person]]:
    """Some charts, each with those that were merged into it, as people."""
    charts = Patient.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    points = ContactPoint.objects.filter(
        patient__in=charts, kind="phone", ended_at=None
    )
    numbers = ExternalId.objects.filter(
        patient__in=charts, system=system, is_current=True
    )
    phones = _by_chart(points.values_list("patient_id", "phone"))
    numbered = _by_chart(numbers.values_list("patient_id", "value"))
    found: dict[int, list[Person]] = defaultdict(list)
    for chart in charts:
        person = _of_chart(chart, phones, numbered)
        found[chart.merged_into_id or chart.pk].append(person)
    return found


def _each(
    charts: QuerySet[Patient], days: Collection[date], ids: Collection[int]
) -> Iterator[Patient]:
    yield from charts.filter(born_on__in=days).order_by("pk")
    yield from charts.filter(pk__in=ids).exclude(born_on__in=days).order_by("pk")


def _reach(people: Sequence[Person]) -> dict[int, set[str]]:
    """The charts with some of these people's phones, and which."""
    phones = {phone for person in people for phone in person.phones}
    points = ContactPoint.objects.filter(
        phone__in=phones, patient__isnull=False, ended_at=None
    )
    return _by_chart(points.values_list("patient_id", "phone"))


def _numbers(people: Sequence[Person], *, system: str) -> dict[int, set[str]]:
    numbers = {number for person in people for number in person.numbers}
    rows = ExternalId.objects.filter(system=system, value__in=numbers, is_current=True)
    return _by_chart(rows.values_list("patient_id", "value"))


def _by_chart(rows: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for chart, value in rows:
        found[chart].add(str(value))
    return found


def _of_chart(
    chart: Patient, phones: Mapping[int, set[str]], numbers: Mapping[int, set[str]]
) -> Person:
    return _person(
        given=chart.given_name,
        family=chart.family_name,
        preferred=chart.preferred_name,
        born_on=chart.born_on,
        phones=phones.get(chart.pk, ()),
        numbers=numbers.get(chart.pk, ()),
    )


def _person(
    *,
    given: str,
    family: str,
    preferred: str,
    born_on: date,
    phones: Collection[str],
    numbers: Collection[str],
) -> Person:
    """Names by their first given and each family word, in either order."""
    firsts = {
        words[0] for name in (given, preferred) if (words := names.words_of(name))
    }
    lasts = set(names.words_of(family)) or {""}
    return Person(
        pairs=frozenset(frozenset(pair) for pair in product(firsts, lasts)),
        given=frozenset(firsts),
        born_on=born_on,
        phones=frozenset(phones),
        numbers=frozenset(numbers),
    )
