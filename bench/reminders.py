"""Planning 50,000 reminders grows linearly; looking for changes stays cheap.

The first planning of all visits ahead, on a practice with 5,000 reminders and on one
with 50,000: what one costs there, against what it costs here. Then what the minute
costs in which nothing changed. Processor time of the process, and of PostgreSQL's.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import ground, processor, slots

if TYPE_CHECKING:
    from collections.abc import Mapping

BAR, IDLE_BAR = 1.3, 0.5  # growth of one reminder's cost; seconds of an idle minute
PATIENTS = 200
SIZES = {"few": (10, 1_750), "many": (100, 17_500)}  # clinicians, visits


def main() -> None:
    if len(sys.argv) > 1:
        slots._set_up()
        slots.SIZES |= SIZES
        print(json.dumps(_measure(sys.argv[1])))
        return
    from tests.postgres import Server

    folder = Path(tempfile.mkdtemp())
    urls = {size: f"sqlite:///{folder}/{size}.sqlite3" for size in SIZES}
    worst = _judge("SQLite", urls)
    server = Server()
    for size in SIZES:
        server.run(f"CREATE DATABASE reminders_{size} OWNER wellhouse_owner")
    urls = {size: server.url(f"reminders_{size}") for size in SIZES}
    worst = max(worst, _judge("PostgreSQL", urls))
    server.stop()
    shutil.rmtree(folder)
    ground.finish("reminders", figure=worst, bar=1.0)


def _judge(name: str, urls: Mapping[str, str]) -> float:
    from bench.crowd import told

    found = {size: told("bench.reminders", url, size) for size, url in urls.items()}
    for size, row in found.items():
        print(
            f"  {name:10} {size:5} {row['reminders']:6.0f} reminders,"
            f" {row['planned'] * 1000:6.3f} ms each, idle {row['idle']:6.3f} s",
            flush=True,
        )
    growth = found["many"]["planned"] / found["few"]["planned"]
    idle = found["many"]["idle"]
    print(f"  {name:10} growth {growth:.2f}  bar {BAR}")
    return max(float(growth) / BAR, float(idle) / IDLE_BAR)


def _measure(size: str) -> dict[str, float]:
    from scheduling import reminder_plans, reminders
    from scheduling.models import Reminder

    slots._settle(size)
    _come()
    reminder_plans.provide(by=_by())

    def follow() -> None:
        while reminders.follow(now=slots.NOW, by=_by()):
            pass

    spent = _spent(follow)
    count = Reminder.objects.count()
    idle = min(_spent(follow) for _turn in range(3))
    return {"reminders": count, "planned": spent / count, "idle": idle}


def _spent(act: Any) -> float:
    began = processor.seconds()
    act()
    return float(processor.seconds() - began)


def _by() -> Any:
    from bench import people

    return people.BY


def _come() -> None:
    """Somebody comes to each visit; their history is not what is measured."""
    from datetime import date

    from django.db import connection

    from practice import patients
    from practice.guards import lifted
    from practice.models import Location
    from scheduling.models import Appointment, Attendee

    charts = [
        patients.register(
            given_name="Ada",
            family_name=f"Ames {number}",
            born_on=date(1984, 5, 17),
            homes=list(Location.objects.all()),
            by=_by(),
            now=slots.NOW,
        )
        for number in range(PATIENTS)
    ]
    visits = Appointment.objects.order_by("pk").values_list("pk", flat=True)
    rows = [
        Attendee(
            appointment_id=visit,
            patient=charts[number % PATIENTS],
            status_at=slots.NOW,
        )
        for number, visit in enumerate(visits)
    ]
    with lifted(connection):
        Attendee._base_manager.bulk_create(rows, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
