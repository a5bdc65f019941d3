"""The trail: every action keeps its records here, each with one line appended.

Nothing else saves a domain record. A line is (real time, who, what, why, whom,
which record, which history row) with a keyed digest of the record's columns;
the columns themselves are in the history row.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from practice import clock
from practice.models import Patient, Recorded, StaffMember, TrailEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Field

FORMAT = 1
BATCH = 500
R = TypeVar("R", bound=Recorded)


@dataclass(frozen=True, slots=True)
class Automation:
    """Something other than a signed-in person that acts, such as a nightly chore."""

    name: str


Actor: TypeAlias = StaffMember | Automation


def keep(record: R, *, by: Actor, kind: str, reason: str = "") -> R:
    """Check and save one record with its history row and its line in the trail.

    `kind` says what happened, dotted (patient.paused). Raises ValidationError
    with a sentence per field, also when somebody else was a moment earlier.
    """
    try:
        with transaction.atomic():
            # The database checks its constraints itself, and once.
            record.full_clean(validate_unique=False, validate_constraints=False)
            _write(record, by=by, kind=kind, reason=reason)
    except (ValidationError, IntegrityError):
        record.full_clean()  # says all that is wrong, and in sentences
        raise
    return record


def locked(record: R) -> R:
    """The record as it is now, locked until the transaction ends.

    Who changes a record changes this one: saving one that was read earlier would
    silently take back what somebody else did meanwhile.
    """
    # Not the key: rows that point here may be written meanwhile.
    rows = record.__class__._base_manager.select_for_update(no_key=True)
    return rows.get(pk=record.pk)


@transaction.atomic
def keep_many(
    records: Sequence[R], *, by: Actor, kind: str, reason: str = ""
) -> Sequence[R]:
    """Add many new records of one model at once, with the same history and lines.

    For seeds and imports: the caller has checked the records; the database's
    constraints still hold.
    """
    if not records:
        return records
    model, at = type(records[0]), clock.real_now()
    model._base_manager.bulk_create(records, batch_size=BATCH)
    rows = model.history.bulk_history_create(
        records,
        batch_size=BATCH,
        default_user=_staff(by),
        default_change_reason=reason or kind,
        default_date=at,
    )
    lines = [
        _line(record, by=by, kind=kind, reason=reason, at=at, history_id=row.history_id)
        for record, row in zip(records, rows, strict=True)
    ]
    TrailEntry.objects.bulk_create(lines, batch_size=BATCH)
    return records


@transaction.atomic
def note(*, by: Actor, kind: str, about: Recorded, reason: str = "") -> TrailEntry:
    """Append a line about a record that did not change, such as an export of it."""
    line = _line(
        about, by=by, kind=kind, reason=reason, at=clock.real_now(), history_id=None
    )
    line.save()
    return line


def digest_of(record: Recorded) -> str:
    """HMAC-SHA256, keyed by the site, over the record's recorded columns."""
    # The class of the record itself, not of request.user's wrapper.
    columns = {
        field.attname: field.value_to_string(record)
        for field in _columns(record.__class__)
    }
    payload = json.dumps(columns, cls=DjangoJSONEncoder, sort_keys=True)
    return hmac.new(_key(), payload.encode(), hashlib.sha256).hexdigest()


@cache
def _columns(model: type[Recorded]) -> tuple[Field[Any, Any], ...]:
    return tuple(model.history.model.tracked_fields)


def _key() -> bytes:
    return hashlib.sha256(f"trail:{settings.SECRET_KEY}".encode()).digest()


def patient_id_of(record: Recorded) -> int | None:
    """The chart a record belongs to, if it belongs to one."""
    if isinstance(record, Patient):
        return record.pk
    return getattr(record, "patient_id", None)


def _staff(by: Actor) -> StaffMember | None:
    return by if isinstance(by, StaffMember) else None


def _write(record: Recorded, *, by: Actor, kind: str, reason: str) -> None:
    record._history_user = _staff(by)  # type: ignore[attr-defined]
    record._change_reason = reason or kind  # type: ignore[attr-defined]
    record._history_date = at = clock.real_now()  # type: ignore[attr-defined]
    # A new record is never an update, also where its key is known beforehand.
    record.save(force_insert=record._state.adding)
    history_id = record.history.latest("history_id").history_id
    _line(record, by=by, kind=kind, reason=reason, at=at, history_id=history_id).save()


def _line(
    record: Recorded,
    *,
    by: Actor,
    kind: str,
    reason: str,
    at: datetime,
    history_id: int | None,
) -> TrailEntry:
    return TrailEntry(
        at=at,
        actor_id=by.pk if isinstance(by, StaffMember) else None,
        actor=by.name,
        kind=kind,
        reason=reason,
        patient_id=patient_id_of(record),
        record=record._meta.model_name or "",
        record_id=record.pk,
        history_id=history_id,
        digest=digest_of(record),
        format=FORMAT,
    )
