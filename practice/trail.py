"""The trail: every action keeps its records here, each with one line appended.

Nothing else saves a domain record: the database would refuse (see recording). A
line is (real time, who, what, why, whom, which record, which history row); the
record's columns are in the history row.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from practice import clock
from practice.acts import Act, acting
from practice.models import (
    Arriving,
    Import,
    Patient,
    Recorded,
    StaffMember,
    TrailEntry,
    TrailPatient,
)
from practice.rules import NotPossible
from practice.states import CAME_TO_NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

BATCH = 500
_because: ContextVar[str] = ContextVar("because", default="")
_part_of: ContextVar[int | None] = ContextVar("part_of", default=None)
R = TypeVar("R", bound=Recorded)


class NoLongerHere(NotPossible):
    """What somebody works with came with an import that was taken back meanwhile."""


@dataclass(frozen=True, slots=True)
class Automation:
    """Something other than a signed-in person that acts, such as a nightly chore."""

    name: str


Actor: TypeAlias = StaffMember | Automation


def keep(record: R, *, by: Actor, kind: str, reason: str = "") -> R:
    """Check and save one record with its history row and its line in the trail.

    `kind` says what happened, dotted (patient.paused). Raises ValidationError
    with a sentence per field, also when somebody else was a moment earlier, and
    NoLongerHere.
    """
    try:
        with transaction.atomic():
            # The database checks its constraints itself, and once.
            record.full_clean(
                exclude=_known(record),
                validate_unique=False,
                validate_constraints=False,
            )
            _check_is_here(record)
            with acting(_act(by=by, kind=kind, reason=reason)):
                # A new record is never an update, also where its key is known.
                record.save(force_insert=record._state.adding)
    except (ValidationError, IntegrityError):
        record.full_clean()  # says all that is wrong, and in sentences
        _check_nothing_comes_in(record)
        raise
    return record


def _check_nothing_comes_in(record: Recorded) -> None:
    """Raise ValidationError where something that nobody sees yet may be in the way."""
    at_work = Import.objects.filter(is_shown=False, is_cleared=False)
    is_arriving = issubclass(record.__class__, Arriving)
    if is_arriving and at_work.exclude(confirmed_at=None).exists():
        raise ValidationError(
            _("An import brings in the same at the moment: try again in a minute.")
        )


def locked(record: R) -> R:
    """The record as it is now, locked until the transaction ends.

    Who changes a record changes this one: saving one that was read earlier would
    silently take back what somebody else did meanwhile. Raises NoLongerHere.
    """
    # Not the key: rows that point here may be written meanwhile.
    rows = record.__class__._base_manager.select_for_update(no_key=True)
    record = rows.get(pk=record.pk)
    _check_is_here(record)
    return record


def _check_is_here(record: Recorded) -> None:
    """Raise NoLongerHere for what came with an import that was taken back.

    Whoever takes an import back locks all that came with it: so they either did
    before, or wait until this is done, and see it.
    """
    arrived = [one for one in _touched(record) if getattr(one, "arrived_with_id", None)]
    for one in arrived:
        if one is not record:
            _hold(one)
    came_with = {one.arrived_with_id for one in arrived}
    gone = Import.objects.filter(pk__in=came_with, state__in=CAME_TO_NOTHING)
    if came_with and gone.exists():
        raise NoLongerHere(
            _("This came in with a file, and somebody has taken that file back.")
        )


def _known(record: Recorded) -> set[str]:
    """The records it is hung on that were read already: they need no look-up more.

    The database itself keeps them from going.
    """
    return {
        field.name
        for field in record._meta.concrete_fields
        if isinstance(field, ForeignKey) and getattr(record, field.attname) is not None
        if field.is_cached(record)
    }


def _touched(record: Recorded) -> Iterator[Any]:
    """A record, and the charts and people it is hung on."""
    yield record
    for field in record._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.is_cached(record):
            yield getattr(record, field.name)


def _hold(record: Recorded) -> None:
    """Keep a record that is pointed to; foreign keys do so at the commit only."""
    if connection.features.has_select_for_update:
        table = record._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE id = %s FOR KEY SHARE',  # noqa: S608 - a table of our own
                [record.pk],
            )


@transaction.atomic
def keep_many(
    records: Sequence[R], *, by: Actor, kind: str, reason: str = ""
) -> Sequence[R]:
    """Add many new records of one model at once, with the same history and lines.

    For seeds and imports: the caller has checked the records; the database's
    constraints still hold.
    """
    if records:
        with acting(_act(by=by, kind=kind, reason=reason, is_bulk=True)):
            type(records[0])._base_manager.bulk_create(records, batch_size=BATCH)
    return records


@contextmanager
def because(reason: str) -> Iterator[None]:
    """What is kept in the block without a reason of its own is kept for this one."""
    token = _because.set(reason)
    try:
        yield
    finally:
        _because.reset(token)


@contextmanager
def parts_of(line_id: int | None) -> Iterator[None]:
    """Lines of the block are parts of one line that sums them up, if there is one."""
    token = _part_of.set(line_id)
    try:
        yield
    finally:
        _part_of.reset(token)


@transaction.atomic
def change_many(
    records: QuerySet[R], *, by: Actor, kind: str, reason: str = "", **columns: Any
) -> int:
    """Set columns of many records at once, with the same history and lines.

    The caller has looked that the values may stand there. Returns how many.
    """
    rows = records.model._base_manager.filter(pk__in=records.values("pk"))
    with acting(_act(by=by, kind=kind, reason=reason, is_bulk=True)):
        return rows.update(**columns)


@transaction.atomic
def note(
    *,
    by: Actor,
    kind: str,
    about: Recorded,
    reason: str = "",
    naming: Iterable[int] = (),
) -> TrailEntry:
    """Append a line about a record that did not change, such as an export of it.

    `naming` are the charts that it is about, where they are several.
    """
    entry = TrailEntry.objects.create(
        at=clock.real_now(),
        actor_id=_id_of(by),
        actor=by.name,
        kind=kind,
        reason=reason or _because.get(),
        part_of_id=_part_of.get(),
        patient_id=patient_id_of(about),
        record=about._meta.model_name or "",
        record_id=about.pk,
    )
    TrailPatient.objects.bulk_create(
        TrailPatient(entry_id=entry.pk, patient_id=patient_id)
        for patient_id in sorted(set(naming))
    )
    return entry


def patient_id_of(record: Recorded) -> int | None:
    """The chart a record belongs to, if it belongs to one."""
    if isinstance(record, Patient):
        return record.pk
    return getattr(record, "patient_id", None)


def _id_of(by: Actor) -> int | None:
    return by.pk if isinstance(by, StaffMember) else None


def _act(*, by: Actor, kind: str, reason: str, is_bulk: bool = False) -> Act:
    at = connection.ops.adapt_datetimefield_value(clock.real_now())
    return Act(
        at=str(at),
        actor_id=_id_of(by),
        actor=by.name,
        kind=kind,
        reason=reason or _because.get(),
        part_of_id=_part_of.get(),
        is_bulk=is_bulk,
    )
