"""P1, P2: the day view of 20 clinicians with 12 visits each.

The floor is the same page written by hand: its cards as f-strings over plain SQL, in
a shell that is text but for what every page has to know (who it is, where they may
go, the token), behind the same middleware and with the same read log. Queries are
counted beyond those of an empty page: on a day without visits, on a full one and on
one with ten times as many. Then all of it once more, in a process of its own, with ten
times the history; growth is that of the page in empty pages, which lie outside of it.
Processor time is that of the process and of PostgreSQL's for it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import ground, processor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.test import Client

CLINICIANS, EACH, HISTORY, ROUNDS = 20, 12, 2_400, 30
DAY, FREE_DAY, CROWDED_DAY = "2026-03-03", "2026-03-08", "2026-03-10"
OPENS = datetime(2026, 3, 3, 14, tzinfo=UTC)  # nine in New York
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BARS = {"P1": 3.0, "P2": 12.0, "P2 history": 1.3}


def main() -> None:
    if len(sys.argv) > 1:
        _set_up()
        acts = {"settle": _settle, "measure": _measure, "grow": _grow}
        print(json.dumps(acts[sys.argv[1]]()))
        return
    from bench.crowd import told
    from tests.postgres import Server

    folder = Path(tempfile.mkdtemp())
    server = Server()
    server.run("CREATE DATABASE calendar OWNER wellhouse_owner")
    urls = {
        "SQLite": f"sqlite:///{folder}/calendar.sqlite3",
        "PostgreSQL": server.url("calendar"),
    }
    worst = 0.0
    for name, url in urls.items():
        told("bench.calendar", url, "settle")
        before = told("bench.calendar", url, "measure")
        told("bench.calendar", url, "grow")
        after = told("bench.calendar", url, "measure")
        print(f"  {name:10} at first     {_line(before)}")
        print(f"  {name:10} 10x history  {_line(after)}", flush=True)
        figures = {
            "P1": max(before["page"] / before["floor"], after["page"] / after["floor"]),
            "P2": max(before["most queries"], after["most queries"]),
            "P2 history": after["page"]
            / after["empty"]
            / (before["page"] / before["empty"]),
        }
        for key, figure in figures.items():
            print(f"  {name:10} {key:12} {figure:6.2f}  bar {BARS[key]}")
            worst = max(worst, figure / BARS[key])
    server.stop()
    shutil.rmtree(folder)
    ground.finish("calendar", figure=worst, bar=1.0)


def _line(row: dict[str, float]) -> str:
    return ", ".join(f"{key} {one:.2f}" for key, one in row.items())


# In the process of one database ---------------------------------------------------
def _set_up() -> None:
    os.environ["BENCH_SIZE"] = "calendar"
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    ground.as_served()


def _measure() -> dict[str, float]:
    client = ground.sign_in(ground.manager())
    _check(client)
    pages = {
        "empty": "/bench/empty/",
        "floor": "/bench/day/",
        "page": f"/calendar/?view=day&on={DAY}",
    }
    acts = {name: partial(client.get, path) for name, path in pages.items()}
    spent = ground.interleaved(acts, rounds=ROUNDS, clock=processor.seconds)
    empty = _asked(client, pages["empty"])
    counted = [_queries(client, day) - empty for day in (FREE_DAY, DAY, CROWDED_DAY)]
    words = ("queries free", "queries full", "queries crowded")
    return {
        **spent,
        **dict(zip(words, counted, strict=True)),
        "most queries": max(counted),
    }


def _check(client: Client) -> None:
    """Both pages show the same, else nothing is compared."""
    ours = client.get(f"/calendar/?view=day&on={DAY}").content.decode()
    floor = client.get("/bench/day/").content.decode()
    cards = ours.count("data-visit=")
    if cards != CLINICIANS * EACH or floor.count("data-visit=") != cards:
        raise SystemExit(f"{cards} cards against {floor.count('data-visit=')}")
    if len(floor) < 0.9 * len(ours):
        raise SystemExit(f"{len(ours)} characters against {len(floor)}")


def _queries(client: Client, day: str) -> int:
    path = f"/calendar/?view=day&on={day}"
    client.get(path)
    return _asked(client, path)


def _asked(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


# The practice -----------------------------------------------------------------------
def _settle() -> int:
    """A practice with its history; how many visits it has."""
    from random import Random

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench import people, slots
    from practice import intake
    from practice.models import Location, Role

    people._places(1)
    place = Location.objects.get()
    boss = people._hire("Bo Boss", [place], Role.MANAGER)
    team = slots._team(place, CLINICIANS)
    dice = Random(1)  # noqa: S311 - not a secret
    charts = [people._chart(n, dice, [place], team) for n in range(CLINICIANS * EACH)]
    intake.admit_many(charts=charts, by=boss, now=NOW)
    _add_day(team)
    _add_crowd(team)
    _add_history(team, HISTORY)
    return _known()


def _grow() -> int:
    """Nine times as much history more."""
    from practice.models import StaffMember

    team = StaffMember.objects.filter(is_clinician=True).order_by("pk")
    _add_history(list(team), 9 * HISTORY)
    return _known()


def _known() -> int:
    from django.db import connection

    from scheduling.models import Appointment

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Appointment.objects.count()


def _add_day(team: Sequence[Any]) -> None:
    """Visits of half an hour and ten minutes after, from nine on."""
    starts = (OPENS + n * timedelta(minutes=40) for n in range(EACH))
    _add((one, at) for at in starts for one in team)


def _add_crowd(team: Sequence[Any]) -> None:
    """Ten times as many on another day, one after the other around the clock."""
    first = datetime.combine(date.fromisoformat(CROWDED_DAY), time(6), UTC)
    starts = (first + n * timedelta(minutes=10) for n in range(10 * EACH))
    _add(((one, at) for at in starts for one in team), takes=timedelta(minutes=10))


def _add_history(team: Sequence[Any], count: int) -> None:
    """As many visits in the years before, ever further back."""
    from scheduling.models import Appointment

    known = Appointment.objects.filter(starts_at__lt=OPENS).count()
    days = range(known // len(team) // EACH, (known + count) // len(team) // EACH)
    _add(
        (one, OPENS - timedelta(days=day + 2) + n * timedelta(minutes=40))
        for day in days
        for n in range(EACH)
        for one in team
    )


def _add(
    wanted: Iterator[tuple[Any, datetime]], takes: timedelta = timedelta(minutes=40)
) -> None:
    """Straight into the tables: what is measured is how they are read."""
    from django.db import connection

    from practice.guards import lifted
    from practice.models import Location, Patient
    from scheduling.models import Appointment, Attendee

    kind, place = _kind(), Location.objects.get()
    patients = list(Patient.objects.order_by("pk"))
    visits = [_visit(kind, one, place, at, takes) for one, at in wanted]
    with lifted(connection):
        made = Appointment._base_manager.bulk_create(visits, batch_size=2000)
        rows = (
            Attendee(
                appointment=visit,
                patient=patients[n % len(patients)],
                status="confirmed",
                status_at=NOW,
            )
            for n, visit in enumerate(made)
        )
        Attendee._base_manager.bulk_create(rows, batch_size=2000)
        if connection.vendor == "postgresql":
            # Its triggers come back only when nothing is left to be checked.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@cache
def _kind() -> Any:
    from bench import people
    from practice.models import StaffMember
    from scheduling import catalogue
    from scheduling.models import AppointmentType

    return AppointmentType.objects.first() or catalogue.add_type(
        name="Follow-up",
        length=timedelta(minutes=30),
        buffer_after=timedelta(minutes=10),
        clinicians=StaffMember.objects.filter(is_clinician=True),
        by=people.BY,
    )


def _visit(
    kind: Any, clinician: Any, place: Any, at: datetime, takes: timedelta
) -> Any:
    from scheduling.models import Appointment

    ends = at + takes * 3 / 4
    return Appointment(
        type=kind,
        clinician=clinician,
        location=place,
        modality="in_person",
        starts_at=at,
        ends_at=ends,
        taken_from=at,
        taken_until=at + takes,
        booked_at=NOW - timedelta(days=9),
    )


# The floor ------------------------------------------------------------------------
SQLITE = "CAST(strftime('%s', {}) AS integer) / 60"
POSTGRESQL = "extract(epoch FROM {})::bigint / 60"
VISITS = """
    SELECT visit.id, visit.clinician_id, {starts}, {ends}, kind.name, kind.colour,
      attendee.status, patient.id, patient.given_name, patient.preferred_name,
      patient.family_name
    FROM scheduling_appointment AS visit
    JOIN scheduling_appointmenttype AS kind ON kind.id = visit.type_id
    JOIN scheduling_attendee AS attendee ON attendee.appointment_id = visit.id
    JOIN practice_patient AS patient ON patient.id = attendee.patient_id
    WHERE visit.is_live AND visit.starts_at >= {begin} AND visit.starts_at < {end}
    ORDER BY visit.starts_at, visit.id"""
MIDNIGHT = int(datetime(2026, 3, 3, 5, tzinfo=UTC).timestamp()) // 60
FIRST_ROW = 9 * 12


def floor(request: HttpRequest) -> HttpResponse:
    """The day as somebody in a hurry would write it."""
    from django.http import HttpResponse
    from django.middleware.csrf import get_token

    from practice import context, looks

    known = context.site(request)
    cards: dict[int, list[str]] = {}
    seen = []
    for row in _rows():
        cards.setdefault(row[1], []).append(_card(*row))
        seen.append(row[7])
    looks.remember(request, seen)
    head, tail = _shell()
    token, rail = (
        get_token(request),
        "".join(
            f'<a class="rail-link" href="{one.url}">{escape(one.label)}</a>'
            for one in known["navigation"]
        ),
    )
    body = "".join(
        f'<section class="diary-column" aria-label="{escape(name)}" data-day="{DAY}"'
        f' data-clinician="{pk}" data-room=""><div class="diary-shades">'
        f'<div class="shade shade-open at h0 m0 x8 y0"></div></div>'
        f'<ol class="diary-cards">{"".join(cards.get(pk, ()))}</ol></section>'
        for pk, name in _team()
    )
    return HttpResponse(f"{head}{rail}{body}{tail}{token}")


def _card(  # the columns of VISITS
    pk: int,
    _clinician: int,
    starts: int,
    ends: int,
    kind: str,
    colour: str,
    status: str,
    _patient: int,
    given: str,
    preferred: str,
    family: str,
) -> str:
    first, last = (starts - MIDNIGHT) // 5, (ends - MIDNIGHT) // 5
    hours, odd = divmod(first - FIRST_ROW, 12)
    tall, more = divmod(last - first, 12)
    begins, until = _clock(starts - MIDNIGHT), _clock(ends - MIDNIGHT)
    name = preferred or given
    place = f"at h{hours} m{odd} x{tall} y{more}"
    return (
        f'<li class="buffer {place}" aria-hidden="true"></li>'
        f'<li class="visit-card visit-{status} {place}" data-visit="{pk}"'
        f' data-minutes="{ends - starts}" data-movable>'
        f'<a class="visit-link" href="/visits/{pk}/"'
        f' data-peek="/calendar/visits/{pk}/">'
        f'<svg class="visit-colour" aria-hidden="true" preserveAspectRatio="none">'
        f'<rect width="100%" height="100%" fill="{escape(colour)}"/></svg>'
        f'<span class="visit-time">{begins}<span class="visually-hidden"> to {until}'
        f'</span></span> <span class="visit-names"><span class="name">'
        f'<bdi class="name-full">{escape(name)} {escape(family)}</bdi>'
        f'<bdi class="name-initials">{escape(name[:1] + family[:1])}</bdi>'
        f"</span></span>"
        f' <span class="visit-kind">{escape(kind)}</span><span class="visit-status">'
        f'<svg class="icon" aria-hidden="true"><use href="/static/vendor/lucide/'
        f'sprite.svg#calendar-check"/></svg><span class="visit-word">{status.title()}'
        f"</span></span></a></li>"
    )


def _clock(minute: int) -> str:
    return f"{(minute // 60 - 1) % 12 + 1}:{minute % 60:02} {'AP'[minute >= 720]}M"


def _rows() -> Any:
    from django.db import connection

    minute = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    begin, end = f"'{DAY} 05:00:00+00'", "'2026-03-04 05:00:00+00'"
    if connection.vendor == "sqlite":
        begin, end = begin.replace("+00", ""), end.replace("+00", "")
    starts, ends = minute.format("visit.starts_at"), minute.format("visit.ends_at")
    raw = connection.connection.cursor()
    return raw.execute(VISITS.format(starts=starts, ends=ends, begin=begin, end=end))


def _team() -> Any:
    from django.db import connection

    raw = connection.connection.cursor()
    return raw.execute(
        "SELECT id, name FROM practice_staffmember WHERE is_clinician ORDER BY name"
    )


@cache
def _shell() -> tuple[str, str]:
    """What stands around the cards of our own page, rendered once."""
    client = ground.sign_in(ground.manager())
    page = client.get(f"/calendar/?view=day&on={DAY}").content.decode()
    head, rest = page.split('<section class="diary-column"', 1)
    return head, rest.rpartition("</section>")[2]


if __name__ == "__main__":
    main()
