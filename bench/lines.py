"""A million lines of trail over three years, on top of a practice's own."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINES, LISTED, ACTORS, BATCH = 1_000_000, 20, 30, 20_000
YEARS = timedelta(days=3 * 365)
# How often what happens, of a hundred lines.
SEEN = {"patient": 38, "patient_edit": 6, "contact_edit": 6, "caregiving_edit": 4}
LISTS = {"patients": 3, "today": 2, "tasks": 1}
ACTS = {
    ("contact.changed", "contactpoint"): 14,
    ("task.done", "task"): 12,
    ("patient.changed", "patient"): 10,
    ("contact.added", "contactpoint"): 3,
    ("break_glass.opened", "breakglass"): 1,
}
COLUMNS = "at, actor_id, actor, kind, reason, patient_id, record, record_id, history_id"
ALL = f"id, {COLUMNS}, part_of_id, format"
CAME_IN, COMING_IN = 100_000, timedelta(minutes=1)  # lines of one file, and how long
RARE = "patient.exported"  # one line in ten thousand


def write(cursor: Any, *, until: datetime) -> None:
    """Fill the trail's tables; `cursor` is the database driver's, behind Django's."""
    first = _one(cursor, "SELECT max(id) FROM practice_trailentry") + 1
    rows = _lines(_known(cursor), until - YEARS, random.Random(1))  # noqa: S311 - not a secret
    while part := list(islice(rows, BATCH)):
        numbered = [(first + n, *row[:-1], None, 1) for n, row in enumerate(part)]
        _insert(cursor, "practice_trailentry", ALL, numbered)
        named = [
            (number[0], chart)
            for number, row in zip(numbered, part, strict=True)
            for chart in row[-1]
        ]
        _insert(cursor, "practice_trailpatient", "entry_id, patient_id", named)
        first += len(part)
    parts = list(_came_in(_known(cursor), first, until))
    _insert(cursor, "practice_trailentry", ALL, parts)
    first += len(parts)
    if hasattr(cursor, "copy"):
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('practice_trailentry', 'id'), %s)",
            [first],
        )
    _seal(cursor, first - 1)


def _came_in(
    known: dict[str, Sequence[Any]], head: int, until: datetime
) -> Iterator[tuple[Any, ...]]:
    """The newest lines: a big file that came in, after the one that sums them up."""
    charts = [row[0] for row in known["charts"]]
    who, name = known["staff"][0]
    kinds = ["patient.registered", "contact.added", "contact.added"]
    kinds += ["patient.home_added", "patient.external_id_added"]
    yield (
        *(head, until - COMING_IN, who, name, "import.confirmed", "", None),
        *("import", 1, None, None, 1),
    )
    for n in range(1, CAME_IN):
        at, chart = until - COMING_IN * (1 - n / CAME_IN), charts[n % len(charts)]
        kind = kinds[n % len(kinds)]
        yield (
            *(head + n, at, who, name, kind, "", chart),
            *("patient", chart, None, head, 1),
        )


def _known(cursor: Any) -> dict[str, Sequence[Any]]:
    """What lines may be about: charts, staff, and history rows of each record."""
    found = {
        "charts": _all(cursor, "SELECT id FROM practice_patient"),
        "staff": _all(
            cursor,
            f"SELECT id, name FROM practice_staffmember LIMIT {ACTORS}",  # noqa: S608 - a number
        ),
    }
    for _kind, record in ACTS:
        chart = "id" if record == "patient" else "patient_id"
        found[record] = _all(
            cursor,
            f"SELECT id, history_id, {chart} FROM practice_historical{record}",  # noqa: S608 - our own
        )
    return found


def _lines(
    known: dict[str, Sequence[Any]], since: datetime, dice: random.Random
) -> Iterator[tuple[Any, ...]]:
    kinds: list[Any] = [*SEEN, *LISTS, *ACTS]
    weights = [*SEEN.values(), *LISTS.values(), *ACTS.values()]
    charts = [row[0] for row in known["charts"]]
    for n, what in enumerate(dice.choices(kinds, weights, k=LINES)):
        at = since + YEARS * (n / LINES)
        who, name = known["staff"][int(len(known["staff"]) * dice.random() ** 2)]
        chart = dice.choice(charts)
        kind = RARE if n % 10_000 == 17 else what
        yield (at, who, name, *_about(kind, chart, charts, known, dice))


def _about(
    what: Any,
    chart: int,
    charts: Sequence[int],
    known: dict[str, Sequence[Any]],
    dice: random.Random,
) -> tuple[Any, ...]:
    """What a line is about, and whom it names besides: the columns after who."""
    if what == RARE:
        return what, "", chart, "patient", chart, None, ()
    if what in LISTS:
        named = dice.sample(charts, LISTED)
        return f"seen.{what}", "care", None, "patient", None, None, named
    if what in SEEN:
        return f"seen.{what}", "care", chart, "patient", chart, None, ()
    kind, record = what
    pk, row, about = dice.choice(known[record])
    return kind, "Asked by phone", about, record, pk, row, ()


def _seal(cursor: Any, last: int) -> None:
    """One seal at the end: what pages ask for is the newest."""
    columns = "position, entry_id, sealed_at, key, digest, mac"
    at = _one(cursor, f"SELECT at FROM practice_trailentry WHERE id = {last}")  # noqa: S608 - a number
    _insert(cursor, "practice_seal", columns, [(10**9, last, at, "bench", "0", "0")])


def _insert(cursor: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    if hasattr(cursor, "copy"):  # PostgreSQL
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _column in columns.split(","))
    ready = [tuple(_plain(value) for value in row) for row in rows]
    cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", ready)  # noqa: S608 - our own


def _plain(value: Any) -> Any:
    """SQLite keeps instants as Django writes them."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value


def _all(cursor: Any, query: str) -> Sequence[Any]:
    return list(cursor.execute(query).fetchall())


def _one(cursor: Any, query: str) -> Any:
    return cursor.execute(query).fetchone()[0]
