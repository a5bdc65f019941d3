"""A hundred thousand invented charts on both databases, kept between runs.

Made as the demo's past is: by practice.invented and the one bulk action. SQLite's
copy is a file, PostgreSQL's a dump that each run restores into a server of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
SIZE = int(os.environ.get("BENCH_CHARTS", "100000"))
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
FOLDER = ROOT / "var" / "bench" / f"crowd-{SIZE}"


def sqlite() -> str:
    """The DATABASE_URL of the crowd on SQLite; built where it is missing."""
    file, stamp = FOLDER / "crowd.sqlite3", FOLDER / "sqlite.stamp"
    url = f"sqlite:///{file}"
    if not _is_fresh(stamp):
        for old in FOLDER.glob("crowd.sqlite3*"):
            old.unlink()
        _build(url)
        stamp.write_text(_digest())
    return url


def postgres(server: Server) -> str:
    """The same on a PostgreSQL server, restored from a dump where there is one."""
    dump, stamp = FOLDER / "crowd.dump", FOLDER / "postgres.stamp"
    server.run("CREATE DATABASE crowd OWNER wellhouse_owner")
    url = server.url("crowd")
    if _is_fresh(stamp):
        _tool(server, "pg_restore", "--jobs", "2", "-d", "crowd", str(dump))
    else:
        _build(url)
        _tool(server, "pg_dump", "-Fc", "-Z1", "-f", str(dump), "crowd")
        stamp.write_text(_digest())
    server.run("VACUUM ANALYZE", database="crowd")
    return url


def told(module: str, url: str, *arguments: str) -> Any:
    """What a bench's own process answers: one process has one database."""
    answer = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": url},
    )
    return json.loads(answer.stdout)


def set_up() -> None:
    """Django, in a process that `told` started."""
    os.environ["BENCH_SIZE"] = f"crowd-{SIZE}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()


def _is_fresh(stamp: Path) -> bool:
    return stamp.exists() and stamp.read_text() == _digest()


def _digest() -> str:
    """Of what decides how the tables look; the migration's first line is its date."""
    migration = (ROOT / "practice/migrations/0001_initial.py").read_bytes()
    tables = migration.split(b"\n", 1)[1]
    return hashlib.sha256(Path(__file__).read_bytes() + tables).hexdigest()


def _build(url: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    told("bench.crowd", url)


def _tool(server: Server, name: str, *arguments: str) -> None:
    """One of PostgreSQL's programs, as whoever runs the bench."""
    from tests.postgres import binaries

    subprocess.run(
        [binaries() / name, "-h", str(server.directory), "-U", "postgres", *arguments],
        check=True,
    )


# In the process of one database ---------------------------------------------------
def _settle() -> int:
    from random import Random

    from django.core.management import call_command
    from django.db import connection

    from practice import clock
    from practice.invented.homes import World
    from practice.seeds import charts, houses, team

    call_command("migrate", verbosity=0)
    rng = Random(SIZE)  # noqa: S311 - no secret comes of it
    house = houses.found()
    today = clock.local(NOW, house.practice.time_zone).date()
    world = World(rng=rng, today=today, phones=_phones(rng))
    staff = team.hire(house, world.phones)
    places = team.places(house, staff)
    charts.admit_the_past(world, places, count=SIZE, now=NOW)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return SIZE


def _phones(rng: Any) -> Any:
    """As many numbers as people: those kept for fiction are too few for a crowd."""
    from practice.invented.phones import Phones

    class ManyPhones(Phones):
        def take(self, areas: Sequence[int]) -> str:
            exchange = rng.choice([n for n in range(220, 990) if n % 100 != 11])
            return f"+1{rng.choice(list(areas))}{exchange}{rng.randrange(10_000):04}"

    return ManyPhones(rng)


if __name__ == "__main__":
    set_up()
    print(json.dumps(_settle()))
