"""Whose a record is that names no chart itself: a relative, a visit, a series.

Each floor says so once (ABOUT_CHARTS); the trail asks here what to find for a chart,
what to veil, and at whom somebody looks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, Value

from practice.contributions import load
from practice.models import (
    Caregiver,
    Caregiving,
    ContactPoint,
    Patient,
    TrailEntry,
)
from practice.proofs import models_by_record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from practice.models import Recorded


@dataclass(frozen=True, slots=True)
class AboutCharts:
    """ABOUT_CHARTS: whose the records of a model are that name no chart themselves.

    `rows` are records with a `patient`, `to` leads from them to the model. Where
    such a row is no longer `still`, its chart does not open the record. What was
    typed about all of them together opens by all of their charts: it `needs_all`.
    """

    model: type[Recorded]
    rows: type[Recorded]
    to: str
    still: Q = field(default_factory=lambda: Q(pk__isnull=False))
    needs_all: bool = False


THERE = Q(is_withdrawn=False)
FAMILY = (
    AboutCharts(Caregiver, Caregiving, "caregiver", THERE),
    AboutCharts(ContactPoint, Caregiving, "caregiver__contact_points", THERE),
)


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts that a record is about, and all that it ever was about."""

    now: frozenset[int] = frozenset()
    ever: frozenset[int] = frozenset()
    needs_all: bool = False

    def opened_by(self, charts: Collection[int]) -> bool:
        """Whether some charts open what is said of the record.

        One of those that it is about does, where it does not need them all. What is
        on none any more, all together do on which it was.
        """
        if self.now and not self.needs_all:
            return not self.now.isdisjoint(charts)
        return bool(self.ever) and self.ever.issubset(charts)

    def known_by(self, charts: Collection[int]) -> bool:
        """Whether some charts tell that the record is there, as its page does."""
        return not self.now.isdisjoint(charts) or self.opened_by(charts)


NOBODYS = Charts()


def of_lines(lines: Iterable[TrailEntry]) -> Mapping[int, Charts]:
    """The charts of the lines that name none, as far as known, by the line's key."""
    asked: dict[str, set[int]] = defaultdict(set)
    unnamed = [line for line in lines if line.patient_id is None and line.record_id]
    for line in unnamed:
        asked[line.record].add(line.record_id or 0)
    found = _charts(asked)
    keys = {line.pk: (line.record, line.record_id or 0) for line in unnamed}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def of_record(record: Recorded) -> Charts:
    """The charts of one record that names none."""
    key = (str(record._meta.model_name), record.pk)
    return _charts({key[0]: [record.pk]}).get(key, NOBODYS)


def records_of(patient_ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """The records that are about charts and name none; takes one question."""
    parts = [
        _rows(name).filter(patient__in=patient_ids).values_list("about", one.to)
        for name, one in _declared().items()
    ]
    found: dict[str, list[int]] = defaultdict(list)
    for name, number in parts[0].union(*parts[1:]) if patient_ids else ():
        found[name].append(number)
    return found


def said_of_others(
    lines: Collection[TrailEntry], patient_ids: Collection[int]
) -> set[int]:
    """The keys of lines about some charts whose reason was given about others too.

    As where two come to one visit, and it was cancelled for both in one sentence.
    """
    found: set[int] = set()
    for one in _declared().values():
        if one.needs_all and "__" not in one.to:
            found |= _said_together(one, lines, patient_ids)
    return found


def _said_together(
    one: AboutCharts, lines: Collection[TrailEntry], patient_ids: Collection[int]
) -> set[int]:
    name = str(one.rows._meta.model_name)
    mine = [line for line in lines if line.record == name and line.reason]
    if not mine:
        return set()
    rows = one.rows._base_manager.order_by()
    ours = rows.filter(pk__in={line.record_id for line in mine})
    beside = rows.filter(**{f"{one.to}__in": ours.values(one.to)})
    where = dict(beside.values_list("pk", one.to))
    others = TrailEntry.objects.filter(
        record=name, record_id__in=where, reason__in={line.reason for line in mine}
    ).exclude(patient_id__in=patient_ids)
    told = {
        (where[pk], reason) for pk, reason in others.values_list("record_id", "reason")
    }
    return {
        line.pk for line in mine if (where.get(line.record_id), line.reason) in told
    }


@cache
def is_about_people(record: str) -> bool:
    """Whether records of a kind may be about patients, on whatever chart."""
    model = models_by_record().get(record)
    if model is None:
        return False
    names = {field.name for field in model._meta.concrete_fields}
    return model is Patient or "patient" in names or record in _declared()


@cache
def _declared() -> Mapping[str, AboutCharts]:
    found = (one for floor in load("ABOUT_CHARTS") for one in floor)
    return {str(one.model._meta.model_name): one for one in found}


def _charts(
    asked: Mapping[str, Collection[int]],
) -> Mapping[tuple[str, int], Charts]:
    """The charts of some records, by what they are and by number; one question."""
    parts = [
        _rows(name)
        .filter(**{f"{one.to}__in": asked[name]})
        .values_list("about", one.to, "patient", "is_still")
        for name, one in _declared().items()
        if asked.get(name)
    ]
    now, ever = defaultdict(set), defaultdict(set)
    for name, number, chart, is_still in parts[0].union(*parts[1:]) if parts else ():
        ever[name, number].add(chart)
        if is_still:
            now[name, number].add(chart)
    return {
        key: Charts(frozenset(now[key]), frozenset(ids), _declared()[key[0]].needs_all)
        for key, ids in ever.items()
    }


@cache
def _rows(name: str) -> QuerySet[Any]:
    """Built once: a page of the trail asks for all of them."""
    one = _declared()[name]
    rows = one.rows._default_manager.filter(**{f"{one.to}__isnull": False})
    found: QuerySet[Any] = rows.order_by().annotate(
        about=Value(name, output_field=CharField()),
        is_still=ExpressionWrapper(one.still, BooleanField()),
    )
    return found
