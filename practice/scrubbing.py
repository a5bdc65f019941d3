"""Overwriting what deleted rows left behind: in the database's files, its statistics.

A deleted row's words stay in free pages, in the write-ahead log and in what the
planner knows of a column. Here they go; others may have to let go first.
"""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db import InternalError, OperationalError, connection
from django.utils.translation import gettext as _

from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper

TRIES = 3
BETWEEN = timedelta(seconds=2)
LONGEST_WAIT = "20s"  # for others to let go of a table


class NotScrubbed(NotPossible):
    """The rows are gone, but others hold files that still have their words."""


def scrub() -> None:
    """Leave nothing of deleted rows in the database's files, indexes too.

    Raises NotScrubbed: then nothing is lost, and it can be asked for again.
    """
    act = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    for attempt in range(TRIES):
        if attempt:
            time.sleep(BETWEEN.total_seconds())
        try:
            with connection.cursor() as cursor:
                if act(cursor):
                    return
        except (OperationalError, InternalError):
            # Somebody holds it; or PostgreSQL itself was writing down at that moment
            # what it knows of a column, and half of it was read. Soon neither is so.
            continue
    raise NotScrubbed(
        _(
            "The rows are erased, but somebody has the database in use: its files "
            "still hold their words. Stop the site, then run “manage.py erase_chart "
            "--scrub”."
        )
    )


def _on_sqlite(cursor: CursorWrapper) -> bool:
    """Whether nothing of the old pages is left, in the write-ahead log either."""
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    is_busy, _pages, _moved = cursor.fetchone()
    return not is_busy


def _on_postgresql(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LONGEST_WAIT])
    try:
        for statement in list(_forgetting(cursor)):
            cursor.execute(statement)
        cursor.execute("VACUUM (FULL, ANALYZE)")
        cursor.execute("VACUUM (FULL) pg_catalog.pg_statistic")
    finally:
        cursor.execute("RESET lock_timeout")
    return True


def _forgetting(cursor: CursorWrapper) -> Iterator[str]:
    """What makes a table that is empty now forget: to analyse it changes nothing."""
    cursor.execute(
        "SELECT tablename, s.attname, format_type(atttypid, atttypmod) FROM pg_stats s"
        " JOIN pg_attribute a ON attrelid = format('%I.%I', schemaname, tablename)"
        "::regclass AND a.attname = s.attname"
        " JOIN pg_class c ON c.oid = attrelid AND relkind = 'r'"
        " WHERE schemaname = current_schema() ORDER BY 1, 2"
    )
    for table, columns in groupby(cursor.fetchall(), key=itemgetter(0)):
        quoted = connection.ops.quote_name(table)
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quoted})")  # noqa: S608 - names of our own tables
        if not cursor.fetchone()[0]:
            yield f"ALTER TABLE {quoted} " + ", ".join(
                f"ALTER COLUMN {connection.ops.quote_name(name)} TYPE {kind}"
                for _table, name, kind in columns
            )
