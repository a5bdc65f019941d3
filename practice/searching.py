"""Finding people: names in any script, phone digits, birth dates, outside numbers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from practice.models import ContactPoint, ExternalId, Patient, StaffMember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

MOST = 20
_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%d.%m.%Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class Found:
    """One result: name and birth year practice-wide, the chart only where allowed."""

    patient_id: int
    name: str
    initials: str
    birth_year: int
    state: str
    state_label: str
    may_open: bool


def fold(text: str) -> str:
    """Lower case, without accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())


def search_text_of(patient: Patient) -> str:
    """The folded names of a chart; every word is preceded by a space."""
    names = [patient.given_name, patient.family_name, patient.preferred_name]
    words = dict.fromkeys(fold(" ".join(names)).split())
    return " " + " ".join(words)


def find_people(
    query: str, *, staff: StaffMember, now: datetime, most: int = MOST
) -> Sequence[Found]:
    """Charts that match every word of `query`, best known names first.

    A word matches the beginning of any name; digits match phones, birth dates
    and outside numbers. Merged charts answer with the chart that stands for them.
    """
    condition = _condition(query)
    if condition is None:
        return []
    matches = Patient.objects.unmerged().filter(condition)
    rows = list(matches.order_by("family_name", "given_name", "pk")[:most])
    open_ids = set(
        Patient.objects.visible_to(staff, now=now)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    return [_found(row, may_open=row.pk in open_ids) for row in rows]


def _condition(query: str) -> Q | None:
    """What a query asks for, or None when it is too short to ask."""
    text = fold(query)
    if len(text) < 2 or "\x00" in text:
        return None
    conditions = _names(text)
    if born_on := read_date(query.strip()):
        conditions |= Q(born_on=born_on)
    digits = re.sub(r"\D", "", query)
    if len(digits) >= 4:
        conditions |= _by_phone(digits)
    if len(text) >= 3:
        conditions |= Q(
            pk__in=ExternalId.objects.filter(
                is_current=True, value__iexact=query.strip()
            ).values("patient")
        )
    return conditions


def _names(text: str) -> Q:
    condition = Q()
    for word in text.split():
        condition &= Q(search_text__contains=f" {word}")
    return condition | Q(
        pk__in=Patient.objects.filter(condition, merged_into__isnull=False).values(
            "merged_into"
        )
    )


def _by_phone(digits: str) -> Q:
    points = ContactPoint.objects.filter(
        kind="phone", ended_at__isnull=True, phone__contains=digits
    )
    return Q(pk__in=points.exclude(patient=None).values("patient"))


def read_date(text: str) -> date | None:
    """A birth date as people type it, month before day where slashes divide it."""
    for form in _FORMATS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a date only
        except ValueError:
            continue
        return day if day.year > 1890 else None
    return None


def _found(patient: Patient, *, may_open: bool) -> Found:
    return Found(
        patient_id=patient.pk,
        name=patient.display_name,
        initials=patient.initials,
        birth_year=patient.born_on.year,
        state=patient.state,
        state_label=patient.get_state_display(),
        may_open=may_open,
    )


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of charts by name; `next_after` is the id to go on from, or None."""

    rows: Sequence[Patient]
    next_after: int | None
    is_first: bool


def page_of(rows: QuerySet[Patient], *, after: str, size: int) -> PageOf:
    """The charts that follow the one with id `after`, by name.

    The address holds an id, never a name; an unknown one means the first page.
    """
    start = Patient.objects.filter(pk=int(after)).first() if _is_id(after) else None
    if start is not None:
        rows = rows.filter(
            Q(family_name__gt=start.family_name)
            | Q(family_name=start.family_name, given_name__gt=start.given_name)
            | Q(
                family_name=start.family_name,
                given_name=start.given_name,
                pk__gt=start.pk,
            )
        )
    found = list(rows.order_by("family_name", "given_name", "pk")[: size + 1])
    last = found[size - 1].pk if len(found) > size else None
    return PageOf(found[:size], last, is_first=start is None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def alike(patient: Patient, *, within: QuerySet[Patient]) -> Sequence[Patient]:
    """Charts that may be the same person: born the same day with a name in common,
    or the same name and a number in common.
    """
    words = patient.search_text.split()
    shares_name = Q()
    for word in words:
        shares_name |= Q(search_text__contains=f" {word}")
    points = ContactPoint.objects.filter(patient=patient, ended_at=None)
    numbers = points.exclude(phone="").values("phone")
    shares_number = Q(
        pk__in=ContactPoint.objects.filter(phone__in=numbers, ended_at=None)
        .exclude(patient=None)
        .values("patient")
    )
    others = within.unmerged().exclude(pk=patient.pk)  # type: ignore[attr-defined]
    same = others.filter(Q(born_on=patient.born_on) | shares_number)
    return list(same.filter(shares_name)[:MOST])
