"""A running site of the test's own, to be hurt: its processes and its database."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from tests.sources import ROOT

PATIENCE = 60.0
# Who changes what is recorded says so, also by hand.
ACT = {"at": "2026-03-02 15:00:00", "kind": "test.by_hand", "is_bulk": True}
ACT |= {"actor": "by hand", "actor_id": None, "reason": ""}


class Machine:
    """One site with a database of its own, copied from the tests' migrated one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._name = f"wellhouse_faults_{os.getpid()}_{next(_COUNT)}"
        self._url = _copy_of_database(directory, self._name)
        self.log = directory / "log"
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Run one of the site's programs; what it says goes to `log`."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME")}
        kept |= {"PYTHONPATH": str(ROOT), "DATABASE_URL": self._url}
        kept |= {"WELLHOUSE_MODE": "development", "WELLHOUSE_VAR": str(self._directory)}
        kept |= {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**kept, "WEB_CONCURRENCY": "1", **environment},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        return process

    def ask(self, sql: str) -> tuple[Any, ...]:
        """The first row of an answer; empty if there is none."""
        with self._database() as database:
            return tuple(database.execute(sql).fetchone() or ())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._database() as database:
            return list(database.execute(sql).fetchall())

    def tell(self, sql: str) -> None:
        with self._database() as database:
            if connection.vendor == "sqlite":
                database.create_function("wellhouse_act", 1, ACT.get)
            else:
                act = json.dumps(ACT)
                database.execute("SELECT set_config('wellhouse.act', %s, true)", [act])
            database.execute(sql)

    @contextmanager
    def _database(self) -> Iterator[Any]:
        """A connection to the site's database; what is told there is committed."""
        if connection.vendor == "sqlite":
            path = self._url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=20)) as database, database:
                yield database
        else:
            with psycopg.connect(**_details(self._name)) as server:
                yield server

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            process.communicate(timeout=PATIENCE)
        if connection.vendor == "postgresql":
            _administer(f"DROP DATABASE {self._name} WITH (FORCE)")


def wait_for(condition: Callable[[], object], within: float = PATIENCE) -> float:
    """Wait until the condition holds; answers how many seconds it took."""
    began = time.monotonic()
    while not condition():
        waited = time.monotonic() - began
        assert waited < within, f"waited {waited:.0f} s in vain"
        time.sleep(0.1)
    return time.monotonic() - began


# The database ---------------------------------------------------------------
_COUNT = itertools.count()


def _copy_of_database(directory: Path, name: str) -> str:
    """A DATABASE_URL of a new database with the same tables."""
    if connection.vendor == "sqlite":
        path = directory / "machine.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
        return f"sqlite:///{path}"
    template = connection.settings_dict["NAME"]
    connection.close()
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(f'CREATE DATABASE {name} TEMPLATE "{template}"')
    whole, _, _ = os.environ["TEST_DATABASE_URL"].rpartition("/")
    return f"{whole}/{name}"


def _administer(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(sql)


def _details(name: str) -> dict[str, Any]:
    details = connection.settings_dict
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    found = {key: details[name] for key, name in known.items() if details.get(name)}
    return {**found, "dbname": name}


# Its processes --------------------------------------------------------------
def children(parent: int) -> list[int]:
    """Living children of a process, the oldest first."""
    found = []
    for process, fields in _processes():
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append((int(fields[19]), process))
    return [process for _, process in sorted(found)]


def session_of(leader: int) -> list[int]:
    """Living processes of a session."""
    return [
        process
        for process, fields in _processes()
        if int(fields[3]) == leader and fields[0] != "Z"
    ]


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Every process with its fields from proc(5), beginning with the state."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
