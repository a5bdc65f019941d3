"""The worker's part of an import: it checks rows, and brings them in, step by step.

A step is one short transaction; a worker that dies in the middle of one has done
nothing, and one that was stopped, and wakes when its lease has gone to another, does
nothing any more. What comes in is hidden until the last step shows it all at once.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, transaction
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from practice import admitting, clock, import_lines, imports, names, staging, twins
from practice.import_cells import Ground
from practice.import_rows import understand
from practice.models import (
    Caregiving,
    ContactPoint,
    Decision,
    ExternalId,
    Finding,
    Import,
    Location,
    Patient,
    StagedFile,
    StagedFinding,
    StagedPart,
)
from practice.patients import local_day
from practice.states import CAME_TO_NOTHING, ImportState
from practice.trail import Automation, change_many, keep, locked, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.import_cells import Plan
    from practice.trail import Actor

TASK = "practice.tasks.bring_in"
AT_ONCE = timedelta(seconds=10)  # then other work has its turn
LEASE = timedelta(minutes=1)  # longer than a step takes
CLEARED = 500  # rows of a step
WORKER = Automation("Import")
logger = logging.getLogger(__name__)


class NotInHand(Exception):
    """The file is another worker's by now, or gone, or further on."""


def wake() -> None:
    """Ask the worker to look now; the clock asks it once a minute in any case."""
    transaction.on_commit(lambda: async_task(TASK))


def advance(
    *,
    now: datetime,
    limit: timedelta = AT_ONCE,
    after_each: Callable[[], object] | None = None,
) -> bool:
    """Go on with what waits, one file after the other; returns if work is left."""
    ends = time.monotonic() + limit.total_seconds()
    while step(now=now):
        if after_each:
            after_each()
        if time.monotonic() > ends:
            return True
    return False


def step(*, now: datetime) -> bool:
    """Do one step of an import that needs one; False if none does.

    What came to nothing lets go first: its numbers would pass for somebody else's.
    """
    if _clear():
        return True
    if file := _claimed():
        try:
            _step_of(file, now=now)
        finally:
            lease = _ours(file)
            lease.update(leased_until=None)
        return True
    return False


def _claimed() -> StagedFile | None:
    """The oldest file at work, unless somebody else has it in hand.

    One that begins to come in is not overtaken: nobody would compare it again.
    """
    real = clock.real_now()
    is_free = Q(leased_until=None) | Q(leased_until__lte=real)
    at_work = (ImportState.CHECKING, ImportState.ADMITTING)
    files = StagedFile.objects.filter(of__state__in=at_work)
    compared = StagedPart.objects.filter(file=OuterRef("pk"), compared_at__isnull=False)
    has_begun = Q(of__state=ImportState.ADMITTING) & Exists(compared)
    in_order = (Case(When(~is_free | has_begun, then=0), default=1), "pk")
    file = files.select_related("of__confirmed_by").order_by(*in_order).first()
    if file is None:
        return None
    row = StagedFile.objects.filter(is_free, pk=file.pk)
    file.leased_until = real + LEASE
    return file if row.update(leased_until=file.leased_until) else None


def _ours(file: StagedFile) -> QuerySet[StagedFile]:
    """The file while the lease is still ours."""
    return StagedFile.objects.filter(pk=file.pk, leased_until=file.leased_until)


@contextmanager
def _in_hand(file: StagedFile) -> Iterator[Import]:
    """A transaction that writes for a file, with its import locked.

    Nobody abandons it, goes back or takes it over meanwhile. Raises NotInHand if
    somebody did before.
    """
    with transaction.atomic():
        row = locked(file.of)
        if row.state != file.of.state or not _ours(file).exists():
            raise NotInHand
        yield row


def _step_of(file: StagedFile, *, now: datetime) -> None:
    """One step; a fault that the next try would meet again ends the import."""
    act = _check if file.of.state == ImportState.CHECKING else _admit
    try:
        act(file, now=now)
    except OperationalError:
        raise  # the database is busy or away: the next turn tries again
    except NotInHand:
        logger.info("import_left", extra={"subject_id": file.of_id})
    except Exception:
        logger.exception("An import failed.", extra={"subject_id": file.of_id})
        _fail(file)


def _fail(file: StagedFile) -> None:
    """End an import, unless what failed was nobody's any more."""
    with suppress(NotInHand), _in_hand(file) as row:
        StagedFile.objects.filter(pk=file.pk).delete()
        row.state = ImportState.FAILED
        row.fault = _(
            "Something here changed while the file came in, and nobody of it is here: "
            "upload it again."
        )
        keep(row, by=WORKER, kind="import.failed")


# Checking ---------------------------------------------------------------------------
def _check(file: StagedFile, *, now: datetime) -> None:
    """Check the next part; after the last, look for rows that are twice in the file."""
    part = file.parts.filter(checked_at=None).first()
    if part is not None:
        _check_part(file, part, now=now)
        return
    found = _twice(file)
    with _in_hand(file) as row:
        StagedFinding.objects.bulk_create(found)
        row.state = ImportState.REVIEW
        keep(row, by=WORKER, kind="import.checked")


def _check_part(file: StagedFile, part: StagedPart, *, now: datetime) -> None:
    plan = _plan(file)
    ground = Ground(today=local_day(now), places=_places())
    records = staging.records_of(part)
    read = [understand(record, plan, ground) for record in records]
    problems = [
        StagedFinding(part=part, line=record.line, kind=Finding.PROBLEM)
        for record, (_ready, problems) in zip(records, read, strict=True)
        if problems
    ]
    good = {
        record.line: twins.person_of(ready)
        for record, (ready, problems) in zip(records, read, strict=True)
        if not problems
    }
    known = _known_here(part, good, system=plan.system)
    found = {
        "ready": staging.packed(read),
        "people": staging.packed([[n, one.told()] for n, one in good.items()]),
    }
    with _in_hand(file):
        StagedFinding.objects.bulk_create([*problems, *known])
        StagedPart.objects.filter(pk=part.pk).update(**found, checked_at=now)


def _people(part: StagedPart) -> dict[int, twins.Person]:
    """The people of the rows that can come in, by line, of a part that was checked."""
    told = staging.unpacked(part.people or b"")
    return {line: twins.Person.heard(one) for line, one in told}


def _known_here(
    part: StagedPart, people: Mapping[int, twins.Person], *, system: str
) -> list[StagedFinding]:
    """Findings for those who may have a chart here."""
    matches = twins.in_practice(list(people.values()), system=system)
    return [
        StagedFinding(
            part=part,
            line=line,
            kind=Finding.KNOWN,
            is_certain=match.is_certain,
            is_by_number=match.is_by_number,
            chart_id=match.of,
        )
        for line, match in zip(people, matches, strict=True)
        if match is not None
    ]


def _twice(file: StagedFile) -> list[StagedFinding]:
    """Rows that are like an earlier one, over all parts of the file."""
    found = staging.findings_of(file.of)
    noted, seen = set(found.values_list("line", flat=True)), twins.Known()
    parts = file.parts.defer("words", "ready")
    return [one for part in parts for one in _twice_in(part, noted, seen)]


def _twice_in(
    part: StagedPart, noted: set[int], seen: twins.Known
) -> Iterator[StagedFinding]:
    for line, person in _people(part).items():
        match = seen.match(person)
        seen.add(line, person)
        if match is not None and line not in noted:
            yield StagedFinding(
                part=part,
                line=line,
                kind=Finding.TWICE,
                is_certain=match.is_certain,
                is_by_number=match.is_by_number,
                twin_line=match.of,
            )


def _places() -> dict[str, int]:
    """The open locations, by what a file may call them; 0 where that may be two.

    A whole name counts before a short one.
    """
    open_ones = list(Location.objects.filter(is_active=True))
    short = _named((place.short_name, place.pk) for place in open_ones)
    return short | _named((place.name, place.pk) for place in open_ones)


def _named(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, pk in pairs:
        words = " ".join(names.words_of(name))
        found[words] = pk if found.get(words, pk) == pk else 0
    return found


def _plan(file: StagedFile) -> Plan:
    plan = staging.plan_of(file)
    if plan is None:
        raise LookupError("A file is at work whose columns nobody named.")
    return plan


# Coming in --------------------------------------------------------------------------
def _admit(file: StagedFile, *, now: datetime) -> None:
    """The next part comes in, hidden; after the last, all of them are shown."""
    if part := file.parts.filter(compared_at=None).first():
        _compare_again(file, part, now=now)
    elif part := file.parts.filter(admitted_at=None).first():
        within = _in_hand(file)
        admitting.admit(part, row=file.of, plan=_plan(file), now=now, within=within)
    else:
        _show(file, now=now)


def _compare_again(file: StagedFile, part: StagedPart, *, now: datetime) -> None:
    """Who was registered here since the file was checked has to be decided too.

    So has whose chart came with a file that was taken back since.
    """
    new = _new_matches(part, _plan(file))
    with _in_hand(file) as row:
        lines = [one.line for one in new]
        StagedFinding.objects.filter(part=part, line__in=lines).delete()
        StagedFinding.objects.bulk_create(new)
        StagedPart.objects.filter(pk=part.pk).update(compared_at=now)
        if not file.parts.filter(compared_at=None).exists():
            _hold_back(file, row)


def _hold_back(file: StagedFile, row: Import) -> None:
    """Once all is compared, back to who decides, if there is anything to decide."""
    lost = [one.pk for one in _on_hidden_charts(staging.findings_of(row))]
    gone, _deleted = StagedFinding.objects.filter(pk__in=lost).delete()
    if gone:  # nobody had a look at how they are like each other
        StagedFinding.objects.bulk_create(_twice(file))
    twins_found = staging.findings_of(row).exclude(kind=Finding.PROBLEM)
    count = twins_found.filter(decision="").count()
    if not (count or gone):
        return
    StagedPart.objects.filter(file__of=row).update(compared_at=None)
    row.state, row.confirmed_at, row.confirmed_by = ImportState.REVIEW, None, None
    words = _("Meanwhile %(count)s of these people got a chart here: look again.")
    if gone:
        words = _(
            "Meanwhile a file was taken back with which the charts of %(gone)s of "
            "these people had come: look again."
        )
    row.fault = words % {"count": count, "gone": gone}
    keep(row, by=WORKER, kind="import.held_back")


def _new_matches(part: StagedPart, plan: Plan) -> Sequence[StagedFinding]:
    decided = set(
        part.findings.exclude(kind=Finding.TWICE).values_list("line", flat=True)
    )
    left = part.findings.filter(decision=Decision.LEAVE).values_list("line", flat=True)
    decided |= set(left)
    gone = _on_hidden_charts(StagedFinding.objects.filter(part=part))
    decided -= set(gone.values_list("line", flat=True))
    people = {
        line: person for line, person in _people(part).items() if line not in decided
    }
    return _known_here(part, people, system=plan.system)


def _on_hidden_charts(found: QuerySet[StagedFinding]) -> QuerySet[StagedFinding]:
    """Rows that add to a chart here, or stay out for it, which nobody sees any more."""
    known = found.filter(kind=Finding.KNOWN).exclude(decision=Decision.OPEN)
    return known.exclude(chart_id__in=Patient.objects.values("pk"))


def _show(file: StagedFile, *, now: datetime) -> None:
    """The flip: everything that came with the file is there, its words are gone."""
    with _in_hand(file) as row:
        by: Actor = row.confirmed_by or WORKER
        row.charts, row.additions = admitting.counted(row)
        StagedFile.objects.filter(pk=file.pk).delete()
        row.state, row.is_shown = ImportState.DONE, True
        row.shown_at, row.shown_after = now, imports.last_line()
        keep(row, by=by, kind="import.shown")


# Afterwards -------------------------------------------------------------------------
def _clear() -> bool:
    """Let go of numbers and addresses that came with an import that came to nothing.

    They would stand in the way of the same file, taken again.
    """
    over = Q(state__in=CAME_TO_NOTHING) & ~Q(confirmed_at=None)
    row = Import.objects.filter(over, is_cleared=False).first()
    if row is None:
        return False
    line, by = import_lines.ending(row)
    for held, kind, columns in _held(row):
        if ids := list(held.values_list("pk", flat=True)[:CLEARED]):
            some = held.model._base_manager.filter(pk__in=ids)
            with parts_of(line):
                change_many(some, by=by, kind=kind, **columns)
            return True
    with transaction.atomic():
        row = locked(row)
        row.is_cleared = True
        keep(row, by=WORKER, kind="import.cleared")
    return True


def _held(row: Import) -> Iterator[tuple[QuerySet[Any], str, dict[str, Any]]]:
    """What a dead import still holds, with what lets go of it."""
    ended = row.undone_at or row.confirmed_at or row.uploaded_at
    points = ContactPoint._base_manager.filter(arrived_with=row)
    yield points.filter(ended_at=None), "contact.ended", {"ended_at": ended}
    numbers = ExternalId._base_manager.filter(arrived_with=row)
    current = numbers.filter(is_current=True)
    yield current, "patient.external_id_ended", {"is_current": False}
    family = Caregiving._base_manager.filter(arrived_with=row)
    there = family.filter(is_withdrawn=False)
    yield there, "caregiver.withdrawn", {"is_withdrawn": True}
