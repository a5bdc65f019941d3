"""Consistent copies of a whole database, on both engines, while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.client import DatabaseClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    Ask = Callable[[str], list[Any]]

CHUNK = 1 << 20
SYSTEM_TOOLS = Path("/usr/lib/postgresql")


class BackupFault(ValueError):
    """A backup or a restore cannot go on; says why, and what to do."""


class Sqlite:
    """SQLite by its backup API, which is consistent under writes."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    @contextmanager
    def copy(self) -> Iterator[tuple[dict[str, int], Iterator[bytes]]]:
        """The rows of each table, and the database in pieces."""
        with _private_file() as path:
            with closing(sqlite3.connect(path)) as target:
                self._live().backup(target)
                # One file, without a log beside it.
                target.execute("PRAGMA journal_mode=DELETE")
                rows = _sqlite_rows(target)
            with path.open("rb") as file:
                yield rows, _pieces(file)

    def check(self, chunks: Iterable[bytes], rows: Mapping[str, int]) -> None:
        with _unpacked(chunks) as database:
            _examine(database, rows)

    def load(self, chunks: Iterable[bytes]) -> None:
        """Put the copy in the database's place, in one transaction."""
        with _unpacked(chunks) as database:
            try:
                database.backup(self._live())
            except sqlite3.Error as fault:
                raise BackupFault(
                    "The database is in use: stop the site, then restore."
                ) from fault
        self._connection.close()

    def rows(self) -> dict[str, int]:
        """How many rows each table has; empty for a new database."""
        return _sqlite_rows(self._live())

    def is_shared(self) -> bool:
        """Whether anybody else has the database open now.

        Only who is alone can leave the write-ahead log.
        """
        live = self._live()
        (waits,) = live.execute("PRAGMA busy_timeout").fetchone()
        live.execute("PRAGMA busy_timeout=200")
        try:
            live.execute("PRAGMA journal_mode=DELETE").fetchone()
            live.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError:
            return True
        finally:
            live.execute(f"PRAGMA busy_timeout={waits}")
        return False

    def _live(self) -> sqlite3.Connection:
        self._connection.ensure_connection()
        live: sqlite3.Connection = self._connection.connection
        return live


class Postgresql:
    """PostgreSQL by pg_dump and pg_restore, in the custom format."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    @contextmanager
    def copy(self) -> Iterator[tuple[dict[str, int], Iterator[bytes]]]:
        """The rows of each table, and the archive in pieces, of the same moment."""
        connection = self._connection
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            options = ["--format=custom", "--compress=0"]
            options += ["--snapshot", cursor.fetchone()[0]]
            rows = _postgresql_rows(cursor)
            with self._tool("pg_dump", *options, stdout=subprocess.PIPE) as dump:
                yield rows, _pieces(dump.stdout)

    def check(self, chunks: Iterable[bytes], rows: Mapping[str, int]) -> None:
        with _running(
            [find("pg_restore"), "--file", os.devnull], stdin=subprocess.PIPE
        ) as reader:
            _feed(reader, chunks)

    def load(self, chunks: Iterable[bytes]) -> None:
        """Put the archive in the place of everything there, in one transaction.

        COMMIT is said by us, and only when the last row has arrived.
        """
        self._connection.close()
        options = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-"]
        # An extension that a superuser made is no other role's to comment on.
        read = [find("pg_restore"), "--no-owner", "--no-comments", "--file=-"]
        discard = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
        with self._tool("psql", *options, **discard) as writer:
            _say(writer, BEGIN)
            with _running(read, stdin=subprocess.PIPE, stdout=writer.stdin) as reader:
                _feed(reader, chunks)
            _say(writer, b"COMMIT;\n")

    def rows(self) -> dict[str, int]:
        """How many rows each table has; empty for a new database."""
        with self._connection.cursor() as cursor:
            return _postgresql_rows(cursor)

    def is_shared(self) -> bool:
        """Whether anybody else is connected to the database now."""
        with self._connection.cursor() as cursor:
            cursor.execute(OTHERS)
            return bool(cursor.fetchone()[0])

    def _tool(self, name: str, *options: str, **pipes: Any) -> Any:
        """A PostgreSQL program on this database; the password is no argument."""
        command, secrets = DatabaseClient.settings_to_cmd_args_env(
            self._connection.settings_dict, [*options]
        )
        environment = {**os.environ, **(secrets or {})}
        return _running([find(name), *command[1:]], env=environment, **pipes)


SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
)
POSTGRESQL_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname=current_schema()"
# Without the server's own workers, which belong to nobody.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND usesysid IS NOT NULL
"""
# Everything but what extensions brought; who may use the schema stays as it is.
BEGIN = b"""
BEGIN;
SET LOCAL lock_timeout = '10s';
DO $clear$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP VIEW IF EXISTS %I CASCADE', viewname)
    FROM pg_views WHERE schemaname = current_schema()
    UNION ALL
    SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename)
    FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL
    SELECT format('DROP SEQUENCE IF EXISTS %I CASCADE', sequencename)
    FROM pg_sequences WHERE schemaname = current_schema()
    UNION ALL
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure)
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend
                      WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$clear$;
"""


def _counted(ask: Ask, tables: str) -> dict[str, int]:
    names = sorted(name for (name,) in ask(tables))
    return {
        name: ask(f'SELECT count(*) FROM "{name}"')[0][0]  # noqa: S608 - catalogue
        for name in names
    }


def _sqlite_rows(database: sqlite3.Connection) -> dict[str, int]:
    return _counted(lambda query: database.execute(query).fetchall(), SQLITE_TABLES)


def _postgresql_rows(cursor: CursorWrapper) -> dict[str, int]:
    def ask(query: str) -> list[Any]:
        cursor.execute(query)
        found: list[Any] = cursor.fetchall()
        return found

    return _counted(ask, POSTGRESQL_TABLES)


def _examine(database: sqlite3.Connection, rows: Mapping[str, int]) -> None:
    try:
        verdict = database.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError:
        verdict = []
    if verdict != [("ok",)]:
        raise BackupFault("The database in this backup is damaged.")
    if _sqlite_rows(database) != rows:
        raise BackupFault("The database in this backup lacks rows.")


@contextmanager
def _private_file() -> Iterator[Path]:
    """A file beside the site's other data, for a copy on its way; gone afterwards."""
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.VAR) as directory:
        yield Path(directory, "copy.sqlite3")


@contextmanager
def _unpacked(chunks: Iterable[bytes]) -> Iterator[sqlite3.Connection]:
    with _private_file() as path:
        with path.open("wb") as file:
            file.writelines(chunks)
        with closing(sqlite3.connect(path)) as database:
            yield database


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, CHUNK), b"")


def _feed(process: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        _say(process, chunk)


def _say(process: subprocess.Popen[bytes], words: bytes) -> None:
    """Write to a program; one that has ended says why by its code."""
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.write(words)
            process.stdin.flush()


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()


@contextmanager
def _running(command: Sequence[str], **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program that must end well; raises BackupFault with its complaint."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, stderr=complaints, **pipes) as process,  # noqa: S603
    ):
        try:
            yield process
        except BaseException:
            process.kill()  # or it would take the end of its input for the end
            raise
        finally:
            _hang_up(process)
        if process.wait():
            complaints.seek(0)
            raise BackupFault(complaint(Path(command[0]).name, complaints.read()))


def complaint(program: str, text: bytes) -> str:
    """The error's own line; what follows may quote a row."""
    lines = text.decode(errors="replace").splitlines()
    errors = [line for line in lines if "error:" in line.lower() or "FATAL" in line]
    return f"{program} failed: {errors[0] if errors else 'it did not say why'}"


def find(program: str) -> str:
    """A PostgreSQL program: the one on PATH, else the newest of the system's."""
    if found := shutil.which(program):
        return found
    versions = sorted(SYSTEM_TOOLS.glob(f"*/bin/{program}"))
    if not versions:
        raise BackupFault(f"{program} is needed: install PostgreSQL's client programs.")
    return str(versions[-1])
