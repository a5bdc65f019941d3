"""Waiting for what others hold: briefly, a few times over, and then a sentence.

PostgreSQL ends one of two acts that wait for each other; SQLite lets one write at a
time. Either way the act is taken back whole, so that it can be tried again.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
TRIES = 3
LONGEST_WAIT = timedelta(seconds=3)  # for what somebody holds, each time
# PostgreSQL: a deadlock that it broke, a lock that did not come in time.
DEADLOCK, NO_LOCK = "40P01", "55P03"
SQLITE_BUSY = {5, 6}  # the database, or a table of it, is locked


class Busy(NotPossible):
    """Others hold what the act needs, and have held it for too long."""


def patiently(act: Callable[[], T]) -> T:
    """Run an act in a transaction, and again where others were in its way.

    Raises Busy after some tries; then nothing has changed.
    """
    for _turn in range(TRIES):
        try:
            with waiting_at_most(LONGEST_WAIT), transaction.atomic():
                give_up_after(LONGEST_WAIT)
                return act()
        except OperationalError as fault:
            if not is_in_use(fault):
                raise
    raise Busy(
        _("Others are changing the same at this moment. Nothing was saved: try again.")
    )


def is_in_use(fault: OperationalError) -> bool:
    """Whether the database says no more than that somebody else is at it."""
    cause = fault.__cause__
    if code := getattr(cause, "sqlite_errorcode", None):
        return code & 0xFF in SQLITE_BUSY
    return getattr(cause, "sqlstate", None) in (DEADLOCK, NO_LOCK)


def give_up_after(longest: timedelta) -> None:
    """On PostgreSQL: this transaction waits for no lock any longer than that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            brief = f"{longest // timedelta(milliseconds=1)}ms"
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [brief])


@contextmanager
def waiting_at_most(longest: timedelta) -> Iterator[None]:
    """On SQLite: nobody waits for its one writer any longer than that."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    database = connection.connection
    (usual,) = database.execute("PRAGMA busy_timeout").fetchone()
    brief = longest // timedelta(milliseconds=1)
    database.execute(f"PRAGMA busy_timeout = {min(usual, brief)}")
    try:
        yield
    finally:
        if connection.connection is database:  # not after it broke
            database.execute(f"PRAGMA busy_timeout = {usual}")
