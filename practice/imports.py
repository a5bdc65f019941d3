"""Files of patients from another system: taken, looked at, brought in, undone.

A file waits in encrypted parts until somebody confirmed it; the worker
(practice.import_work) checks it and brings it in. Nothing of it is seen before
that, and it comes in whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from practice import arrivals, columns, date_orders, import_rows, sheets, staging
from practice.models import (
    Decision,
    Finding,
    Import,
    KnownHead,
    Patient,
    StagedFile,
    StagedFinding,
    StagedPart,
    TrailEntry,
)
from practice.rules import NotPossible
from practice.states import ImportState, check_import_move
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.date_orders import Order
    from practice.import_cells import Plan
    from practice.models import StaffMember
    from practice.versions import Shown

KEPT = UNDOABLE = timedelta(days=1)
MOST_WAITING = 5  # files of one practice at once
_NAME = ("given_name", "full_name")


class TooManyWait(NotPossible):
    """Other files wait already."""

    field = "file"


class ColumnsMissing(NotPossible):
    """Without these columns nobody can be told from somebody else."""


class OrderOpen(NotPossible):
    """The dates of a file may mean two days each."""

    field = "order"


class NotDecided(NotPossible):
    """Some rows still wait for a word."""


class TooLate(NotPossible):
    """An import is undone within a day, and while nobody used its charts."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read and encrypted; nothing of it is kept yet."""

    sheet: sheets.Sheet
    parts: Sequence[StagedPart]


def opened(data: bytes, *, encoding: str = "") -> Opened:
    """Read a file. Takes its time, so no transaction is open. Raises NoSheet."""
    sheet = sheets.read(data, encoding=encoding)
    return Opened(sheet, staging.parts_of(sheet))


def take(*, data: bytes, by: StaffMember, now: datetime) -> Import:
    """Read a file and keep it waiting. Raises NoSheet, TooManyWait."""
    return keep_waiting(file=opened(data), by=by, now=now)


@transaction.atomic
def keep_waiting(*, file: Opened, by: StaffMember, now: datetime) -> Import:
    """Keep a file that was read. Raises TooManyWait."""
    waiting = StagedFile.objects.count()
    if waiting >= MOST_WAITING:
        words = _("%(count)s other files wait already: bring them in, or forget them.")
        raise TooManyWait(words % {"count": waiting})
    sheet = file.sheet
    row = Import(rows=len(sheet.records), uploaded_at=now, uploaded_by=by)
    keep(row, by=by, kind="import.uploaded")
    staged = StagedFile.objects.create(
        of=row,
        head=staging.packed(sheet.head),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        kept_until=now + KEPT,
    )
    for part in file.parts:
        part.file = staged
    StagedPart.objects.bulk_create(file.parts)
    return row


def guess(row: Import) -> tuple[list[str], Mapping[str, object]]:
    """What the columns hold, as these heads were read before, or as they say.

    With what else was answered the last time, if there was one.
    """
    heads = staging.head_of(row.staged)
    known = KnownHead.objects.filter(digest=columns.digest_of(heads)).first()
    if known is None:
        return columns.guess(heads), {}
    names = iter(known.plan["columns"])
    return ["" if columns.is_ours(head) else next(names) for head in heads], known.plan


def order_in(row: Import, names: Collection[str]) -> Order:
    """The order of the file's dates, or else that of a file with these heads before.

    Takes its time, so no transaction is open. Raises OrderOpen where there is none.
    """
    cells = import_rows.days_of(list(staging.all_records(row.staged)), [*names])
    if order := date_orders.order_of(cells):
        return order
    if date_orders.are_at_odds(cells):
        raise OrderOpen(
            _(
                "Some dates of this file have the day first and some the month, such "
                "as 31/03/1985 and 03/31/1985. Say how to read 03/04/1985."
            )
        )
    if usual := _usual_order(row):
        return usual
    raise OrderOpen(
        _("Dates of this file can be read in two ways. Say how to read 03/04/1985.")
    )


def _usual_order(row: Import) -> Order | None:
    """How open dates of a file with these heads were read the last time."""
    _names, known = guess(row)
    either = (date_orders.Order.MONTH_FIRST, date_orders.Order.DAY_FIRST)
    return next((order for order in either if order == known.get("order")), None)


@transaction.atomic
def read_as(*, row: Import, plan: Plan, by: StaffMember, now: datetime) -> Import:
    """Say what the columns hold; the worker then checks every row.

    Raises ColumnsMissing, IllegalMove.
    """
    row = locked(row)
    check_import_move(row.state, ImportState.CHECKING)
    _check_columns(plan.columns)
    file = row.staged
    StagedFile.objects.filter(pk=file.pk).update(plan=plan.as_json())
    _remember(file, plan, now=now)
    row.state, row.fault = ImportState.CHECKING, ""
    return keep(row, by=by, kind="import.planned")


@transaction.atomic
def read_again(*, row: Import, by: StaffMember) -> Import:
    """Go back to the columns; what was found and decided is forgotten."""
    row = locked(row)
    check_import_move(row.state, ImportState.UPLOADED)
    StagedFinding.objects.filter(part__file__of=row).delete()
    parts = StagedPart.objects.filter(file__of=row)
    parts.update(ready=None, people=None, checked_at=None)
    row.state = ImportState.UPLOADED
    return keep(row, by=by, kind="import.reopened")


@transaction.atomic
def decide(
    *,
    row: Import,
    decisions: Mapping[int, str],
    by: StaffMember,
    seen: Shown | None = None,
) -> int:
    """Say of single rows, by their lines, what they are. Returns how many.

    Raises ChangedMeanwhile where `seen` is out of date: lines may be others by now.
    """
    row = _held(row, seen)
    twins = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    done = 0
    for decision in Decision.values:
        lines = [line for line, word in decisions.items() if word == decision]
        rows = _open_to(by, twins.filter(line__in=lines), decision)
        done += rows.update(decision=decision)
    return done


def _held(row: Import, seen: Shown | None) -> Import:
    """The import, locked, as the person had it before their eyes."""
    row = locked(row)
    check_import_move(row.state, ImportState.ADMITTING)
    if seen is not None:
        seen.check()
    return row


@transaction.atomic
def decide_by_rule(
    *,
    row: Import,
    kind: str,
    is_certain: bool,
    decision: str,
    by: StaffMember,
    is_by_number: bool = False,
    seen: Shown | None = None,
) -> int:
    """Say of all rows of one kind that nobody spoke of what they are.

    Where nothing but a number agrees, nobody is one person with another by a rule.
    Raises ChangedMeanwhile as `decide`.
    """
    row = _held(row, seen)
    if is_by_number and decision == Decision.ADD:
        return 0
    twins = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    rows = twins.filter(kind=kind, is_certain=is_certain, is_by_number=is_by_number)
    rows = _open_to(by, rows.filter(decision=""), decision)
    return rows.update(decision=Decision(decision))


def _open_to(
    by: StaffMember, twins: QuerySet[StagedFinding], decision: str
) -> QuerySet[StagedFinding]:
    """Nobody adds to a chart that is closed to them."""
    if decision != Decision.ADD:
        return twins
    ours = Patient.objects.usual_to(by).values("pk")
    return twins.filter(Q(chart_id=None) | Q(chart_id__in=ours))


@transaction.atomic
def confirm(
    *,
    row: Import,
    leaves_out_problems: bool,
    by: StaffMember,
    now: datetime,
    seen: Shown | None = None,
) -> Import:
    """Bring the file in. Raises NotDecided, IllegalMove, ChangedMeanwhile."""
    row = _held(row, seen)
    found = staging.findings_of(row)
    if found.exclude(kind=Finding.PROBLEM).filter(decision="").exists():
        raise NotDecided(_("Say of every possible duplicate what it is."))
    if not leaves_out_problems and found.filter(kind=Finding.PROBLEM).exists():
        raise NotDecided(_("Say that the rows with problems stay out, or mend them."))
    staying_out = found.filter(kind=Finding.PROBLEM).count()
    staying_out += found.filter(decision=Decision.LEAVE).count()
    if staying_out >= row.rows:
        raise NotDecided(_("No row would come in."))
    _settle_twins(found)
    row.state, row.fault = ImportState.ADMITTING, ""
    row.confirmed_at, row.confirmed_by = now, by
    return keep(row, by=by, kind="import.confirmed")


def _settle_twins(found: QuerySet[StagedFinding]) -> None:
    """Where the first of several rows stays out, the next of them stands for all."""
    rows = found.filter(kind=Finding.TWICE, decision=Decision.ADD)
    gone = found.filter(decision=Decision.LEAVE).values("line")
    firsts: dict[int, int] = {}
    for finding in rows.filter(twin_line__in=gone).order_by("line"):
        first = firsts.setdefault(finding.twin_line or 0, finding.line)
        same = found.filter(pk=finding.pk)
        if first == finding.line:
            same.update(decision=Decision.OPEN)
        else:
            same.update(twin_line=first)


@transaction.atomic
def abandon(*, row: Import, by: Actor) -> Import:
    """Forget a file that waits, or is coming in. Raises IllegalMove."""
    row = locked(row)
    check_import_move(row.state, ImportState.ABANDONED)
    StagedFile.objects.filter(of=row).delete()
    row.state = ImportState.ABANDONED
    return keep(row, by=by, kind="import.abandoned")


def forget_old(*, by: Actor, now: datetime) -> int:
    """Abandon files whose day is over; returns how many."""
    waiting = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.REVIEW)
    late = Import.objects.filter(staged__kept_until__lte=now, state__in=waiting)
    rows = list(late)
    for row in rows:
        abandon(row=row, by=by)
    return len(rows)


@transaction.atomic
def undo(*, row: Import, by: StaffMember, now: datetime) -> Import:
    """Take a whole import back: its charts are gone at once.

    Raises TooLate, IllegalMove.
    """
    row = locked(row)
    check_import_move(row.state, ImportState.UNDONE)
    arrivals.lock(row)
    if refusal := why_not_undone(row, now=now):
        raise TooLate(refusal)
    row.state, row.is_shown = ImportState.UNDONE, False
    row.undone_at, row.undone_by = now, by
    return keep(row, by=by, kind="import.undone")


def why_not_undone(row: Import, *, now: datetime) -> str:
    """Why an import stays, as a sentence; empty if it can be taken back."""
    if row.state != ImportState.DONE:
        return _("Nothing of this import is here.")
    if row.shown_at is None or row.shown_at + UNDOABLE <= now:
        return _("An import can be taken back for a day; that day is over.")
    if used := arrivals.used(row):
        words = _(
            "It stays: somebody has worked with what came in since, such as chart "
            "%(chart)s. Merge or correct single charts instead."
        )
        return words % {"chart": used}
    return ""


def last_line() -> int:
    """The number of the trail's last line."""
    return TrailEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def _check_columns(names: Collection[str]) -> None:
    if not any(name in names for name in _NAME) or "born_on" not in names:
        raise ColumnsMissing(
            _("Say which columns hold the name and the date of birth.")
        )


def _remember(file: StagedFile, plan: Plan, *, now: datetime) -> None:
    """Keep how these heads were read; the heads themselves as a digest only."""
    heads = staging.head_of(file)
    named = zip(heads, plan.columns, strict=True)
    names = [name for head, name in named if not columns.is_ours(head)]
    KnownHead.objects.update_or_create(
        digest=columns.digest_of(heads),
        defaults={"plan": {**plan.as_json(), "columns": names}, "used_at": now},
    )
