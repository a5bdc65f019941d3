"""What the tests of guards share: the tables that they try, and SQL."""

from __future__ import annotations

from django.db import connection, transaction

TRAIL, HISTORY = "practice_trailentry", "practice_historicallocation"
ON_SQLITE = connection.vendor == "sqlite"


def run(sql, **names):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**names))


def drop(table):
    """Take one of a table's guards away, as an owner of the tables could."""
    name = f"{table}_no_update" if ON_SQLITE else f"append_only ON {table}"
    run(f"DROP TRIGGER {name}")
