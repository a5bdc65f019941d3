"""The one door through which a delivery changes, with the event that tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db import connection, transaction

from messaging.models import Delivery, DeliveryEvent
from messaging.states import COMES_BACK, FINAL, HEARD, Status, check_move
from practice.models import StaffMember
from practice.trail import Actor, Automation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Field, Model

    AnyField: TypeAlias = Field[Any, Any]

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
    change_held([replace(one, row=held[one.row.pk]) for one in ours], by=by, at=at)
    for one in ours:
        _copy(held[one.row.pk], one.row)
    return ours


def change_held(changes: Sequence[Change], *, by: Actor, at: datetime) -> None:
    """The same for rows that this transaction has read and locked: two queries.

    Where it fails the rows are not to be used any more. Raises IllegalMove.
    """
    if not changes:
        return
    events = [_made(one, by=by, at=at) for one in changes]
    names = {"status", "reason", "ended_at"}.union(*(one.columns for one in changes))
    _save([one.row for one in changes], sorted(names))
    _insert(events)


def event(
    row: Delivery, kind: str, *, by: Actor, at: datetime, **details: Any
) -> DeliveryEvent:
    """An event about a delivery, not yet saved; `before` and `after` are as it is."""
    usual = {"before": row.status, "after": row.status}
    details["words"] = details.get("words", "")[:MOST_WORDS]
    return DeliveryEvent(
        delivery_id=row.pk,
        at=at,
        kind=kind,
        actor=by.name[:200],
        actor_staff_id=by.pk if isinstance(by, StaffMember) else None,
        **usual | details,
    )


def _held(ids: Iterable[int]) -> Mapping[int, Delivery]:
    rows = Delivery.objects.select_for_update().filter(pk__in=list(ids))
    return {row.pk: row for row in rows.order_by("pk")}


def _is_as_seen(seen: Delivery, row: Delivery | None) -> bool:
    """Each try has its number: a delivery that came back is another one."""
    return row is not None and (row.status, row.tries) == (seen.status, seen.tries)


def _made(one: Change, *, by: Actor, at: datetime) -> DeliveryEvent:
    """The change made to a row that is held, and what tells of it."""
    row, before = one.row, Status(one.row.status)
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
    """One statement, told for each row unless all get the same: Django's own for many
    takes ten times as long, and this one runs for every message that leaves.
    """
    fields = [cast("AnyField", Delivery._meta.get_field(one)) for one in names]
    sets = ", ".join(f"{_quoted(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {_quoted(Delivery._meta.db_table)} SET {sets} WHERE id"  # noqa: S608 - our own names
    told, ids = _plain(rows, fields), [row.pk for row in rows]
    with connection.cursor() as cursor:
        if all(values == told[0] for values in told):
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(f"{statement} IN ({marks})", [*told[0], *ids])
        else:
            each = [(*values, pk) for values, pk in zip(told, ids, strict=True)]
            cursor.executemany(f"{statement} = %s", each)


def _insert(events: Sequence[DeliveryEvent]) -> None:
    """As plain as that: each step of every message has one."""
    fields = [one for one in DeliveryEvent._meta.concrete_fields if not one.primary_key]
    names = ", ".join(_quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = _quoted(DeliveryEvent._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            _plain(events, fields),
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _plain(rows: Sequence[Model], fields: Sequence[AnyField]) -> list[tuple[Any, ...]]:
    """What some fields of some rows hold, as the database takes it.

    What is the same in all of them, as most is, is made ready once.
    """
    columns = []
    for one in fields:
        found = [getattr(row, one.attname) for row in rows]
        if all(value is found[0] or value == found[0] for value in found):
            columns.append([one.get_db_prep_save(found[0], connection)] * len(found))
        else:
            columns.append([one.get_db_prep_save(each, connection) for each in found])
    return list(zip(*columns, strict=True))


def _copy(row: Delivery, seen: Delivery) -> None:
    """What somebody looks at is as the database has it; its relations stay loaded."""
    for fields in Delivery._meta.concrete_fields:
        setattr(seen, fields.attname, getattr(row, fields.attname))
