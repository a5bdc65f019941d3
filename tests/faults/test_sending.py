"""Everything goes wrong at once, and nobody gets two texts, nor none without a trace.

The real sender, the real web server and the vendor's stand-in, which reports by signed
calls. FAULT_DELIVERIES says how many; processes are killed with -9 while they last.
"""

from __future__ import annotations

import faulthandler
import os
import time
from collections import Counter
from datetime import time as wall
from datetime import timedelta

import pytest
from django.db import transaction

from consent.purposes import Purpose
from messaging import outbox
from messaging.states import LEFT_OUT
from practice import clock, contact_frames
from practice.contact_frames import Told
from practice.models import ContactKind, ContactPoint, Taken
from practice.trail import keep_many
from tests import cast
from tests.faults.machine import Machine, wait_for
from tests.faults.texting_site import texting, told
from tests.faults.vendor_fates import FATES
from tests.faults.vendor_process import vendor_running
from tests.messaging.posting import envelope

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
COUNT = int(os.environ.get("FAULT_DELIVERIES", "100"))
SENDERS, SHARERS, MANY = 2, 20, 500
PATIENCE = 90 + COUNT / 5
# A reminder may be repeated, what a person wrote may not.
PURPOSES = (Purpose.REMINDER, Purpose.HUMAN_REPLY, Purpose.REMINDER, Purpose.REMINDER)
BAD_NUMBERS = {3: 21610, 7: 21211, 11: 21635}
OF_REPORTS = {"doubled": 0.3, "shuffled": 0.3, "lost": 0.2}
OF_TEXTS = {"ends": {"30006": 0.03}, "hold": 4}
FAULTS = dict.fromkeys(FATES, 0.05) | OF_REPORTS | OF_TEXTS
KILLS = 3 + COUNT // 500


@pytest.fixture
def rows(location, settings):
    """Twenty numbers to a patient, a text to each number."""
    if COUNT > MANY:  # these take longer than any other test may
        faulthandler.dump_traceback_later(10 * PATIENCE, exit=True)
    settings.QUIET_HOURS = (wall(), wall())  # the test runs at whatever hour
    now = clock.now()
    with transaction.atomic():
        people = [cast.make_patient(at=location) for _n in range(COUNT // SHARERS + 1)]
        points = numbers_of(people, now=now)
    envelopes = [
        envelope(
            point.patient,
            now=now,
            purpose=PURPOSES[number % len(PURPOSES)],
            address=str(point.phone),
            until_at=now + timedelta(days=1),
            body=f"Text number {number}",
        )
        for number, point in enumerate(points)
    ]
    return outbox.plan_many(envelopes, by=cast.FOUNDER, now=now)


def numbers_of(people, *, now):
    """A number of its own for each text: those of the cast come round after 1,000."""
    points = [
        ContactPoint(
            patient=people[number // SHARERS],
            kind=ContactKind.PHONE,
            phone=f"+1212{2_000_000 + number}",
            may_text=True,
        )
        for number in range(COUNT)
    ]
    keep_many(points, by=cast.FOUNDER, kind="contact.added")
    told = [Told(point) for point in points]
    contact_frames.take(told, taken=Taken.PHONE, by=cast.FOUNDER, now=now)
    return points


@pytest.fixture
def machine(rows, tmp_path):
    """A site of its own, with what was planned in its outbox."""
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def test_when_all_goes_well_each_gets_one_text_by_one_request(machine, rows):
    with vendor_running() as vendor, texting(machine, vendor, senders=SENDERS) as site:
        began = time.monotonic()
        wait_for(lambda: site.open_rows() == 0, within=PATIENCE)
        told("well:", {"texts": COUNT, "seconds": round(time.monotonic() - began)})
        record = vendor.settle()

    assert set(record["requests"].values()) == {1}
    assert set(record["requests"]) == {row.address for row in rows}
    assert {status for status, _reason in site.standing().values()} == {"delivered"}


def test_nobody_gets_two_texts_and_whoever_can_be_reached_gets_one(machine, rows):
    bad = {rows[n].address: code for n, code in BAD_NUMBERS.items()}
    with vendor_running() as vendor:
        vendor.faults(**FAULTS, numbers=bad)
        with texting(machine, vendor, senders=SENDERS) as site:
            began = time.monotonic()
            kill_in_the_act(site, vendor)
            wait_for(lambda: site.open_rows() == 0, within=PATIENCE)
            seconds = round(time.monotonic() - began)
            record, stands = vendor.settle(), site.standing()
    taken = record["taken"]

    told("faults:", figures(rows, stands, record, site) | {"seconds": seconds})
    assert {to for to, texts in taken.items() if len(texts) > 1} == set()
    assert [row.pk for row in rows if is_wrong(row, stands[row.pk], taken, bad)] == []


def kill_in_the_act(site, vendor):
    """End a sender whenever some more was handed over, and all while it goes on."""
    for turn in range(1, KILLS + 1):
        some = turn * COUNT / (KILLS + 2)
        wait_for(lambda n=some: asked(vendor) >= n, within=PATIENCE)
        site.kill_one()


def asked(vendor):
    return sum(vendor.record()["requests"].values())


def is_wrong(row, standing, taken, bad):
    """Whether a delivery stands otherwise than it may."""
    status, reason = standing
    says_why = bool(reason) or status not in {"uncertain", "failed", *LEFT_OUT}
    if row.address in bad:
        ends = {"failed", "suppressed"} | ({"uncertain"} & {may_wait(row)})
        return row.address in taken or status not in ends or not says_why
    if status == "uncertain":
        return not may_wait(row) or not says_why
    is_end = status in {"delivered", "undelivered"}
    return len(taken.get(row.address, ())) != 1 or not is_end


def may_wait(row):
    """Whether it stays uncertain rather than go twice."""
    return "uncertain" if row.purpose == Purpose.HUMAN_REPLY else ""


def figures(rows, stands, record, site):
    return {
        "texts": len(rows),
        "stand": Counter(status for status, _reason in stands.values()),
        "kept uncertain": Counter(
            row.purpose for row in rows if stands[row.pk][0] == "uncertain"
        ),
        "fates": record["fates"],
        "reports": record["reports"],
        "killed": site.killed,
    }
