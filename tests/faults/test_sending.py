"""Everything goes wrong at once, and nobody gets two texts, nor none without a trace.

FAULT_DELIVERIES says how many; senders are killed with -9 while they last.
"""

from __future__ import annotations

import os
import random
import time
from contextlib import contextmanager
from datetime import time as wall
from datetime import timedelta

import pytest

from consent.purposes import Purpose
from messaging import outbox
from messaging.models import Delivery
from messaging.states import FINAL, LEFT_OUT
from practice import clock
from tests import cast
from tests.faults.machine import Machine, wait_for
from tests.faults.vendor_fates import FATES
from tests.faults.vendor_process import vendor_running
from tests.messaging.posting import envelope, reachable

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
COUNT = int(os.environ.get("FAULT_DELIVERIES", "60"))
SENDERS, SHARERS = 3, 20
AT_LEAST_KILLS = 8
BAD_NUMBERS = {3: 21610, 7: 21211, 11: 21635}
OF_REPORTS = {"doubled": 0.3, "shuffled": 0.3, "lost": 0.3}
OF_TEXTS = {"ends": {"30006": 0.05}, "hold": 1.5}
FAULTS = dict.fromkeys(FATES, 0.08) | OF_REPORTS | OF_TEXTS
OPEN = "SELECT count(*) FROM messaging_delivery WHERE status NOT IN ({})".format(
    ", ".join(f"'{one}'" for one in sorted({*FINAL, "uncertain"}))
)
DOUBTFUL = (
    "SELECT count(*) FROM messaging_delivery WHERE status = 'uncertain' AND "
    "(looks < 3 OR purpose IN ('reminder', 'offer'))"
)


@pytest.fixture
def rows(location, settings):
    """Half of them may be repeated, half may not; a patient has some numbers."""
    settings.QUIET_HOURS = (wall(), wall())  # the test runs at whatever hour
    people = [cast.make_patient(at=location) for _n in range(COUNT // SHARERS + 1)]
    envelopes = []
    now = clock.now()
    for number in range(COUNT):
        purpose = Purpose.HUMAN_REPLY if number % 2 else Purpose.REMINDER
        person = people[number // SHARERS]
        envelopes.append(
            envelope(
                person,
                now=now,
                purpose=purpose,
                address=reachable(person),
                until_at=now + timedelta(days=1),
                body=f"Text number {number}",
            )
        )
    return outbox.plan_many(envelopes, by=cast.FOUNDER, now=now)


@pytest.fixture
def site(rows, tmp_path):
    """A site of its own, with what was planned in its outbox."""
    site = Machine(tmp_path)
    yield site
    site.stop()


@contextmanager
def senders_running(site, vendor):
    """Some senders; `kill()` ends one at random with -9, and starts another."""
    ears = site.start("-m", "tests.faults.hurried_sender", "ears")
    surroundings = {
        "TWILIO_BASE_URL": vendor.url,
        "EARS": ears.stdout.readline().strip(),
        "QUIET_HOURS": "off",
        "SMS_RATE_PER_SECOND": "60",
    }

    def start():
        program = ("-m", "tests.faults.hurried_sender", "send")
        return site.start(*program, **surroundings)

    crew = [start() for _n in range(SENDERS)]

    def kill():
        victim = crew.pop(random.randrange(len(crew)))  # noqa: S311 - no secret
        victim.kill()
        crew.append(start())

    yield kill


def test_no_recipient_gets_two_texts_and_every_sendable_one_gets_one(site, rows):
    with vendor_running() as vendor, senders_running(site, vendor) as kill:
        bad = {rows[n].address: code for n, code in BAD_NUMBERS.items()}
        vendor.faults(**FAULTS, numbers=bad)
        kills = 0
        while kills < AT_LEAST_KILLS or site.ask(OPEN)[0] > COUNT // 4:
            time.sleep(1.5)
            kill()
            kills += 1
        wait_for(lambda: site.ask(OPEN) == site.ask(DOUBTFUL) == (0,), within=120)
        taken = vendor.settle()["taken"]

    assert {to for to, texts in taken.items() if len(texts) > 1} == set()
    stands = {row.pk: standing(site, row) for row in rows}
    for row in rows:
        status, reason = stands[row.pk]
        if row.address in bad:
            assert status in ("failed", "suppressed", "uncertain")
        elif row.purpose == Purpose.REMINDER:
            assert len(taken[row.address]) == 1, (row.pk, status, reason)
            assert status in ("delivered", "undelivered")
        else:
            assert row.address in taken or status == "uncertain"
        assert reason or status not in {"uncertain", "failed", *LEFT_OUT}
        assert (status == "delivered") <= (row.address in taken)


def standing(site, row):
    """How a delivery stands in the site's database, and why."""
    table = Delivery._meta.db_table
    return site.ask(f"SELECT status, reason FROM {table} WHERE id = {row.pk}")
