"""A migrated database is the one that the models describe, and so the tests'."""

from __future__ import annotations

import os
import re
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
    queries = ON_SQLITE if database.vendor == "sqlite" else ON_POSTGRESQL
    found = set()
    with database.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            found |= set(cursor.fetchall())
    found = {row for row in found if row[0].startswith("practice")}
    if database.vendor == "sqlite":
        return {(name, part) for name, sql in found for part in parts(sql)}
    return {tuple(CASTS.sub("", word) for word in row) for row in found}


# PostgreSQL writes the same check with other casts once a dump of it was read back.
CASTS = re.compile(r"::text\[\]|::text|::character varying|[()]")


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
