"""A migrated database is the one that the models describe, and so the tests'."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.state import ProjectState
from django.db.utils import ConnectionHandler

from practice import guards
from practice.first_tables import FirstTables
from tests.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def migrated(django_db_setup, django_db_blocker, tmp_path_factory):
    """A new database, made by the command that administrators run."""
    with django_db_blocker.unblock():
        yield from _migrated(tmp_path_factory.mktemp("migrated"))


def _migrated(tmp_path):
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
    return {
        row for row in found if row[0].startswith(("practice", "consent", "scheduling"))
    }


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


def test_first_migrations_make_their_tables_at_once():
    first = [
        import_module(f"{app}.migrations.0001_initial").Migration
        for app in ("practice", "consent", "scheduling")
    ]

    assert all(issubclass(migration, FirstTables) for migration in first)


def test_what_is_not_a_table_has_to_wait_for_a_later_migration():
    class Migration(FirstTables):
        operations = [RunSQL("SELECT 1")]

    with (
        connection.schema_editor(collect_sql=True) as editor,
        pytest.raises(TypeError, match="does not belong to a first migration"),
    ):
        Migration("0001_initial", "practice").apply(ProjectState(), editor)


def test_a_migrated_database_has_its_guards(migrated):
    assert guards.missing(migrated) == []
