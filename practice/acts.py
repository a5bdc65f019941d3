"""The act in progress: who does what and why, told to the database.

The triggers of practice.recording ask for it: a recorded row that changes while
no act is in progress is refused, whatever way the change came. On SQLite they
ask through a function of the connection, so that a console without it changes
nothing at all; on PostgreSQL through a setting of the transaction.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

# Django has no other hook on a new connection: accepted here, and nowhere else.
from django.db.backends.signals import connection_created

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = "wellhouse_act"
SETTING = "wellhouse.act"


@dataclass(frozen=True, slots=True)
class Act:
    """One act; `at` is an ISO instant in UTC, as the database writes it.

    An act is about one row and over with it, unless it `is_bulk`.
    """

    at: str
    actor_id: int | None
    actor: str
    kind: str
    reason: str
    is_bulk: bool = False
    part_of_id: int | None = None  # the line that sums up an act with thousands


_act: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def acting(act: Act) -> Iterator[None]:
    """Rows written in the block are written in this act."""
    if connection.vendor == "sqlite":
        token = _act.set(act)
        try:
            yield
        finally:
            _act.reset(token)
        return
    _tell(json.dumps(asdict(act)))
    yield
    # A single row's act is over once its row is written; an error undoes both.
    if act.is_bulk:
        _tell("")


def listen() -> None:
    """From now on, every connection to SQLite can ask for the act in progress."""
    connection_created.connect(_admit, dispatch_uid="practice.acts")


def _tell(act: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, act])


def _admit(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _answer)


def _answer(name: str) -> int | str | None:
    """What a trigger asks: a field of the act, or `over` when its row is written."""
    act = _act.get()
    if act is None:
        return None
    if name == "over":
        if not act.is_bulk:
            _act.set(None)
        return None
    value: int | str | None = getattr(act, name)
    return value
