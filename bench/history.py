"""H1, H2: what history costs. Saves with it against saves without, on both databases.

The database writes history and trail itself (docs/adr/0014); the floor is the same
save on the same tables with those triggers lifted. On PostgreSQL, besides: what
eight writers at once get done with the trail, a sealer at their side, against what
they get done as a site without a trail would save.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from practice.guards import Guard
    from practice.models import Patient

SAVES, MANY, ROUNDS = 300, 1000, 5
WRITERS, SECONDS = 8, 4.0
BARS = {"save": 4.0, "bulk": 25.0, "writers": 2.0}  # the last: half the throughput


def main() -> None:
    if len(sys.argv) > 1:
        _told(sys.argv[1])
        return
    from bench import ground
    from tests.postgres import Server

    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        found = _at(f"sqlite:///{folder}/history.sqlite3")
        worst = max(worst, _say("SQLite", found))
    server = Server()
    server.run("CREATE DATABASE history OWNER wellhouse_owner")
    found = _at(server.url("history"))
    worst = max(worst, _say("PostgreSQL", found))
    server.stop()
    ground.finish("history", figure=worst, bar=1.0)


def _at(url: str, part: str = "measure") -> dict[str, float]:
    """Measured in a process of its own: one process has one database."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.history", part],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "DATABASE_URL": url},
    )
    return dict(json.loads(answer.stdout))


def _say(name: str, found: dict[str, float]) -> float:
    for what, ratio in found.items():
        print(f"  {name:10} {what:8} {ratio:5.2f}x without history, bar {BARS[what]}x")
    return max(ratio / BARS[what] for what, ratio in found.items())


# In the process of one database ---------------------------------------------------
def _told(part: str) -> None:
    os.environ["WELLHOUSE_MODE"] = "test"
    os.environ["WELLHOUSE_VAR"] = str(Path(tempfile.gettempdir()) / "wellhouse-bench")
    os.environ["DJANGO_SETTINGS_MODULE"] = "practice.settings"
    import django

    django.setup()
    parts = {
        "measure": _measure,
        "save": _save_for_a_while,
        "keep": _keep_for_a_while,
        "seal": _seal_for_a_while,
    }
    print(json.dumps(parts[part]()))


def _measure() -> dict[str, float]:
    from django.core.management import call_command
    from django.db import connection

    from practice.models import Patient
    from tests import cast

    call_command("migrate", verbosity=0)
    cast.make_practice()
    location = cast.make_location()
    charts = [cast.make_patient(at=location) for _ in range(WRITERS)]
    chart = charts[0]
    found = {"save": _compared(partial(_save, chart))}
    more = [
        cast.make_patient(at=location) for _ in range(MANY - Patient.objects.count())
    ]
    found["bulk"] = _compared(_change_all)
    if connection.vendor == "postgresql" and more:
        found["writers"] = _writers(lifted=True) / _writers(lifted=False)
    return found


def _compared(act: Callable[[Callable[[], Any]], None]) -> float:
    """How much longer an act takes in history than on the same tables without it."""
    from django.db import connection

    from practice import guards
    from tests import cast

    with_history = min(_timed(partial(act, cast.by_hand)) for _ in range(ROUNDS))
    with guards.lifted(connection, which=_is_recording):
        without = min(_timed(partial(act, nullcontext)) for _ in range(ROUNDS))
    return with_history / without


def _is_recording(guard: Guard) -> bool:
    return "recorded" in guard.name or "_refused_" in guard.name


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _save(chart: Patient, context: Callable[[], Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        for number in range(SAVES):
            chart.pronouns = str(number)
            with context():
                chart.save()


def _change_all(context: Callable[[], Any]) -> None:
    from django.db import transaction
    from django.db.models import QuerySet

    from practice.models import Patient

    with transaction.atomic(), context():
        QuerySet(Patient).update(pronouns=str(time.perf_counter())[:20])


# Eight at once --------------------------------------------------------------------
def _writers(*, lifted: bool) -> float:
    """How many saves eight processes get done together, each at a chart of its own."""
    from django.db import connection

    from practice import guards

    recording = list(filter(_is_recording, guards.all_of(connection)))
    if lifted:
        with connection.cursor() as cursor:
            for guard in recording:
                for statement in guard.removal(connection.vendor):
                    cursor.execute(statement)
    parts = ["save"] * WRITERS if lifted else ["keep"] * WRITERS + ["seal"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.history", part],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BENCH_WRITER": str(number)},
        )
        for number, part in enumerate(parts)
    ]
    done = [json.loads(one.communicate()[0]) for one in processes]
    guards.install(connection)
    return float(sum(one.get("saves", 0) for one in done))


def _save_for_a_while() -> dict[str, float]:
    """As an action of a site would that has no trail: it checks, then saves."""
    from django.db import transaction

    def act(chart: Patient) -> None:
        with transaction.atomic():
            chart.full_clean(validate_unique=False, validate_constraints=False)
            chart.save()

    return _for_a_while(act)


def _keep_for_a_while() -> dict[str, float]:
    """As ours does, with all that an action does for the trail."""
    from practice.trail import Automation, keep

    by = Automation("bench")
    return _for_a_while(lambda chart: keep(chart, by=by, kind="patient.changed"))


def _for_a_while(act: Callable[[Patient], object]) -> dict[str, float]:
    from practice.models import Patient

    chart = Patient.objects.order_by("pk")[int(os.environ["BENCH_WRITER"])]
    end, saves = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        chart.pronouns = str(saves)
        act(chart)
        saves += 1
    return {"saves": saves}


def _seal_for_a_while() -> dict[str, float]:
    """The worker's part, more often than it does it."""
    from practice import sealing

    end, sealed = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        sealed += sealing.seal_new()
        time.sleep(1)
    return {"sealed": sealed}


if __name__ == "__main__":
    main()
