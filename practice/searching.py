"""Finding people: names in any script, phone digits, birth dates, outside numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from practice import callers, findable, names
from practice.birth_dates import birth_dates, birth_year
from practice.models import (
    ContactPoint,
    ExternalId,
    HomeLocation,
    NameWord,
    Patient,
    StaffMember,
)
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

# Who arrives with an import is left out once, at the end: of whom the ids lead to.
ALL = Patient._base_manager
Ids: TypeAlias = "QuerySet[Any, tuple[Any, ...]]"  # of charts
MOST = 20
FEW = 8  # results; below it, similar names follow
MOST_COUNTED = 10_000  # charts of a list; nobody reads on to the end of more
MOST_WORDS = 8  # of a query; nobody has more names to tell apart


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
    # Said only where another result has the same name and year of birth.
    born_on: date | None = None
    seen_at: str = ""
    born_in: date | None = None  # the month, where the chart does not open
    is_namesake: bool = False  # another result has the same name
    caller: str = ""  # whose number was asked for, where it is not the patient's own
    caller_name: str = ""  # said only where the chart opens
    is_barred: bool = False  # who must not be told anything
    is_similar: bool = False  # the names are nearly those that were typed


def find_people(
    query: str, *, staff: StaffMember, now: datetime, most: int = MOST
) -> Sequence[Found]:
    """Charts that match a query, those with exactly its names first.

    Every word has to begin one of the names; digits are a part of a phone number,
    also of who cares for them, a date of birth, a number elsewhere or, beside a name,
    the year of birth. Where that finds few, those follow whose names are spelt or
    sound nearly so. What only a merged chart matches, answers with the chart that
    stands for it.
    """
    text = query.strip()
    tomorrow = now.date() + timedelta(days=1)  # which it is already in the far east
    parts = _matching(text, until=tomorrow)
    if not parts:
        return []
    words, calling = _words(text), _callers(text, now=now)
    if calling:
        parts.append(ALL.filter(pk__in=calling).order_by().values_list("pk"))
    rows = _heads(parts, words, most=most)
    similar = _similar(words, but=rows, most=most) if len(rows) < FEW else []
    open_ids = set(
        Patient.objects.visible_to(staff, now=now)
        .filter(pk__in=[row.pk for row in (*rows, *similar)])
        .values_list("pk", flat=True)
    )
    found = [
        _found(row, may_open=row.pk in open_ids, caller=calling.get(row.pk))
        for row in rows
    ]
    alike = [
        replace(_found(row, may_open=row.pk in open_ids), is_similar=True)
        for row in similar
    ]
    return _told_apart([*rows, *similar], [*found, *alike])


def _matching(text: str, *, until: date) -> list[Ids]:
    """The ids of charts that a query may mean, by each way to read it.

    Apart, because each has an index of its own. None when it is too short to ask.
    """
    words = _words(text)
    if "\x00" in text or not (len("".join(words)) >= 2 or names.has_sign(text)):
        return []
    parts = [_named(some) for some in names.wordings(words)]
    if days := birth_dates(text, until=until):
        parts.append(_born(days))
    numbers, others = _digits_and_words(text)
    parts += [
        part.filter(pk__in=_named(others)) if others else part
        for part in _numbered(" ".join(numbers), until=until)
    ]
    year = birth_year(" ".join(numbers), until=until)
    if others and year:
        parts.append(_born_in(year).filter(pk__in=_named(others)))
    if len(text) >= 3:
        known = ExternalId.objects.alias(folded=Upper("value"))
        same = known.filter(is_current=True, folded=Upper(Value(text)))
        parts.append(same.values_list("patient"))
    return parts


def _words(text: str) -> Sequence[str]:
    """The words of a query, each once."""
    return list(dict.fromkeys(names.words_of(text)))[:MOST_WORDS]


def _named(words: Sequence[str]) -> Ids:
    """Charts of which every word begins one of the names."""
    rows = NameWord.objects.filter(findable.beginning(words[0]) if words else Q(pk=0))
    for word in words[1:]:
        others = NameWord.objects.filter(findable.beginning(word))
        rows = rows.filter(patient_id__in=others.values("patient_id"))
    return rows.values_list("patient_id")


def _numbered(text: str, *, until: date) -> list[Ids]:
    """Whose phone or birth some digits may be; none when they are too few."""
    days = birth_dates(text, until=until)
    parts = [_born(days)] if days else []
    if number := callers.meant(text):
        owners = callers.points(number).filter(patient__isnull=False)
        charts = ALL.filter(pk__in=owners.values("patient")).order_by()
        parts.append(charts.values_list("pk"))
    return parts


def _callers(text: str, *, now: datetime) -> Mapping[int, callers.Caller]:
    """Those who may be calling about a chart, by the chart that stands for it."""
    digits, words = _digits_and_words(text)
    if not (number := callers.meant(" ".join(digits))):
        return {}
    return callers.of_number(number, among=_named(words) if words else None, now=now)


def _digits_and_words(text: str) -> tuple[list[str], Sequence[str]]:
    """The parts of a query that hold digits, and the words of the others."""
    digits = [chunk for chunk in text.split() if names.digits_of(chunk)]
    return digits, _words(" ".join(one for one in text.split() if one not in digits))


def _born(days: Sequence[date]) -> Ids:
    return ALL.filter(born_on__in=days).order_by().values_list("pk")


def _born_in(year: int) -> Ids:
    days = (date(year, 1, 1), date(year, 12, 31))
    return ALL.filter(born_on__range=days).order_by().values_list("pk")


def _heads(
    parts: Sequence[Ids],
    words: Sequence[str],
    *,
    most: int,
    but: Sequence[Patient] = (),
) -> list[Patient]:
    """The charts that some ids lead to, by name, those named exactly so first."""
    ids = _united(parts)
    merged = ALL.filter(merged_into__isnull=False, pk__in=ids)
    heads = merged.order_by().values_list("merged_into")
    charts = Patient.objects.unmerged().filter(pk__in=_united([*parts, heads]))
    if but:
        charts = charts.exclude(pk__in=[chart.pk for chart in but])
    order = (_exact_first(words), "family_name", "given_name", "pk")
    return list(charts.order_by(*order)[:most])


def _united(parts: Sequence[Ids]) -> Ids:
    return parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]


def _similar(
    words: Sequence[str], *, but: Sequence[Patient], most: int
) -> Sequence[Patient]:
    """Charts with names that each word is nearly spelt or sounds like."""
    if not words or any(names.digits_of(word) for word in words):
        return []
    meant = findable.near(words)
    if all(known in ([], [word]) for word, known in meant.items()):
        return []  # nobody is called anything like it
    conditions = [
        NameWord.objects.filter(Q(word__in=known) | findable.beginning(word)).values(
            "patient_id"
        )
        for word, known in meant.items()
    ]
    rows = NameWord.objects.filter(patient_id__in=conditions[0])
    for condition in conditions[1:]:
        rows = rows.filter(patient_id__in=condition)
    return _heads(
        [rows.values_list("patient_id")], words, most=most - len(but), but=but
    )


def _exact_first(words: Sequence[str]) -> Any:
    """An order: the more of the words are whole names of a chart, the earlier."""
    whole = Value(0)
    for word in words:
        is_whole = Q(search_text__contains=f" {word} ")
        whole = whole + Case(When(is_whole, then=Value(1)), default=Value(0))  # type: ignore[assignment]
    return whole.desc() if words else Value(0).asc()


def _told_apart(rows: Sequence[Patient], found: Sequence[Found]) -> Sequence[Found]:
    """The results; of those with one name and year, more: of a chart that does not
    open the month of birth, so that the right one is asked for.
    """
    called = Counter(names.fold(one.name) for one in found)
    twins = Counter((names.fold(one.name), one.birth_year) for one in found)
    both = [
        (row, one)
        for row, one in zip(rows, found, strict=True)
        if twins[names.fold(one.name), one.birth_year] > 1
    ]
    alike = {row.pk: row for row, one in both if one.may_open}
    closed = {row.pk: row.born_on.replace(day=1) for row, one in both}
    places: dict[int, list[str]] = defaultdict(list)
    if alike:
        homes = HomeLocation.objects.filter(patient__in=alike, is_current=True)
        for home in homes.select_related("location").order_by("location__name"):
            places[home.patient_id].append(home.location.name)
    told = [replace(one, is_namesake=called[names.fold(one.name)] > 1) for one in found]
    return [
        replace(
            one,
            born_on=alike[one.patient_id].born_on,
            seen_at=", ".join(places[one.patient_id]),
        )
        if one.patient_id in alike
        else replace(one, born_in=closed.get(one.patient_id))
        for one in told
    ]


def namesakes(charts: Sequence[Patient]) -> set[int]:
    """Those of some charts whose whole name another chart has too, by their ids.

    Accents and capitals make no difference. One question, however many charts.
    """
    called = {
        chart.pk: _whole_name(chart.given_name, chart.family_name) for chart in charts
    }
    lasts, firsts = set(), set()
    for chart in charts:
        words = names.words_of(f"{chart.given_name} {chart.family_name}")
        lasts |= set(words[-1:])
        firsts |= set(words[:1])
    alike = _with_words(firsts=firsts, lasts=lasts)
    known = Counter(_whole_name(given, family) for given, family in alike)
    return {pk for pk, name in called.items() if known[name] > 1}


@prepared
def _with_words(firsts: Any, lasts: Any) -> QuerySet[Patient, tuple[str, str]]:
    """The names of the charts that have one of some words first, and of others last."""
    first = NameWord.objects.filter(patient_id=OuterRef("patient_id"), word__in=firsts)
    ids = NameWord.objects.filter(Exists(first), word__in=lasts).values("patient_id")
    rows = Patient.objects.unmerged().filter(pk__in=ids).order_by()
    return rows.values_list("given_name", "family_name")


def _whole_name(given: str, family: str) -> str:
    return " ".join(names.words_of(f"{given} {family}"))


def _found(
    patient: Patient, *, may_open: bool, caller: callers.Caller | None = None
) -> Found:
    return Found(
        patient_id=patient.pk,
        name=patient.display_name,
        initials=patient.initials,
        birth_year=patient.born_on.year,
        state=patient.state,
        state_label=patient.get_state_display(),
        may_open=may_open,
        caller=(caller.relation if may_open else _("Caregiver")) if caller else "",
        caller_name=caller.name if caller and may_open else "",
        is_barred=caller is not None and caller.is_barred,
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
            family_name__gte=start.family_name  # where the index begins to read
        ).filter(
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


def counted(rows: QuerySet[Patient]) -> tuple[int, bool]:
    """How many charts there are, and whether there are more than were counted."""
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return min(count, MOST_COUNTED), count > MOST_COUNTED


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def alike(patient: Patient, *, within: QuerySet[Patient]) -> Sequence[Patient]:
    """Charts that may be the same person: born the same day with a name in common,
    or the same name and a number in common.
    """
    shares_name = Q()
    for word in patient.search_text.split():
        end = " " if len(word) < 3 else ""  # a short word has to be the whole name
        shares_name |= Q(search_text__contains=f" {word}{end}")
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
