"""The one door through which a delivery changes, with the event that tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from django.db import connection, transaction

from messaging.models import Delivery, DeliveryEvent
from messaging.states import COMES_BACK, FINAL, HEARD, Status, check_move
from practice.models import StaffMember
from practice.trail import Actor, Automation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Field

OUTBOX = Automation("The outbox")
MOST_WORDS = DeliveryEvent._meta.get_field("words").max_length or 0


class Way(Enum):
    """By which table a status changes."""

    MOVE = "our own move"
    HEARD = "a vendor's word"
    BACK = "planned again"
    STAYS = "no change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a delivery; `row` is the delivery as it was seen."""

    row: Delivery
    to: Status
    kind: str  # of the event: claimed, put_off, heard, …
    words: str = ""  # why, for staff
    code: str = ""  # the vendor's own
    columns: Mapping[str, Any] = field(default_factory=dict)
    way: Way = Way.MOVE


def change(one: Change, *, by: Actor, at: datetime) -> bool:
    """Make one change; False where the delivery moved on since it was seen."""
    return bool(change_many([one], by=by, at=at))


@transaction.atomic
def change_many(
    changes: Sequence[Change], *, by: Actor, at: datetime
) -> Sequence[Change]:
    """Make the changes whose deliveries still stand as they were seen; those.

    `Change.row` is then as the database has it. Three queries, however many they are.
    Raises IllegalMove.
    """
    held = _held(one.row.pk for one in changes)
    ours = [one for one in changes if _is_as_seen(one.row, held.get(one.row.pk))]
    if not ours:
        return []
    events = [_made(one, held[one.row.pk], by=by, at=at) for one in ours]
    names = {"status", "reason", "ended_at"}.union(*(one.columns for one in ours))
    _save([held[one.row.pk] for one in ours], sorted(names))
    DeliveryEvent.objects.bulk_create(events)
    for one in ours:
        _copy(held[one.row.pk], one.row)
    return ours


def event(
    row: Delivery, kind: str, *, by: Actor, at: datetime, **details: Any
) -> DeliveryEvent:
    """An event about a delivery, not yet saved; `before` and `after` are as it is."""
    usual = {"before": row.status, "after": row.status}
    details["words"] = details.get("words", "")[:MOST_WORDS]
    return DeliveryEvent(
        delivery=row,
        at=at,
        kind=kind,
        actor=by.name[:200],
        actor_staff=by if isinstance(by, StaffMember) else None,
        **usual | details,
    )


def _held(ids: Iterable[int]) -> Mapping[int, Delivery]:
    rows = Delivery.objects.select_for_update().filter(pk__in=list(ids))
    return {row.pk: row for row in rows.order_by("pk")}


def _is_as_seen(seen: Delivery, row: Delivery | None) -> bool:
    """Each try has its number: a delivery that came back is another one."""
    return row is not None and (row.status, row.tries) == (seen.status, seen.tries)


def _made(one: Change, row: Delivery, *, by: Actor, at: datetime) -> DeliveryEvent:
    """The change made to a row that is held, and what tells of it."""
    before = Status(row.status)
    _check(one, before)
    row.status, row.reason = one.to, one.words[:MOST_WORDS]
    row.ended_at = (row.ended_at or at) if one.to in FINAL else None
    for name, value in one.columns.items():
        setattr(row, name, value)
    said = {"words": one.words, "code": one.code[:30]}
    return event(row, one.kind, by=by, at=at, before=before, after=one.to, **said)


def _check(one: Change, before: Status) -> None:
    """Raise IllegalMove unless the table that the change goes by leads there."""
    is_known = {
        Way.MOVE: False,
        Way.HEARD: one.to in HEARD[before],
        Way.BACK: (before, one.to) == COMES_BACK,
        Way.STAYS: one.to == before,
    }[one.way]
    if not is_known:
        check_move(before, one.to)


def _save(rows: Sequence[Delivery], names: Sequence[str]) -> None:
    """One statement, told for each row: Django's own for many takes ten times as long,
    and this one runs for every message that leaves.
    """
    fields = [cast("Field[Any, Any]", Delivery._meta.get_field(one)) for one in names]
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quoted(Delivery._meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608 - our own names
    values = [
        [
            *(
                field.get_db_prep_save(getattr(row, field.attname), connection)
                for field in fields
            ),
            row.pk,
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _copy(row: Delivery, seen: Delivery) -> None:
    """What somebody looks at is as the database has it; its relations stay loaded."""
    for fields in Delivery._meta.concrete_fields:
        setattr(seen, fields.attname, getattr(row, fields.attname))
