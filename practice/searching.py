"""Finding people: names in any script, phone digits, birth dates, outside numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Upper

from practice import findable, names
from practice.models import (
    HERE,
    ContactPoint,
    ExternalId,
    HomeLocation,
    NameWord,
    Patient,
    StaffMember,
)
from practice.models.contacts import LastFour

if TYPE_CHECKING:
    from collections.abc import Sequence

# Who arrives with an import is left out once, at the end: of whom the ids lead to.
ALL = Patient._base_manager
Ids: TypeAlias = "QuerySet[Any, tuple[Any, ...]]"  # of charts
MOST = 20
FEW = 8  # results; below it, similar names follow
FEWEST_DIGITS = 4
MOST_COUNTED = 10_000  # charts of a list; nobody reads on to the end of more
LONG_AGO = 1890  # no year of birth
MOST_WORDS = 8  # of a query; nobody has more names to tell apart
_SLASHES = ("%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%y")
_DASHES = tuple(form.replace("/", "-") for form in _SLASHES)
_SPACES = tuple(form.replace("/", " ") for form in _SLASHES)
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_DOTS = ("%d.%m.%Y", "%d.%m.%y")
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", *_SLASHES, *_DASHES, *_DOTS, *_SPACES, *_WORDS)
_COMPACT = {8: ("%Y%m%d", "%m%d%Y"), 6: ("%m%d%y",)}


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
    is_namesake: bool = False  # another result has the same name
    is_similar: bool = False  # the names are nearly those that were typed


def search_text_of(patient: Patient) -> str:
    """The words by which a chart is found; each stands between two spaces."""
    words = names.search_words(
        given=patient.given_name,
        family=patient.family_name,
        preferred=patient.preferred_name,
    )
    return f" {' '.join(words)} "


def find_people(
    query: str, *, staff: StaffMember, now: datetime, most: int = MOST
) -> Sequence[Found]:
    """Charts that match a query, those with exactly its names first.

    Every word has to begin one of the names; digits are a part of a phone number,
    a date of birth or a number elsewhere. Where that finds few, those follow whose
    names are spelt or sound nearly so. What only a merged chart matches, answers
    with the chart that stands for it.
    """
    text = query.strip()
    tomorrow = now.date() + timedelta(days=1)  # which it is already in the far east
    parts = _matching(text, until=tomorrow)
    if not parts:
        return []
    words = _words(text)
    rows = _heads(parts, words, most=most)
    similar = _similar(words, but=rows, most=most) if len(rows) < FEW else []
    open_ids = set(
        Patient.objects.visible_to(staff, now=now)
        .filter(pk__in=[row.pk for row in (*rows, *similar)])
        .values_list("pk", flat=True)
    )
    found = [_found(row, may_open=row.pk in open_ids) for row in rows]
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
    numbers = [chunk for chunk in text.split() if names.digits_of(chunk)]
    others = _words(" ".join(one for one in text.split() if one not in numbers))
    parts += [
        part.filter(pk__in=_named(others)) if others else part
        for part in _numbered(" ".join(numbers), until=until)
    ]
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
    digits = names.digits_of(text)
    if len(digits) < FEWEST_DIGITS:
        return parts
    # What is dialled before a number is no part of it.
    bare = re.sub(r"^(011|0+)", "", digits)
    dialled = {some for some in (digits, bare) if len(some) >= FEWEST_DIGITS}
    number = Q()
    for some in dialled:
        number |= _at_the_end(some) | _at_the_beginning(some)
    points = ContactPoint.objects.alias(last_four=LastFour("phone"))
    owners = points.filter(number, kind="phone", ended_at=None, patient__isnull=False)
    charts = ALL.filter(pk__in=owners.values("patient")).order_by()
    return [*parts, charts.values_list("pk")]


def _at_the_end(digits: str) -> Q:
    """Numbers that end with some digits; their last four have an index."""
    return Q(last_four=digits[-FEWEST_DIGITS:], phone__endswith=digits)


def _at_the_beginning(digits: str) -> Q:
    """Numbers that begin with some digits, with or without the country's own."""
    starts = (f"+{digits}", f"+{HERE}{digits}")
    # Between two, because beginnings have no index on every database.
    spans = [Q(phone__gte=start, phone__lte=start + "9" * 15) for start in starts]
    return spans[0] | spans[1]


def _born(days: Sequence[date]) -> Ids:
    return ALL.filter(born_on__in=days).order_by().values_list("pk")


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


def birth_dates(text: str, *, until: date) -> Sequence[date]:
    """The days that may be meant: a year of two digits is in either century.

    Where dots divide them, some put the day first and some the month.
    """
    readings = dict.fromkeys((read_date(text), read_date(text.replace(".", "/"))))
    days = [day for day in readings if day is not None]
    if not re.search(r"\d{4}", text) or re.fullmatch(r"\s*\d{6}\s*", text):
        days += [
            day.replace(year=day.year - 100)
            for day in days
            if (day.month, day.day) != (2, 29)
        ]
    return [day for day in days if day.year > LONG_AGO and day <= until]


def read_date(text: str) -> date | None:
    """A birth date as people type it, month before day where slashes divide it."""
    spelt = re.sub(r"\b([^\W\d]{3})[^\W\d]?\.", r"\1", text)  # Sept. 3, Mar. 3
    spelt = re.sub(r"\bsept\b", "sep", spelt, flags=re.IGNORECASE)
    plain = " ".join(spelt.replace(",", " ").split())
    compact = _COMPACT.get(len(plain), ()) if plain.isdecimal() else ()
    for form in compact or _FORMATS:
        try:
            day = datetime.strptime(plain, form).date()  # noqa: DTZ007 - a date only
        except ValueError:
            continue
        if day.year > LONG_AGO:
            return day
    return None


def _told_apart(rows: Sequence[Patient], found: Sequence[Found]) -> Sequence[Found]:
    """The results; of those with one name and year, more where one may open them."""
    called = Counter(names.fold(one.name) for one in found)
    twins = Counter((names.fold(one.name), one.birth_year) for one in found)
    alike = {
        row.pk: row
        for row, one in zip(rows, found, strict=True)
        if one.may_open and twins[names.fold(one.name), one.birth_year] > 1
    }
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
        else one
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
    first = NameWord.objects.filter(patient_id=OuterRef("patient_id"), word__in=firsts)
    ids = NameWord.objects.filter(Exists(first), word__in=lasts).values("patient_id")
    rows = Patient.objects.unmerged().filter(pk__in=ids).order_by()
    known = Counter(
        _whole_name(given, family)
        for given, family in rows.values_list("given_name", "family_name")
    )
    return {pk for pk, name in called.items() if known[name] > 1}


def _whole_name(given: str, family: str) -> str:
    return " ".join(names.words_of(f"{given} {family}"))


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
