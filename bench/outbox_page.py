"""The outbox page with a thousand messages and with a million: its queries, its time.

Every list that it offers, the page after the first, and the rarest purpose, which is
one in fifty thousand. Processor time of the process and of PostgreSQL's, against an
empty page of the same site; the number of queries has to stay the same.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench import crowd, ground, processor

if TYPE_CHECKING:
    from collections.abc import Mapping

FEW, MANY, ROUNDS, CHARTS = 1_000, 1_000_000, 9, 40
BAR = 15.0  # times an empty page (P3)
RARE, EVERY = "crisis", 50_000
SERIES = {
    "sqlite": "WITH RECURSIVE one(n) AS (SELECT {first} UNION ALL "
    "SELECT n + 1 FROM one WHERE n < {last}) ",
    "postgresql": "WITH one AS (SELECT generate_series({first}, {last}) AS n) ",
}
EARLIER = {
    "sqlite": "datetime(d.due_at, '-' || (one.n * 20) || ' seconds')",
    "postgresql": "d.due_at - one.n * interval '20 seconds'",
}
STATUS = """CASE WHEN one.n % 400 = 1 THEN 'uncertain' WHEN one.n % 50 = 2 THEN 'failed'
    WHEN one.n % 50 = 3 THEN 'undelivered' WHEN one.n % 20 = 4 THEN 'suppressed'
    WHEN one.n % 100 = 5 THEN 'due' WHEN one.n % 10 = 6 THEN 'sent'
    ELSE 'delivered' END"""


def main() -> None:
    if len(sys.argv) > 1:
        crowd.set_up()
        print(json.dumps(_measure()))
        return
    from tests.postgres import Server

    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder}/outbox.sqlite3"
    worst = _judge("SQLite", crowd.told("bench.outbox_page", url, "measure"))
    server = Server()
    server.run("CREATE DATABASE outbox OWNER wellhouse_owner")
    url = server.url("outbox")
    worst = max(
        worst, _judge("PostgreSQL", crowd.told("bench.outbox_page", url, "measure"))
    )
    server.stop()
    shutil.rmtree(folder)
    ground.finish("outbox_page", figure=worst, bar=1.0)


def _judge(name: str, found: Mapping[str, Any]) -> float:
    """The worst share of the bar; a page that asks more with more rows is over it."""
    shares = []
    for page, (few, many) in found["pages"].items():
        grows = many["queries"] > few["queries"]
        print(
            f"  {name:10} {page:9} {few['queries']:3} queries {few['ms']:6.1f} ms,"
            f" at a million {many['queries']:3} and {many['ms']:6.1f} ms",
            flush=True,
        )
        shares.append(2.0 if grows else many["ms"] / found["empty"] / BAR)
    print(f"  {name:10} empty page {found['empty']:.1f} ms, bar {BAR} of them")
    return max(shares)


# In the process of one database ---------------------------------------------------
def _measure() -> dict[str, Any]:
    from django.core.management import call_command

    from bench import people

    call_command("migrate", verbosity=0)
    people.settle(CHARTS)
    client = ground.sign_in(ground.manager())
    _fill(1, FEW)
    few = _pages(client)
    _fill(FEW + 1, MANY)
    many = _pages(client)
    empty = _spent(client, "/bench/empty/")["ms"]
    return {"pages": {one: (few[one], many[one]) for one in few}, "empty": empty}


def _fill(first: int, last: int) -> None:
    """Rows like one that was planned, each due some seconds before the last."""
    from django.db import connection

    from bench import texts
    from messaging import outbox
    from messaging.models import Delivery

    if not (seed := Delivery.objects.first()):
        from bench import people
        from practice import clock

        seed = outbox.plan(texts._envelopes(1)[0], by=people.BY, now=clock.now())
    kind = connection.vendor
    said = {
        "meaning": "'bench:' || one.n",
        "status": STATUS,
        "due_at": EARLIER[kind],
        "purpose": f"CASE WHEN one.n % {EVERY} = 7 THEN '{RARE}' ELSE 'reminder' END",
        "is_urgent": f"one.n % {EVERY} = 7",
        "reason": "'As the bench has it.'",
        "left_at": EARLIER[kind],
    }
    names = [
        str(one.column) for one in Delivery._meta.concrete_fields if one.column != "id"
    ]
    values = ", ".join(said.get(name, f"d.{name}") for name in names)
    series = SERIES[kind].format(first=first, last=last)
    source = f"FROM messaging_delivery d, one WHERE d.id = {seed.pk}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO messaging_delivery ({', '.join(names)}) {series} "
            f"SELECT {values} {source}"
        )
        cursor.execute("ANALYZE")


def _pages(client: Any) -> dict[str, dict[str, float]]:
    from django.urls import reverse

    from messaging import outbox_lists
    from practice import clock

    start = reverse("outbox")
    asked = {show: {"show": show} for show in outbox_lists.SHOWS}
    asked["rarest"] = {"show": "left", "purpose": RARE}
    found = {
        name: _spent(client, f"{start}?{urlencode(asked[name])}") for name in asked
    }
    page = outbox_lists.listed(
        outbox_lists.Wish(show="left"), staff=ground.manager(), now=clock.now()
    )
    following = urlencode({"show": "left", "before": str(page.after)})
    return found | {"second": _spent(client, f"{start}?{following}")}


def _spent(client: Any, path: str) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for _turn in range(ROUNDS):
        began = processor.seconds()
        answer = client.get(path)
        times.append((processor.seconds() - began) * 1e3)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return {"ms": median(times), "queries": len(queries)}


if __name__ == "__main__":
    main()
