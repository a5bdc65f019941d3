"""Whose phone a number is: of patients, and of those who call about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from practice import ages, clock, names, zones
from practice.models import HERE, Caregiving, ContactPoint
from practice.models.contacts import LastFour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

FEWEST_DIGITS = 4
SHOWN = ("patient", "caregiver")
MOST = 100  # relations behind some digits; more are no answer to a call


@dataclass(frozen=True, slots=True)
class Caller:
    """What whoever has a number is to a patient."""

    relation: str
    name: str
    is_barred: bool  # must not be told anything


def meant(text: str) -> Q | None:
    """The numbers that some digits may be a part of; None when they are too few."""
    digits = names.digits_of(text)
    if len(digits) < FEWEST_DIGITS:
        return None
    # What is dialled before a number is no part of it.
    bare = re.sub(r"^(011|0+)", "", digits)
    number = Q()
    for some in {some for some in (digits, bare) if len(some) >= FEWEST_DIGITS}:
        number |= _at_the_end(some) | _at_the_beginning(some)
    return number


def points(number: Q) -> QuerySet[ContactPoint]:
    """The phones in use that have one of some numbers."""
    rows = ContactPoint.objects.alias(last_four=LastFour("phone"))
    return rows.filter(number, kind="phone", ended_at=None)


def of_number(
    number: Q, *, among: QuerySet[Any, Any] | None, now: datetime
) -> Mapping[int, Caller]:
    """Who may be calling, by the chart that stands for each patient they care for.

    `among` narrows to some charts. A right that ended is none; a bar stays.
    """
    owners = points(number).filter(caregiver__isnull=False)
    rows = Caregiving.objects.filter(
        caregiver__in=owners.values("caregiver"), is_withdrawn=False
    )
    if among is not None:
        rows = rows.filter(patient__in=among)
    found: dict[int, list[Caregiving]] = {}
    for row in _that_count(rows.select_related(*SHOWN).order_by("pk")[:MOST], now):
        head = row.patient.merged_into_id or row.patient_id
        found.setdefault(head, []).append(row)
    return {
        head: Caller(
            relation=some[0].get_relation_display(),
            name=some[0].caregiver.name,
            is_barred=any(one.must_not_be_told for one in some),
        )
        for head, some in found.items()
    }


def _that_count(rows: Iterable[Caregiving], now: datetime) -> list[Caregiving]:
    """Those that hold today, and every bar."""
    some = list(rows)
    if not some:
        return []
    today, of_age = clock.local(now, zones.of_practice()).date(), ages.majority_age()
    return [
        row
        for row in some
        if row.must_not_be_told or row.is_current(today, of_age=of_age)
    ]


def _at_the_end(digits: str) -> Q:
    """Numbers that end with some digits; their last four have an index."""
    return Q(last_four=digits[-FEWEST_DIGITS:], phone__endswith=digits)


def _at_the_beginning(digits: str) -> Q:
    """Numbers that begin with some digits, with or without the country's own."""
    starts = (f"+{digits}", f"+{HERE}{digits}")
    # Between two, because beginnings have no index on every database.
    spans = [Q(phone__gte=start, phone__lte=start + "9" * 15) for start in starts]
    return spans[0] | spans[1]
