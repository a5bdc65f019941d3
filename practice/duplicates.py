"""Charts that may be one person: looked for each night, decided by people.

A pair is likelier the more speaks for it; each reason is kept by its name and
read as words. That two charts are two people is recorded, and can be taken back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby, product
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import CharField, Count, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import names, spelling
from practice.models import ContactPoint, LikelyPair, NotTheSame, Patient
from practice.parts import part_of
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.models import StaffMember

SHOWN = 50
LEAST = 60  # below it, a pair is not worth anybody's time
MOST = 99  # nobody is sure but who asks the patient
CROWD = 60  # a number of so many people is a home's or an office's
MEET = 20  # of one birth date and sound; more is a day that stands for “unknown”
BATCH = 1000
# What speaks for a pair: how much, and in which words.
REASONS: Mapping[str, tuple[int, StrOrPromise]] = {
    "names_same": (50, gettext_lazy("the same name")),
    "names_swapped": (45, gettext_lazy("given and family name swapped")),
    "names_alike": (35, gettext_lazy("a name spelt or sounding alike")),
    "birth_same": (40, gettext_lazy("born on the same day")),
    "birth_swapped": (30, gettext_lazy("day and month of birth swapped")),
    "birth_slip": (10, gettext_lazy("one digit of the birth date differs")),
    "phone_same": (15, gettext_lazy("the same phone")),
}


class OnePerson(NotPossible):
    """Two charts that are one already, or no two."""


class Names(NamedTuple):
    """A chart as it is compared."""

    pk: int
    given: str
    family: str
    preferred: str
    born_on: date
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two charts that may be one person, and what speaks for it."""

    first: Patient
    second: Patient
    likelihood: int
    reasons: Sequence[StrOrPromise]


@dataclass(frozen=True, slots=True)
class Side:
    """What hangs on either of two charts, to tell one person from two."""

    label: str
    charts: tuple[Sequence[str], Sequence[str]]
    is_private: bool


def sides(one: Patient, other: Patient) -> list[Side]:
    """How to reach them, who belongs to them, where they are seen and by whom."""
    told = [_told(chart) for chart in (one, other)]
    labels = {
        _("Reached at"): True,
        _("Family and helpers"): True,
        _("Seen at"): False,
        _("Care team"): False,
    }
    return [
        Side(label, (told[0][index], told[1][index]), is_private)
        for index, (label, is_private) in enumerate(labels.items())
    ]


def _told(chart: Patient) -> tuple[Sequence[str], ...]:
    points = chart.contact_points.filter(ended_at=None).order_by("kind", "pk")
    family = chart.caregivings.filter(is_withdrawn=False).order_by("pk")
    homes = chart.homes.filter(is_current=True).order_by("location__name")
    team = chart.care_team.filter(ended_at=None).order_by("-is_lead", "staff__name")
    return (
        [point.value for point in points],
        list(family.values_list("caregiver__name", flat=True)),
        list(homes.values_list("location__name", flat=True)),
        list(team.values_list("staff__name", flat=True)),
    )


def look() -> int:
    """Look through all charts for pairs, and keep the likely ones; returns how many.

    A machine's guess: who decides is a person.
    """
    found = {key: why for key, why in _pairs() if _likelihood(why) >= LEAST}
    known = {
        (row.first_id, row.second_id): row for row in LikelyPair.objects.iterator()
    }
    with transaction.atomic():
        gone = [row.pk for key, row in known.items() if key not in found]
        for start in range(0, len(gone), BATCH):
            LikelyPair.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        LikelyPair.objects.bulk_create(
            (_row(key, why) for key, why in found.items() if key not in known),
            batch_size=BATCH,
        )
        changed = [
            row
            for key, row in known.items()
            if key in found and row.reasons != found[key]
        ]
        for row in changed:
            row.reasons = found[row.first_id, row.second_id]
            row.likelihood = _likelihood(row.reasons)
        LikelyPair.objects.bulk_update(
            changed, ["reasons", "likelihood"], batch_size=BATCH
        )
    return len(found)


def worklist(staff: StaffMember) -> tuple[list[Pair], int]:
    """The likeliest pairs that nobody decided, of charts that `staff` may change."""
    ours = Patient.objects.usual_to(staff).unmerged().values("pk")
    rows, count = part_of(
        _undecided().filter(first_id__in=ours, second_id__in=ours), most=SHOWN
    )
    charts = Patient.objects.in_bulk(
        [pk for row in rows for pk in (row.first_id, row.second_id)]
    )
    pairs = [
        Pair(
            first=charts[row.first_id],
            second=charts[row.second_id],
            likelihood=row.likelihood,
            reasons=[REASONS[name][1] for name in row.reasons],
        )
        for row in rows
    ]
    return pairs, count


@transaction.atomic
def tell_apart(
    *, one: Patient, other: Patient, by: Actor, reason: str = ""
) -> NotTheSame:
    """Record that two charts are two people. Raises OnePerson."""
    first, second = sorted((one.pk, other.pk))
    rows = Patient.objects.select_for_update().filter(pk__in=(first, second))
    charts = {row.pk: row for row in rows.order_by("pk")}
    if len(charts) < 2 or any(chart.merged_into_id for chart in charts.values()):
        raise OnePerson(_("These charts were merged: undo that first."))
    known = NotTheSame.objects.filter(patient=first, other=second).first()
    row = locked(known) if known else NotTheSame(patient=charts[first])
    row.other, row.is_withdrawn = charts[second], False
    return keep(row, by=by, kind="patient.told_apart", reason=reason)


@transaction.atomic
def untell_apart(*, row: NotTheSame, by: Actor) -> NotTheSame:
    """They may be one person after all."""
    row = locked(row)
    row.is_withdrawn = True
    return keep(row, by=by, kind="patient.may_be_same")


def told_apart(staff: StaffMember) -> list[NotTheSame]:
    """What was decided last, of charts that `staff` may change."""
    ours = Patient.objects.usual_to(staff).values("pk")
    rows = NotTheSame.objects.filter(
        is_withdrawn=False, patient__in=ours, other__in=ours
    )
    return list(rows.select_related("patient", "other").order_by("-pk")[:SHOWN])


def _undecided() -> QuerySet[LikelyPair]:
    decided = NotTheSame.objects.filter(
        patient=OuterRef("first_id"), other=OuterRef("second_id"), is_withdrawn=False
    )
    return LikelyPair.objects.filter(~Exists(decided))


def _row(key: tuple[int, int], why: Sequence[str]) -> LikelyPair:
    return LikelyPair(
        first_id=key[0],
        second_id=key[1],
        likelihood=_likelihood(why),
        reasons=list(why),
    )


def _likelihood(why: Iterable[str]) -> int:
    return min(MOST, sum(REASONS[name][0] for name in why))


# Looking --------------------------------------------------------------------------
def _pairs() -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Every two charts that have something in common, once, with what it is."""
    charts = {row.pk: row for row in _charts()}
    phones = _phones(charts)
    seen: set[tuple[int, int]] = set()
    for one, other in _candidates(charts, phones):
        key = (one.pk, other.pk) if one.pk < other.pk else (other.pk, one.pk)
        if key in seen:
            continue
        seen.add(key)
        if why := _names_in_common(one, other):
            why += _births_in_common(one.born_on, other.born_on)
            if phones.get(one.pk, _NONE) & phones.get(other.pk, _NONE):
                why.append("phone_same")
            yield key, why


_NONE: frozenset[str] = frozenset()
# The same names come again and again.
_fold = lru_cache(maxsize=10_000)(names.fold)
_words = lru_cache(maxsize=10_000)(names.words_of)


def _charts() -> Iterator[Names]:
    rows = Patient.objects.unmerged().order_by()
    columns = ("pk", "given_name", "family_name", "preferred_name", "born_on")
    for row in rows.values_list(*columns, "search_text").iterator(chunk_size=5000):
        yield Names(*row)


def _candidates(
    charts: Mapping[int, Names], phones: Mapping[int, frozenset[str]]
) -> Iterator[tuple[Names, Names]]:
    """Charts with a birth date or a phone in common, and a name or its sound."""
    sounds = {pk: _sounds(chart.text) for pk, chart in charts.items()}
    for first, second in _by_birth(charts, sounds):
        yield charts[first], charts[second]
    for first, second in _by_phone(phones):
        if not sounds[first].isdisjoint(sounds[second]):
            yield charts[first], charts[second]


def _by_birth(
    charts: Mapping[int, Names], sounds: Mapping[int, frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """Charts born the same day, or on the one that a swap makes of it.

    Only those that share a sound meet. A day that stands for “unknown” is that of
    thousands: where a whole crowd shares it and a sound, the same words have to.
    """
    groups: dict[tuple[date, str], list[int]] = defaultdict(list)
    for pk, chart in charts.items():
        for sound in sounds[pk]:
            groups[chart.born_on, sound].append(pk)
    for (day, sound), some in groups.items():
        swapped = _swapped(day)
        others = groups.get((swapped, sound), []) if swapped else []
        if max(len(some), len(others)) > MEET:
            some.sort(key=lambda pk: charts[pk].text)
            for _text, same in groupby(some, key=lambda pk: charts[pk].text):
                yield from combinations(same, 2)
            continue
        yield from combinations(some, 2)
        if swapped and swapped > day:  # each two days once
            yield from product(some, others)


def _by_phone(phones: Mapping[int, frozenset[str]]) -> Iterator[tuple[int, int]]:
    by_phone: dict[str, list[int]] = defaultdict(list)
    for pk, numbers in phones.items():
        for number in numbers:
            by_phone[number].append(pk)
    for some in by_phone.values():
        yield from combinations(some, 2)


def _sounds(text: str) -> frozenset[str]:
    """The words of a chart by their sound; names come again and again."""
    return frozenset(map(spelling.sound, text.split()))


def _phones(charts: Mapping[int, Names]) -> dict[int, frozenset[str]]:
    """The numbers that several charts have, but not a whole house's."""
    points = ContactPoint.objects.filter(
        kind="phone", ended_at__isnull=True, patient__merged_into__isnull=True
    ).order_by()
    shared = (
        points.exclude(patient=None)
        .values("phone")
        .annotate(people=Count("patient", distinct=True))
        .filter(people__gt=1, people__lte=CROWD)
    )
    found: dict[int, set[str]] = defaultdict(set)
    rows = points.filter(phone__in=shared.values("phone"), patient__isnull=False)
    # As it is kept: to read each number as a phone takes longer than all the rest.
    rows = rows.annotate(number=Cast("phone", CharField()))
    for pk, number in rows.values_list("patient", "number").iterator(chunk_size=5000):
        if pk in charts:
            found[pk].add(number)
    return {pk: frozenset(numbers) for pk, numbers in found.items()}


def _names_in_common(one: Names, other: Names) -> list[str]:
    """Whether the names of two charts may be one person's, and how."""
    given, family = _fold(one.given), _fold(one.family)
    others = _fold(other.given), _fold(other.family)
    if (given, family) == others:
        return ["names_same"]
    if (family, given) == others:
        return ["names_swapped"]
    families = _alike(one.family, other.family)
    firsts = [
        (first, second)
        for first in filter(None, (one.given, one.preferred))
        for second in filter(None, (other.given, other.preferred))
    ]
    if families and any(_alike(first, second) for first, second in firsts):
        return ["names_alike"]
    if _alike(one.given, other.family) and _alike(one.family, other.given):
        return ["names_swapped"]
    return []


def _alike(one: str, other: str) -> bool:
    """Whether each word of the shorter of two names is near one of the other's."""
    short, long = sorted((_words(one), _words(other)), key=len)
    if not short:
        return not long
    return all(any(spelling.is_near(word, wanted) for wanted in long) for word in short)


def _births_in_common(one: date, other: date) -> list[str]:
    if one == other:
        return ["birth_same"]
    if _swapped(one) == other:
        return ["birth_swapped"]
    return ["birth_slip"] if spelling.slips(str(one), str(other)) == 1 else []


def _swapped(day: date) -> date | None:
    """The date with day and month swapped, where that is another date."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)
