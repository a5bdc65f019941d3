"""The trail at a million lines: each filter against its raw query, each page.

Raw is the same question asked by hand of the same index, without models; an empty
logged-in page is the floor of the pages. On both databases.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import ground

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZE, ROUNDS = 1000, 15
QUERY_BAR, PAGE_BAR = 2.0, 15.0
MODELS = 1.0  # milliseconds that a page of lines costs as objects, whatever is asked
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
FROM, TO = NOW - timedelta(days=400), NOW - timedelta(days=370)
SELECT = (
    "SELECT id, at, actor_id, actor, kind, reason, patient_id, record, record_id,"
    " history_id, part_of_id, format FROM practice_trailentry"
)
RARE = "patient.exported"
NOTHING = "&what=on_call"  # with a person who never was put on call
WHOLE = "part_of_id IS NULL"
IS_RARE, LOOK = f"kind = '{RARE}'", "kind LIKE 'seen.%%'"
NEWEST = "ORDER BY at DESC, id DESC LIMIT 31"
ABOUT = """id IN (SELECT id FROM practice_trailentry WHERE patient_id = {chart}
  UNION ALL SELECT entry_id FROM practice_trailpatient WHERE patient_id = {chart})"""


def main() -> None:
    if len(sys.argv) > 1:
        _told()
        return
    from tests.postgres import Server

    folder = ground.ROOT / "var" / "bench" / "trail"
    worst = _say("SQLite", _at(f"sqlite:///{_sqlite(folder)}"))
    server = Server()
    server.run("CREATE DATABASE trail OWNER wellhouse_owner")
    _at(server.url("trail"), "build")
    worst = max(worst, _say("PostgreSQL", _at(server.url("trail"))))
    server.stop()
    ground.finish("trail", figure=worst, bar=1.0)


def _sqlite(folder: Path) -> Path:
    """The file of a million lines, made where it is missing or out of date."""
    file, stamp = folder / "trail.sqlite3", folder / "stamp"
    if not stamp.exists() or stamp.read_text() != _digest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _at(f"sqlite:///{file}", "build")
        stamp.write_text(_digest())
    return file


def _digest() -> str:
    """Of all that decides what stands in the file."""
    lines = Path(__file__).with_name("lines.py").read_bytes()
    return ground.digest() + hashlib.sha256(lines).hexdigest()


def _at(url: str, part: str = "measure") -> dict[str, list[float]]:
    """In a process of its own: one process has one database."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.trail", part],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": url, "BENCH_SIZE": str(SIZE)},
    )
    return dict(json.loads(answer.stdout))


def _say(name: str, found: dict[str, list[float]]) -> float:
    empty = found.pop("empty")[0]
    print(f"{name}: empty page {empty:.2f} ms")
    for what, (raw, query, page) in found.items():
        print(
            f"  {what:28} raw {raw:7.2f} ms  query {query:7.2f} ms {query / raw:5.2f}x"
            f"  page {page:7.2f} ms {page / empty:5.1f}x"
        )
    worst_query = max(query / (raw + MODELS) for raw, query, _page in found.values())
    worst_page = max(page / empty for _raw, _query, page in found.values())
    return max(worst_query / QUERY_BAR, worst_page / PAGE_BAR)


# In the process of one database ---------------------------------------------------
def _told() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    parts = {"measure": _measure, "build": _build}
    print(json.dumps(parts[sys.argv[1]]()))


def _build() -> dict[str, list[float]]:
    from django.core.management import call_command
    from django.db import connection, transaction

    from bench import lines, people

    call_command("migrate", verbosity=0)
    people.settle(SIZE)
    with transaction.atomic():
        connection.ensure_connection()
        lines.write(connection.connection.cursor(), until=NOW)
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA wal_checkpoint" if is_sqlite else "VACUUM ANALYZE")
    return {}


def _measure() -> dict[str, list[float]]:
    from django.db import connection

    client = ground.sign_in(ground.manager())
    acts: dict[str, Callable[[], object]] = {
        "empty": partial(client.get, "/bench/empty/")
    }
    cases = _cases()
    for name, (wish, raw, path) in cases.items():
        acts[f"raw {name}"] = partial(_raw, raw)
        acts[f"query {name}"] = partial(_query, wish)
        acts[f"page {name}"] = partial(_visit, client, f"/trail/?{path}")
    spent = _interleaved(acts)
    connection.close()
    found = {"empty": [spent["empty"]]}
    for name in cases:
        found[name] = [spent[f"{part} {name}"] for part in ("raw", "query", "page")]
    return found


def _raw(condition: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT} WHERE {condition} {NEWEST}")
        cursor.fetchall()


def _query(wish: Any) -> None:
    from practice import trail_search

    trail_search.page(wish)


def _visit(client: Any, path: str) -> None:
    answer = client.get(path)
    words = b"No such line" if path.endswith(NOTHING) else b"trail-line"
    if answer.status_code != 200 or words not in answer.content:
        raise SystemExit(f"{path}: {answer.status_code}, without {words!r}")


def _interleaved(acts: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Milliseconds on the wall, the database's included: medians of turns."""
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(ROUNDS + 2):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            if turn >= 2:  # the first two warm up
                spent[name].append((time.perf_counter() - began) * 1e3)
    return {name: median(times) for name, times in spent.items()}


Case = tuple[Any, str, str]  # a wish, the same in raw SQL, the same as an address


def _cases() -> dict[str, Case]:
    """What is asked for: every filter, and filters together."""
    from practice.models import StaffMember

    busy = ground.manager().pk
    rare = StaffMember.objects.order_by("pk")[10].pk
    return {**_of_people(busy, rare), **_of_subjects(busy), **_of_kinds(busy, rare)}


def _of_people(busy: int, rare: int) -> dict[str, Case]:
    from practice.models import TrailEntry
    from practice.trail_search import Wish

    span, dates, days = _span()
    folded = partial(Wish, folds=True)
    head = TrailEntry.objects.filter(kind="import.confirmed").latest("pk").pk
    by_busy = f"actor_id = {busy} AND {WHOLE}"
    return {
        "everything": (folded(), WHOLE, ""),
        "dates": (folded(**days), f"{span} AND {WHOLE}", dates),
        "person, busy": (folded(busy), by_busy, f"who={busy}"),
        "person, rare": (
            folded(rare),
            f"actor_id = {rare} AND {WHOLE}",
            f"who={rare}",
        ),
        "person + dates": (
            folded(busy, **days),
            f"{by_busy} AND {span}",
            f"who={busy}&{dates}",
        ),
        "parts of a line": (
            Wish(part_of_id=head),
            f"part_of_id = {head}",
            f"within={head}",
        ),
    }


def _of_subjects(busy: int) -> dict[str, Case]:
    """A patient, and a record, in the middle: with some lines of each kind."""
    from practice.models import TrailEntry
    from practice.trail_search import Wish

    written = TrailEntry.objects.filter(at__lt=NOW)
    chart = written.exclude(patient_id=None).latest("at").patient_id or 0
    point = written.filter(record="contactpoint").latest("at").record_id or 0
    about, one = ABOUT.format(chart=chart), [chart]
    looks = f"{about} AND kind LIKE 'seen.%%'"
    record = f"record = 'contactpoint' AND record_id = {point}"
    return {
        "patient": (Wish(patient_ids=one), about, f"patient={chart}"),
        "patient + person": (
            Wish(busy, one),
            f"{about} AND actor_id = {busy}",
            f"patient={chart}&who={busy}",
        ),
        "patient + looks": (
            Wish(patient_ids=one, what="seen"),
            looks,
            f"patient={chart}&what=seen",
        ),
        "record": (
            Wish(subjects={"contactpoint": [point]}),
            record,
            f"record=contactpoint&number={point}",
        ),
    }


def _of_kinds(busy: int, rare: int) -> dict[str, Case]:
    from practice.trail_search import CHANGES, Wish

    span, dates, days = _span()
    common, look = "kind = 'task.done'", LOOK
    change = f"kind NOT LIKE 'seen.%%' AND {WHOLE}"
    by_busy, on_call = f"actor_id = {busy}", "kind >= 'on_call.' AND kind < 'on_call/'"
    asked: list[tuple[str, Any, list[str], str]] = [
        ("kind, common", Wish(what="task.done"), [common], ""),
        ("kind, rare", Wish(what=RARE), [IS_RARE], ""),
        ("kind + dates", Wish(what="task.done", **days), [common, span], dates),
        ("changes", Wish(what=CHANGES, folds=True), [change], ""),
        ("looks", Wish(what="seen"), [look], ""),
        ("looks + dates", Wish(what="seen", **days), [look, span], dates),
        ("subject, rare", Wish(what="on_call"), [on_call], ""),
    ]
    found = {
        name: (wish, " AND ".join(conditions), f"what={wish.what}&{path}")
        for name, wish, conditions, path in asked
    }
    for name, who, conditions, what in [
        ("kind, rare + person", rare, [IS_RARE, f"actor_id = {rare}"], RARE),
        ("changes + person", busy, [change, by_busy], CHANGES),
        ("nothing: subject + person", busy, [on_call, by_busy], "on_call"),
    ]:
        path, wish = f"who={who}&what={what}", Wish(who, what=what, folds=True)
        found[name] = (wish, " AND ".join(conditions), path)
    return found


def _span() -> tuple[str, str, dict[str, Any]]:
    """A month a year ago: as raw SQL, as an address, as a wish."""
    span = f"at >= '{FROM:%Y-%m-%d %H:%M}' AND at < '{TO:%Y-%m-%d %H:%M}'"
    dates = f"since={FROM:%Y-%m-%d}&until={TO:%Y-%m-%d}"
    return span, dates, {"since": FROM, "until": TO}


if __name__ == "__main__":
    main()
