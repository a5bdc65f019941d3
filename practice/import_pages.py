"""What the pages of an import show: samples, counts, problems, possible duplicates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from phonenumber_field.phonenumber import PhoneNumber

from practice import columns as names_of_columns
from practice import sheets, staging
from practice.alphabets import label_of
from practice.date_orders import Order
from practice.models import (
    Decision,
    Finding,
    Patient,
    StagedFinding,
    StagedPart,
)
from practice.models.contacts import phone_text
from practice.states import ImportState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.forms import BoundField

    from practice.models import Import
    from practice.staging import Row

PAGE = 25
SAMPLES = 3
PREVIEW = 5
LOOKED_THROUGH = 10  # parts, for letters with accents
LONGEST_LINE = 9  # digits of a line's number


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file with some of what stands in it."""

    head: str
    samples: Sequence[str]
    field: BoundField


@dataclass(frozen=True, slots=True)
class AsLetters:
    """How the bytes of a file were read, with some words that show it."""

    encoding: str
    words: Sequence[str]


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
    family_name: str = ""  # as a row was understood


@dataclass(frozen=True, slots=True)
class Review:
    """What a checked file would bring in, and what stands in the way."""

    ready: int
    problems: int
    undecided: int
    twins: int
    preview: Sequence[tuple[int, Person, Sequence[str]]]
    order: str = ""  # of the file's dates

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
class PageOf:
    """Some rows, and the line to go on after."""

    rows: Sequence[Any]
    count: int
    next_after: int | None


def columns(row: Import, fields: Sequence[BoundField]) -> list[Column]:
    """The columns of a file with samples of what they hold."""
    part = row.staged.parts.first()
    records = staging.records_of(part)[: SAMPLES * 4] if part else []
    heads = staging.head_of(row.staged)
    return [
        Column(head, _samples(records, number), field)
        for number, (head, field) in enumerate(zip(heads, fields, strict=True))
    ]


def letters(row: Import) -> AsLetters:
    """With the first words that have other letters than English."""
    parts = row.staged.parts.all()[:LOOKED_THROUGH]
    words = (
        word
        for part in parts
        for record in staging.records_of(part)
        for cell in record.cells
        for word in cell.split()
        if not word.isascii()
    )
    some = islice(dict.fromkeys(islice(words, PAGE)), PREVIEW)
    return AsLetters(label_of(row.staged.encoding), [word[:40] for word in some])


def progress(row: Import) -> Progress:
    """Counted from the parts themselves; of nothing, if the file has just ended."""
    is_checking = row.state == ImportState.CHECKING
    steps = ["checked_at"] if is_checking else ["compared_at", "admitted_at"]
    parts = StagedPart.objects.filter(file__of=row)
    moments = [*chain.from_iterable(parts.values_list(*steps))]
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
        order=_order(row),
    )


def problems(row: Import, *, after: str) -> PageOf:
    found = staging.findings_of(row).filter(kind=Finding.PROBLEM)
    some, next_after = some_after(found, after)
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


def _order(row: Import) -> str:
    plan = staging.plan_of(row.staged)
    return str(Order(plan.order).label) if plan else ""


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
            person_of(one),
            [person["name"] for person in one.ready["caregivers"]],
        )
        for one in good[:PREVIEW]
    ]


def person_of(row: Row) -> Person:
    who = row.ready["patient"]
    phones = [
        phone_text(PhoneNumber.from_string(one["value"]))
        for one in row.ready["contacts"]
        if one["kind"] == "phone"
    ]
    name = f"{who['given_name']} {who['family_name']}".strip()
    born = day_text(date.fromisoformat(who["born_on"]))
    return Person(name, born, phones, family_name=who["family_name"])


def some_after(found: Any, after: str) -> tuple[list[StagedFinding], int | None]:
    is_line = after.isascii() and after.isdecimal() and len(after) <= LONGEST_LINE
    rows = found.filter(line__gt=int(after)) if is_line else found
    some = list(rows.order_by("line")[: PAGE + 1])
    return some[:PAGE], some[PAGE - 1].line if len(some) > PAGE else None


def day_text(day: date) -> str:
    """A birth date with its month as a word: nobody reads it in another order."""
    return date_format(day, "j M Y")
