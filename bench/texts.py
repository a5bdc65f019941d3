"""Sending texts: C1, C2, C4 and C6, on both databases.

C1 is to plan 10,000 against Django's own bulk_create of the same rows. C2 is the whole
job of a message, claimed, looked at, handed over and settled, against plain SQL that
claims and records the same rows one by one, with the same HTTP client; processor time
of the process and of PostgreSQL's. C4 is how many a second leave where the vendor
takes 50 ms, against as many as its threads could. C6 is the memory of the sender.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import crowd, ground, memory, processor, vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

PLANNED, SENT, ROUNDS, LATENCY = 10_000, 1_500, 3, 0.05
SHARERS = 2  # numbers on one chart
BARS = {"plan": 5.0, "send": 1.5, "latency": 0.7, "megabytes": 230.0}
ACCOUNT, TOKEN, OURS = "AC" + "0" * 32, "a-token-of-the-bench", "+12125550100"
SURROUNDINGS = {
    "SMS_BACKEND": "twilio",
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": OURS,
    "PUBLIC_BASE_URL": "http://127.0.0.1:9",
    "SMS_RATE_PER_SECOND": "1000",
    "QUIET_HOURS": "none",
}
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CLAIM = """UPDATE messaging_delivery SET status = 'sending', tries = tries + 1,
    claimed_at = CURRENT_TIMESTAMP, lease_until_at = CURRENT_TIMESTAMP
    WHERE id = (SELECT id FROM messaging_delivery WHERE status = 'due'
        AND channel = 'text' AND due_at <= {now}
        ORDER BY due_at, id LIMIT 1 {skip}) RETURNING id, address, body"""
EVENT = """INSERT INTO messaging_deliveryevent
    (delivery_id, at, kind, before, after, words, code, actor)
    VALUES (%s, CURRENT_TIMESTAMP, %s, %s, %s, '', %s, 'The outbox')"""
STOPPED = "SELECT 1 FROM consent_optout WHERE address = %s"
RECORD = """UPDATE messaging_delivery SET status = 'accepted', vendor_id = %s,
    left_at = CURRENT_TIMESTAMP WHERE id = %s"""
_numbers = count(1)


def main() -> None:
    if len(sys.argv) > 1:
        crowd.set_up()
        acts = {"settle": _settle, "plan": _plan, "send": _send, "latency": _latency}
        print(json.dumps((acts | {"megabytes": _megabytes})[sys.argv[1]]()))
        return
    from tests.postgres import Server

    os.environ |= SURROUNDINGS
    folder = Path(tempfile.mkdtemp())
    worst = _judge("SQLite", f"sqlite:///{folder}/texts.sqlite3")
    server = Server()
    server.run("CREATE DATABASE texts OWNER wellhouse_owner")
    worst = max(worst, _judge("PostgreSQL", server.url("texts")))
    server.stop()
    shutil.rmtree(folder)
    ground.finish("texts", figure=worst, bar=1.0)


def _judge(name: str, url: str) -> float:
    """The worst figure of one database, as a share of its bar."""
    crowd.told("bench.texts", url, "settle")
    shares = []
    for what, latency in {"plan": 0.0, "send": 0.0, "latency": LATENCY}.items():
        with vendor.running(latency) as address:
            os.environ["TWILIO_BASE_URL"] = address
            found = crowd.told("bench.texts", url, what)
        shares.append(_said(name, what, found))
    with vendor.running() as address:
        os.environ["TWILIO_BASE_URL"] = address
        shares.append(
            _said(name, "megabytes", crowd.told("bench.texts", url, "megabytes"))
        )
    return max(shares)


def _said(name: str, what: str, found: dict[str, Any]) -> float:
    told = ", ".join(f"{key} {value:.4g}" for key, value in found.items())
    print(f"  {name:10} {what:9} {told}  bar {BARS[what]}", flush=True)
    figure = float(found["figure"])
    return BARS[what] / figure if what == "latency" else figure / BARS[what]


# In the process of one database ---------------------------------------------------
def _settle() -> int:
    """Charts with numbers that may be texted."""
    from datetime import date

    from django.core.management import call_command
    from django.db import connection, transaction

    from bench import people
    from practice import clock, contacts, patients
    from practice.models import ContactKind, Location

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        people._places(1)
        for chart in range(SENT // SHARERS):
            person = patients.register(
                given_name="Ada",
                family_name=f"Ames {chart}",
                born_on=date(1984, 5, 17),
                homes=list(Location.objects.all()),
                by=people.BY,
                now=clock.now(),
            )
            for number in range(SHARERS):
                contacts.add(
                    owner=person,
                    kind=ContactKind.PHONE,
                    value=f"+1212{2000000 + chart * SHARERS + number}",
                    may_text=True,
                    by=people.BY,
                    now=clock.now(),
                )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return SENT


def _envelopes(many: int) -> Sequence[Any]:
    from consent.purposes import Purpose
    from consent.states import Channel
    from messaging.outbox import Envelope
    from practice import clock
    from practice.models import ContactPoint

    points = list(ContactPoint.objects.select_related("patient").order_by("pk"))
    now = clock.now()
    return [
        Envelope(
            meaning=f"bench:{next(_numbers)}:{time.time_ns()}",
            purpose=Purpose.HUMAN_REPLY,  # of which nobody gets too many in a day
            channel=Channel.TEXT,
            address=str(points[n % len(points)].phone),
            body="Main 0: your visit is on Tue 3 March, 9:00 AM. C to confirm.",
            zone="America/New_York",
            planned_at=now,
            until_at=now + timedelta(days=1),
            patient=points[n % len(points)].patient,
        )
        for n in range(many)
    ]


def _plan() -> dict[str, float]:
    """C1, and how many queries."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from bench import people
    from messaging import hours, outbox
    from messaging.models import Delivery
    from practice import clock

    spent: dict[str, list[float]] = {"ours": [], "floor": []}
    queries = 0
    for _turn in range(ROUNDS):
        envelopes, now = _envelopes(PLANNED), clock.now()
        with transaction.atomic():
            began = processor.seconds()
            outbox.plan_many(envelopes, by=people.BY, now=now)
            spent["ours"].append(processor.seconds() - began)
            transaction.set_rollback(True)
        day = hours.of_practice()
        rows = [outbox._drawn(one, day, now=now) for one in envelopes]
        with transaction.atomic():
            began = processor.seconds()
            Delivery.objects.bulk_create(rows)
            spent["floor"].append(processor.seconds() - began)
            transaction.set_rollback(True)
    with transaction.atomic(), CaptureQueriesContext(connection) as told:
        outbox.plan_many(_envelopes(PLANNED), by=people.BY, now=clock.now())
        queries = sum("SAVEPOINT" not in one["sql"] for one in told)
        transaction.set_rollback(True)
    best = {name: min(times) for name, times in spent.items()}
    return best | {"queries": queries, "figure": best["ours"] / best["floor"]}


def _send() -> dict[str, float]:
    """C2: milliseconds for each message."""
    ours, floor = [], []
    for _turn in range(ROUNDS):
        ours.append(_job() / SENT * 1e3)
        floor.append(_one_by_one() / SENT * 1e3)
    return {"ours": min(ours), "floor": min(floor), "figure": min(ours) / min(floor)}


def _job() -> float:
    """What the outbox spends on sending; planning is not counted."""
    from messaging import sending
    from practice import clock

    _planned(SENT)
    began = processor.everywhere()
    crew = sending.Threads()
    sending.send_due(now=clock.now, crew=crew)
    crew.end()
    spent = processor.everywhere() - began
    _check()
    return spent


def _one_by_one() -> float:
    """The floor: the same rows and events by plain SQL, one message after the other."""
    from django.conf import settings
    from django.db import connection, transaction

    from messaging.channels.rest import Line

    _planned(SENT)
    line = Line(settings.TWILIO_BASE_URL, ACCOUNT, [TOKEN])
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    now = "'9999-12-31'"  # everything is due
    claim, stopped = CLAIM.format(skip=skip, now=now), STOPPED
    began = processor.everywhere()
    with connection.cursor() as cursor:
        while True:
            with transaction.atomic():
                cursor.execute(claim)
                if (row := cursor.fetchone()) is None:
                    break
                cursor.execute(EVENT, [row[0], "claimed", "due", "sending", ""])
            cursor.execute(stopped, [row[1]])
            if cursor.fetchone():
                continue
            form = {"To": row[1], "From": OURS, "Body": row[2]}
            sid = line.ask("POST", MESSAGES, form).said["sid"]
            with transaction.atomic():
                cursor.execute(RECORD, [sid, row[0]])
                cursor.execute(
                    EVENT, [row[0], "answered", "sending", "accepted", "queued"]
                )
    spent = processor.everywhere() - began
    _check()
    return float(spent)


def _latency() -> dict[str, float]:
    """C4: by the clock on the wall."""
    from messaging import sending
    from practice import clock

    _planned(SENT)
    crew = sending.Threads()
    began = time.perf_counter()
    sending.send_due(now=clock.now, crew=crew)
    took = time.perf_counter() - began
    crew.end()
    _check()
    ideal = sending.THREADS / LATENCY
    return {"a second": SENT / took, "ideal": ideal, "figure": SENT / took / ideal}


def _megabytes() -> dict[str, float]:
    """C6: of the sender once it has sent all that."""
    _planned(SENT)
    command = [sys.executable, "manage.py", "pump", "--forever"]
    sender = subprocess.Popen(command, cwd=ground.ROOT)
    try:
        while _due():
            time.sleep(0.5)
        return {"figure": memory.resident_mb(sender.pid)}
    finally:
        sender.terminate()
        sender.wait(timeout=20)


def _planned(many: int) -> None:
    from bench import people
    from messaging import outbox
    from practice import clock

    outbox.plan_many(_envelopes(many), by=people.BY, now=clock.now())


def _due() -> int:
    from messaging.models import Delivery

    return Delivery.objects.filter(status__in=["due", "sending"]).count()


def _check() -> None:
    from messaging.models import Delivery

    if wrong := Delivery.objects.exclude(status="accepted").first():
        raise SystemExit(f"{wrong}: {wrong.reason}")


if __name__ == "__main__":
    main()
