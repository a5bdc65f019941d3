"""S1, S2, S5, S6, S8: finding free times against raw SQL and a plain sweep.

20 clinicians, 60 days, 30,000 visits; visits of 50 minutes with 10 after, a
15-minute grid. The floor asks the same table with one range-indexed query, in
minutes, and sweeps; for the first 50 it asks for stretches that double. Growth is
measured on practices of ten times the history and ten times the clinicians. The
sizes take turns, and of two turns the lower figure counts. Processor time of the
process, and of PostgreSQL's for it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import ground, processor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scheduling.finding import Question

FIRST, DAYS, NOW = date(2026, 3, 2), 60, datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN, SHUT, TAKES, STEP = 9 * 60, 17 * 60, 60, 15  # minutes of the day
ROUNDS, TURNS, SOON = 15, 2, 50
BARS = {"S1": 3.0, "S2": 4.0, "S5": 8.0, "S6 history": 1.3, "S6 clinicians": 15.0}
BARS |= {"S6 full": 1.5, "S8": 15.0}
SIZES = {"base": (20, 30_000), "history": (20, 300_000), "clinicians": (200, 300_000)}


def main() -> None:
    if len(sys.argv) > 1:
        _set_up()
        acts = {"settle": _settle, "measure": _measure, "page": _page, "full": _full}
        print(json.dumps(acts[sys.argv[1]](sys.argv[2])))
        return
    from tests.postgres import Server

    folder = Path(tempfile.mkdtemp())
    worst = _judge(
        "SQLite", {size: f"sqlite:///{folder}/{size}.sqlite3" for size in SIZES}
    )
    server = Server()
    for size in SIZES:
        server.run(f"CREATE DATABASE slots_{size} OWNER wellhouse_owner")
    urls = {size: server.url(f"slots_{size}") for size in SIZES}
    worst = max(worst, _judge("PostgreSQL", urls))
    server.stop()
    shutil.rmtree(folder)
    ground.finish("slots", figure=worst, bar=1.0)


def _judge(name: str, urls: Mapping[str, str]) -> float:
    """The worst figure of one kind of database, as a share of its bar."""
    found = _found(urls)
    for size, row in found.items():
        print(f"  {name:10} {size:10} " + _line(row), flush=True)
    base, more, many = found["base"], found["history"], found["clinicians"]
    figures = {
        "S1": base["all"] / base["floor all"],
        "S2": base["soon"] / base["floor soon"],
        "S5": max(one["queries"] for one in found.values()),
        "S6 history": max(more[key] / base[key] for key in ("all", "soon")),
        "S6 clinicians": many["all"] / base["all"],
        "S6 full": base["full soon"] / base["full all"],
        "S8": base["page"],
    }
    for key, figure in figures.items():
        print(f"  {name:10} {key:14} {figure:6.2f}  bar {BARS[key]}")
    return max(float(figure) / BARS[key] for key, figure in figures.items())


def _found(urls: Mapping[str, str]) -> dict[str, dict[str, float]]:
    from bench.crowd import told

    for size, url in urls.items():
        told("bench.slots", url, "settle", size)
    found: dict[str, dict[str, float]] = {size: {} for size in urls}
    for _turn in range(TURNS):
        for size, url in urls.items():
            row = told("bench.slots", url, "measure", size)
            known = found[size]
            found[size] = {key: min(row[key], known.get(key, row[key])) for key in row}
    base = urls["base"]
    found["base"]["page"] = told("bench.slots", base, "page", "base")
    found["base"] |= told("bench.slots", base, "full", "base")
    return found


def _line(row: dict[str, float]) -> str:
    return ", ".join(f"{key} {value:.2f}" for key, value in row.items())


# In the process of one database ---------------------------------------------------
def _set_up() -> None:
    os.environ["BENCH_SIZE"] = "slots"
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    ground.as_served()


def _measure(_size: str) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    question, people = _question(), [one.pk for one in _clinicians()]
    acts: dict[str, Callable[[], Sequence[Any]]] = {
        **_asked(question),
        "floor all": lambda: _floor(people, 0, DAYS),
        "floor soon": lambda: _floor_soon(people),
    }
    _check(acts)
    with CaptureQueriesContext(connection) as asked:
        acts["soon"]()
    spent = ground.interleaved(acts, rounds=ROUNDS, clock=processor.seconds)
    return {**spent, "queries": len(asked), "slots": len(acts["all"]())}


def _page(_size: str) -> float:
    from bench import booking_page

    return booking_page.measure(_question(), list(_clinicians()), now=NOW)


def _full(_size: str) -> dict[str, float]:
    """The same question when there is nothing free but far ahead."""
    _fill()
    spent = ground.interleaved(
        _asked(_question()), rounds=ROUNDS, clock=processor.seconds
    )
    return {f"full {key}": one for key, one in spent.items()}


def _asked(question: Question) -> dict[str, Callable[[], Sequence[Any]]]:
    from scheduling.finding import find

    return {
        "all": lambda: find(question, now=NOW).slots,
        "soon": lambda: find(question, now=NOW, most=SOON).slots,
    }


def _question() -> Question:
    from scheduling.finding import Question
    from scheduling.models import AppointmentType

    last = FIRST + timedelta(days=DAYS - 1)
    return Question(AppointmentType.objects.get(), FIRST, last)


def _clinicians() -> Any:
    from practice.models import StaffMember

    return StaffMember.objects.filter(is_clinician=True).order_by("pk")


def _check(acts: dict[str, Callable[[], Sequence[Any]]]) -> None:
    """Both give the same answer, else nothing is compared."""
    for ours, floor in (("all", "floor all"), ("soon", "floor soon")):
        mine = [(slot.starts, slot.clinician) for slot in acts[ours]()]
        if mine != [tuple(row) for row in acts[floor]()]:
            raise SystemExit(f"{ours}: {len(mine)} against {len(acts[floor]())}")


def _settle(size: str) -> int:
    """A type, its clinicians with hours, and visits: most of them long ago."""
    from random import Random

    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from bench import people
    from practice.guards import lifted
    from practice.models import Location
    from scheduling import catalogue
    from scheduling.models import Appointment

    clinicians, visits = SIZES[size]
    people._places(1)
    place = Location.objects.get()
    team = _team(place, clinicians)
    kind = catalogue.add_type(
        name="Follow-up",
        length=timedelta(minutes=50),
        buffer_after=timedelta(minutes=10),
        step=timedelta(minutes=STEP),
        clinicians=team,
        by=people.BY,
    )
    dice = Random(clinicians)  # noqa: S311 - not a secret
    # Their history is not what is measured, and takes minutes to write.
    with lifted(connection):
        # In their order: the nets look at what comes later, and then there is nothing.
        rows = sorted(_visits(kind, team, place, visits, dice), key=_start)
        Appointment._base_manager.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(team)


def _start(visit: Any) -> datetime:
    found: datetime = visit.starts_at
    return found


def _team(place: Any, count: int) -> list[Any]:
    """Clinicians with hours from Monday to Friday."""
    from bench import people
    from practice import duty, staffing
    from practice.models import Role

    week = [(day, _clock(OPEN), _clock(SHUT)) for day in range(5)]
    team = []
    for number in range(count):
        one = staffing.add_staff(
            name=f"Clara Calendar {number}",
            email=f"clara{number}@example.test",
            roles=[Role.CLINICIAN],
            locations=[place],
            by=people.BY,
        )
        duty.set_duty_hours(staff=one, location=place, spans=week, by=people.BY)
        team.append(one)
    return team


def _clock(minute: int) -> Any:
    from datetime import time as wall

    return wall(minute // 60, minute % 60)


def _visits(
    kind: Any, team: Sequence[Any], place: Any, count: int, dice: Any
) -> Iterator[Any]:
    """Each clinician's days: half full in the days ahead, and full long before."""
    from zoneinfo import ZoneInfo

    left, zone, day = count, ZoneInfo("America/New_York"), FIRST
    while left > 0:
        ahead = day >= FIRST
        for one in team:
            at = OPEN + STEP * dice.randrange(3)
            while at + TAKES <= SHUT and left > 0 and day.weekday() < 5:
                if not ahead or dice.random() < 0.6:
                    starts = datetime.combine(day, _clock(at), zone).astimezone(UTC)
                    yield _visit(kind, one, place, starts)
                    left -= 1
                at += TAKES + STEP * dice.randrange(2)
        step = 1 if ahead else -1
        day += timedelta(days=step)
        if day == FIRST + timedelta(days=DAYS):
            day = FIRST - timedelta(days=1)


def _visit(kind: Any, clinician: Any, place: Any, starts: datetime) -> Any:
    from scheduling.models import Appointment

    ends = starts + timedelta(minutes=50)
    return Appointment(
        type=kind,
        clinician=clinician,
        location=place,
        modality="in_person",
        starts_at=starts,
        ends_at=ends,
        taken_from=starts,
        taken_until=ends + timedelta(minutes=10),
        booked_at=starts - timedelta(days=9),
    )


def _fill() -> None:
    """Nothing free but the last days: whole days taken, far ahead."""
    from bench import people
    from practice import duty

    for one in _clinicians():
        duty.record_absence(
            staff=one,
            kind="leave",
            starts_at=NOW,
            ends_at=NOW + timedelta(days=DAYS - 8),
            cover=None,
            by=people.BY,
        )


# The floor ------------------------------------------------------------------------
SQLITE = """
    SELECT clinician_id, strftime('%s', taken_from) / 60,
      strftime('%s', taken_until) / 60
    FROM scheduling_appointment
    WHERE is_live AND taken_from >= ? AND taken_from < ?
    ORDER BY taken_from, clinician_id, taken_until
"""
POSTGRESQL = """
    SELECT clinician_id, (extract(epoch FROM taken_from) / 60)::bigint,
      (extract(epoch FROM taken_until) / 60)::bigint
    FROM scheduling_appointment
    WHERE is_live AND taken_from >= %s AND taken_from < %s
    ORDER BY taken_from, clinician_id, taken_until
"""


def _floor_soon(people: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    done, size = 0, 4
    while done < DAYS and len(found) < SOON:
        size = min(size, DAYS - done)
        found += _floor(people, done, size)
        done, size = done + size, size * 2
    return found[:SOON]


def _floor(people: Sequence[int], since: int, count: int) -> list[tuple[int, int]]:
    """Free starts of some days: one query, one sweep."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/New_York")
    days = [FIRST + timedelta(days=since + number) for number in range(count)]
    midnights = [
        int(datetime(one.year, one.month, one.day, tzinfo=zone).timestamp()) // 60
        for one in days
        if one.weekday() < 5
    ]
    # The clocks change on a Sunday: a working day has one offset.
    taken: dict[int, list[tuple[int, int]]] = {one: [] for one in people}
    for whose, start, end in _rows(days):
        taken[whose].append((start, end))
    found = []
    for whose in people:
        theirs = taken[whose]
        theirs.append((1 << 40, 1 << 40))
        index = 0
        for midnight in midnights:
            at, last = midnight + OPEN, midnight + SHUT - TAKES
            while at <= last:
                while theirs[index][1] <= at:
                    index += 1
                start, end = theirs[index]
                if start < at + TAKES:
                    at += -(-(end - at) // STEP) * STEP
                else:
                    found.append((at, whose))
                    at += STEP
    found.sort()
    return found


def _rows(days: Sequence[date]) -> Any:
    from django.db import connection

    begins = datetime.combine(days[0], datetime.min.time(), UTC)
    ends = datetime.combine(days[-1], datetime.min.time(), UTC) + timedelta(days=2)
    raw = connection.connection.cursor()
    if connection.vendor == "sqlite":
        limits = tuple(f"{one:%Y-%m-%d %H:%M:%S}" for one in (begins, ends))
        return raw.execute(SQLITE, limits)
    return raw.execute(POSTGRESQL, (begins, ends))


if __name__ == "__main__":
    main()
