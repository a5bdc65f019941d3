"""Emptying the tables after a test that commits: only those that have rows.

Django would empty all of them, lift and put back what guards them, and write its
content types anew: half a second a test on PostgreSQL, and most tests fill twenty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from practice import guards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.utils import CursorWrapper

# Written once, when the database is made.
KEPT = {"auth_permission", "django_content_type", "django_migrations"}


def empty() -> None:
    """Delete every row that tests left; whoever calls owns the tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = _with_rows(cursor)
        if connection.vendor == "sqlite":
            with guards.lifted(connection, which=lambda one: one.table in tables):
                _delete(cursor, tables)
        else:
            _say(
                cursor, (f'ALTER TABLE "{one}" DISABLE TRIGGER USER' for one in tables)
            )
            _delete(cursor, tables)
            # Tables with checks that still wait cannot be altered.
            _say(cursor, ["SET CONSTRAINTS ALL IMMEDIATE"])
            _say(cursor, _putting_back(tables))


def _with_rows(cursor: CursorWrapper) -> Sequence[str]:
    names = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names
        )
    )
    return [name for (name,) in cursor.fetchall()]


def _delete(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    for table in tables:
        cursor.execute(f'DELETE FROM "{table}"')


def _putting_back(tables: Sequence[str]) -> Iterable[str]:
    """What guards the tables on PostgreSQL, whatever the session's role."""
    for guard in guards.all_of(connection):
        if guard.table in tables and not isinstance(guard, guards.Exclusion):
            yield f'ALTER TABLE "{guard.table}" ENABLE ALWAYS TRIGGER "{guard.name}"'


def _say(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    if together := "; ".join(statements):
        cursor.execute(together)
