"""No hour is sold twice: the net beneath the lock, in the database itself.

Actions lock the clinician and the room, look, and then write (scheduling.booking);
this holds against everything else. Two live visits of one clinician overlap only
where one was booked beside the other on purpose; two live visits in one room never
do. PostgreSQL has exclusion constraints for it, made by the migration; SQLite has
triggers, put back after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.guards import Exclusion, Guard, Net
from scheduling.models import Appointment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db import IntegrityError

TABLE = Appointment._meta.db_table
CLINICIAN, ROOM = "appointment_clinician_once", "appointment_room_once"
# A visit and the one booked beside it are a pair, and have its number in common.
_PAIR = "COALESCE({0}double_of_id, {0}id)"


def nets(vendor: str) -> Sequence[Guard]:
    """GUARDS: what refuses visits that overlap."""
    return _on_sqlite() if vendor == "sqlite" else _on_postgresql()


def is_overlap(error: IntegrityError) -> bool:
    """Whether the database refused a visit because its time was taken."""
    return any(name in str(error) for name in (CLINICIAN, ROOM))


def _on_postgresql() -> Sequence[Guard]:
    time = "tstzrange(taken_from, taken_until, '[)') WITH &&"
    pair = f"({_PAIR.format('')}) WITH <>"
    clinician = f"(clinician_id WITH =, {pair}, {time}) WHERE (is_live)"
    room = f"(room_id WITH =, {time}) WHERE (is_live AND room_id IS NOT NULL)"
    return [
        Exclusion(TABLE, CLINICIAN, f"EXCLUDE USING gist {clinician}"),
        Exclusion(TABLE, ROOM, f"EXCLUDE USING gist {room}"),
    ]


def _on_sqlite() -> Sequence[Guard]:
    overlap = "is_live AND id <> NEW.id AND taken_from < NEW.taken_until"
    overlap += " AND taken_until > NEW.taken_from"
    apart = f"{_PAIR.format('')} <> {_PAIR.format('NEW.')}"
    return [
        _refusal(act, name, f"{column} = NEW.{column} AND {overlap}{more}")
        for act in ("INSERT", "UPDATE")
        for name, column, more in (
            (CLINICIAN, "clinician_id", f" AND {apart}"),
            (ROOM, "room_id", ""),
        )
    ]


def _refusal(act: str, name: str, condition: str) -> Guard:
    trigger = f"{name}_{act.lower()}"
    other = f'SELECT 1 FROM "{TABLE}" WHERE {condition}'  # noqa: S608 - our own names
    # After the row is there: before, a new row has no number yet.
    create = (
        f'CREATE TRIGGER "{trigger}" AFTER {act} ON "{TABLE}" '
        f"WHEN NEW.is_live AND EXISTS ({other}) "
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )
    return Net(table=TABLE, name=trigger, create=create)
