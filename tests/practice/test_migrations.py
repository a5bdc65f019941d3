"""A migrated database is the one that the models describe, and so the tests'."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from practice import guards
from tests.sources import ROOT


@pytest.fixture
def migrated(transactional_db, tmp_path):
    """A new database, made by the command that administrators run."""
    details = dict(connection.settings_dict)
    if connection.vendor == "sqlite":
        details["NAME"] = str(tmp_path / "migrated.sqlite3")
        url = f"sqlite:///{details['NAME']}"
    else:
        details["NAME"] = f"migrated_{os.getpid()}"
        _as_owner(f"CREATE DATABASE {details['NAME']}")
        url = os.environ["TEST_DATABASE_URL"].rpartition("/")[0] + f"/{details['NAME']}"
    migrate(url, tmp_path)
    other = ConnectionHandler({"default": details})["default"]
    yield other
    other.close()
    if connection.vendor == "postgresql":
        _as_owner(f"DROP DATABASE {details['NAME']} WITH (FORCE)")


def migrate(url: str, folder: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**kept, "DATABASE_URL": url, "WELLHOUSE_VAR": str(folder)},
        check=True,
    )


def _as_owner(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(sql)


def shape_of(database):
    """What the catalogue says of our own tables: columns, constraints, indexes."""
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            found = _asked(cursor, ON_SQLITE)
            return {(name, part) for name, sql in found for part in parts(sql)}
        cursor.execute("BEGIN")
        try:
            _say_types_again(cursor)
            return _asked(cursor, ON_POSTGRESQL)
        finally:
            cursor.execute("ROLLBACK")


def _asked(cursor, queries):
    found = set()
    for query in queries:
        cursor.execute(query)
        found |= set(cursor.fetchall())
    return {row for row in found if row[0].startswith("practice")}


def _say_types_again(cursor):
    """PostgreSQL reads a column's checks anew, and writes them with other casts, when
    its type is said again: practice.scrubbing does that. So it is said of all.
    """
    cursor.execute("RESET ROLE")
    cursor.execute(COLUMNS)
    for table, columns in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} {columns}")


def parts(sql):
    """The columns and constraints of a CREATE TABLE, whatever their order."""
    _head, _bracket, body = sql.partition("(")
    depth, part = 0, ""
    for sign in body:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip().removesuffix(")")


ON_SQLITE = [
    """SELECT tbl_name, sql FROM sqlite_master
       WHERE type IN ('table', 'index') AND sql <> ''"""
]
COLUMNS = """
    SELECT attrelid::regclass::text, string_agg(format('ALTER COLUMN %I TYPE %s',
      attname, format_type(atttypid, atttypmod)), ', ')
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND attnum > 0 AND NOT attisdropped GROUP BY 1"""
ON_POSTGRESQL = [
    """SELECT attrelid::regclass::text, attname, attnotnull::text, attidentity::text,
              format_type(atttypid, atttypmod)
       FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND attnum > 0 AND NOT attisdropped""",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       AND contype <> 't'""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
]


def test_migrating_makes_what_the_models_describe(migrated):
    ours, theirs = shape_of(connection), shape_of(migrated)

    assert len(ours) > 500
    assert ours ^ theirs == set()


def test_a_migrated_database_has_its_guards(migrated):
    assert guards.missing(migrated) == []
