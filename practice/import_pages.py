"""What the pages of an import show: samples, counts, problems, possible duplicates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from practice import columns as names_of_columns
from practice import sheets, staging
from practice.models import (
    ContactPoint,
    Decision,
    Finding,
    Patient,
    StagedFinding,
)
from practice.models.contacts import phone_text
from practice.states import ImportState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.forms import BoundField

    from practice.models import Import, StaffMember
    from practice.staging import Row

PAGE = 25
SAMPLES = 3
PREVIEW = 5
LONGEST_LINE = 9  # digits of a line's number


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file with some of what stands in it."""

    head: str
    samples: Sequence[str]
    field: BoundField


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker is with a file."""

    done: int
    of: int

    @property
    def percent(self) -> int:
        return 100 * self.done // (self.of or 1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a row or a chart tells them."""

    name: str
    born_on: str
    phones: Sequence[str]
    chart: Patient | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a checked file would bring in, and what stands in the way."""

    ready: int
    problems: int
    undecided: int
    twins: int
    preview: Sequence[tuple[int, Person, Sequence[str]]]

    @property
    def may_come_in(self) -> bool:
        return not self.undecided


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot come in."""

    line: int
    cells: Sequence[str]
    words: Sequence[str]

    @property
    def filled(self) -> Sequence[str]:
        """The cells that say something."""
        return [cell for cell in self.cells if cell.strip()]


@dataclass(frozen=True, slots=True)
class Twin:
    """A row, and whom it may be."""

    found: StagedFinding
    row: Person
    other: Person | None  # None: a chart that is closed to the reader
    is_in_file: bool
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PageOf:
    """Some rows, and the line to go on after."""

    rows: Sequence[Any]
    count: int
    next_after: int | None
    undecided: int = 0
    kinds: Sequence[tuple[str, str, int]] = ()
    charts: Sequence[Patient] = ()  # that are shown beside the rows


def columns(row: Import, fields: Sequence[BoundField]) -> list[Column]:
    """The columns of a file with samples of what they hold."""
    part = row.staged.parts.first()
    records = staging.records_of(part)[: SAMPLES * 4] if part else []
    heads = staging.head_of(row.staged)
    return [
        Column(head, _samples(records, number), field)
        for number, (head, field) in enumerate(zip(heads, fields, strict=True))
    ]


def progress(row: Import) -> Progress:
    """Counted from the parts themselves: what they say is what is done."""
    is_checking = row.state == ImportState.CHECKING
    steps = ["checked_at"] if is_checking else ["compared_at", "admitted_at"]
    moments = [*chain.from_iterable(row.staged.parts.values_list(*steps))]
    return Progress(sum(map(bool, moments)), len(moments))


def review(row: Import) -> Review:
    found = staging.findings_of(row)
    kinds = Counter(found.values_list("kind", flat=True))
    problems = kinds[Finding.PROBLEM]
    undecided = found.exclude(kind=Finding.PROBLEM).filter(decision="").count()
    return Review(
        ready=row.rows - problems - found.filter(decision=Decision.LEAVE).count(),
        problems=problems,
        undecided=undecided,
        twins=sum(kinds.values()) - problems,
        preview=_preview(row),
    )


def problems(row: Import, *, after: str) -> PageOf:
    found = staging.findings_of(row).filter(kind=Finding.PROBLEM)
    some, next_after = _some(found, after)
    rows = staging.rows_at(some)
    shown = [
        Problem(one.line, rows[one.line].record.cells[:6], rows[one.line].problems)
        for one in some
    ]
    return PageOf(shown, found.count(), next_after)


def problem_rows(row: Import) -> Iterator[str]:
    """A file with the rows that have problems, as they came, and what is wrong."""
    heads = staging.head_of(row.staged)
    keep = [n for n, head in enumerate(heads) if not names_of_columns.is_ours(head)]
    return sheets.written(_mendable(row, heads, keep))


def _mendable(
    row: Import, heads: Sequence[str], keep: Sequence[int]
) -> Iterator[list[str]]:
    ours = ["Wellhouse line", "Wellhouse problems"]
    yield [*(heads[n] for n in keep), *ours]
    wrong = staging.findings_of(row).filter(kind=Finding.PROBLEM)
    for part in row.staged.parts.filter(pk__in=wrong.values("part")):
        for one in staging.rows_of(part):
            if one.problems:
                cells = one.record.cells
                own = [cells[n] if n < len(cells) else "" for n in keep]
                extra = " | ".join(filter(None, cells[len(heads) :]))
                words = " ".join(one.problems) + (f" [{extra}]" if extra else "")
                yield [*own, str(one.record.line), words]


def twins(row: Import, *, reader: StaffMember, after: str) -> PageOf:
    """Rows that may be somebody, with whom."""
    found = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    undecided = found.filter(decision="")
    some, next_after = _some(found, after)
    rows = staging.rows_at([*some, *_firsts(row, some)])
    charts = _open_charts({one.chart_id for one in some if one.chart_id}, reader)
    return PageOf(
        [_twin(one, rows, charts) for one in some],
        found.count(),
        next_after,
        undecided.count(),
        _kinds(undecided),
        [one.chart for one in charts.values() if one.chart],
    )


def decisions_in(answers: Mapping[str, str]) -> dict[int, str]:
    """The decisions of a page, by the lines of their rows."""
    found = {}
    for name, decision in answers.items():
        mark, _dash, line = name.partition("-")
        is_line = line.isascii() and line.isdecimal() and len(line) <= LONGEST_LINE
        if mark == "line" and is_line and decision in Decision.values:
            found[int(line)] = decision
    return found


def rule_in(answers: Mapping[str, str]) -> dict[str, Any] | None:
    """The rule that a form names; None if there is no such rule."""
    kind, _dash, certain = answers.get("kind", "").partition("-")
    decision = answers.get("decision", "")
    if kind not in Finding.values or decision not in Decision.values:
        return None
    return {"kind": kind, "is_certain": certain == "sure", "decision": decision}


def _samples(records: Sequence[Any], number: int) -> list[str]:
    cells = (one.cells[number] for one in records if number < len(one.cells))
    return [cell[:40] for cell in cells if cell][:SAMPLES]


def _preview(row: Import) -> list[tuple[int, Person, Sequence[str]]]:
    """The first rows as they would come in."""
    part = row.staged.parts.first()
    good = [one for one in staging.rows_of(part) if not one.problems] if part else []
    return [
        (
            one.record.line,
            _person(one),
            [person["name"] for person in one.ready["caregivers"]],
        )
        for one in good[:PREVIEW]
    ]


def _person(row: Row) -> Person:
    who = row.ready["patient"]
    phones = [
        phone_text(PhoneNumber.from_string(one["value"]))
        for one in row.ready["contacts"]
        if one["kind"] == "phone"
    ]
    name = f"{who['given_name']} {who['family_name']}".strip()
    return Person(name, _day(date.fromisoformat(who["born_on"])), phones)


def _some(found: Any, after: str) -> tuple[list[StagedFinding], int | None]:
    is_line = after.isascii() and after.isdecimal() and len(after) <= LONGEST_LINE
    rows = found.filter(line__gt=int(after)) if is_line else found
    some = list(rows.order_by("line")[: PAGE + 1])
    return some[:PAGE], some[PAGE - 1].line if len(some) > PAGE else None


def _firsts(row: Import, some: Sequence[StagedFinding]) -> list[StagedFinding]:
    """Where the earlier rows are that some rows are like."""
    lines = [one.twin_line for one in some if one.twin_line]
    parts = row.staged.parts.order_by("first_line") if lines else ()
    starts = [(part.first_line, part) for part in parts]
    return [
        StagedFinding(
            part=[part for start, part in starts if start <= line][-1], line=line
        )
        for line in lines
    ]


def _open_charts(ids: set[int], staff: StaffMember) -> dict[int, Person]:
    rows = Patient.objects.usual_to(staff).filter(pk__in=ids)
    points = ContactPoint.objects.filter(patient__in=ids, kind="phone", ended_at=None)
    phones: dict[int, list[str]] = {}
    for point in points:
        phones.setdefault(point.patient_id or 0, []).append(phone_text(point.phone))
    return {
        one.pk: Person(one.legal_name, _day(one.born_on), phones.get(one.pk, []), one)
        for one in rows
    }


def _twin(
    one: StagedFinding, rows: Mapping[int, Row], charts: Mapping[int, Person]
) -> Twin:
    is_in_file = one.kind == Finding.TWICE
    first = rows.get(one.twin_line or 0)
    in_file = _person(first) if first else None
    other = in_file if is_in_file else charts.get(one.chart_id or 0)
    choices = [
        (value, str(label))
        for value, label in Decision.choices
        if value != Decision.ADD or other
    ]
    return Twin(one, _person(rows[one.line]), other, is_in_file, choices)


def _kinds(undecided: Any) -> list[tuple[str, str, int]]:
    """The rules that would decide something, with how many rows."""
    words = {
        ("known", True): _("Surely charts here: name, birth date and phone agree"),
        ("known", False): _("Possibly charts here: two of the three agree"),
        ("twice", True): _("Surely twice in the file"),
        ("twice", False): _("Possibly twice in the file"),
    }
    counts = Counter(undecided.values_list("kind", "is_certain"))
    return [
        (f"{kind}-{'sure' if sure else 'maybe'}", label, counts[kind, sure])
        for (kind, sure), label in words.items()
        if counts[kind, sure]
    ]


def _day(day: date) -> str:
    """A birth date with its month as a word: nobody reads it in another order."""
    return date_format(day, "j M Y")
