"""Calls out with a vendor in a process of its own, and a site that serves."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from consent import opt_outs
from consent.states import Channel
from messaging import spoken
from messaging.channels import Outcome, Parcel, carrier_of
from messaging.models import Delivery, HookCall
from tests.faults.machine import wait_for
from tests.faults.vendor_books import ACCOUNT, NUMBER, TOKEN
from tests.faults.vendor_process import vendor_running
from tests.messaging import posting

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
NUMBERS = itertools.count(12125550400)


@pytest.fixture(scope="module")
def running():
    with vendor_running(seed=13) as vendor:
        yield vendor


class Quiet(WSGIRequestHandler):
    def log_message(self, *args): ...


@pytest.fixture
def vendor(running, settings, location, monkeypatch):
    """The stand-in, and a site that serves and is set up for it; visits are spoken."""
    said = spoken.Visit({"day": "Wed 18 March", "time": "2:00 PM"})
    monkeypatch.setattr(spoken, "of_call", lambda _delivery, *, now: said)
    with ThreadedWSGIServer(("127.0.0.1", 0), Quiet) as server:
        server.set_app(WSGIHandler())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.faults()
        settings.SMS_BACKEND = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS = ACCOUNT, [TOKEN]
        settings.TWILIO_VOICE_FROM = NUMBER
        settings.TWILIO_BASE_URL = running.url
        settings.PUBLIC_BASE_URL = f"http://127.0.0.1:{server.server_address[1]}"
        yield running
        server.shutdown()


@pytest.fixture
def to():
    return f"+{next(NUMBERS)}"


def hand_over(to):
    """A call that is due, handed over by the carrier as the outbox does."""
    now = datetime.now(UTC)  # noqa: TID251 - the vendor's clock is the real one
    row = posting.post(
        None, now=now, address=to, channel=Channel.CALL, occasion="call_opening"
    )
    usual = (row.pk, "call", to, "", row.body, "en", timedelta(hours=1), now)
    parcel = Parcel(*usual)
    Delivery.objects.filter(pk=row.pk).update(
        status="sending", claimed_at=now, lease_until_at=now + timedelta(minutes=1)
    )
    return row, parcel, carrier_of("call").hand_over(parcel)


def status_of(row):
    row.refresh_from_db()
    return row.status


def settle(vendor):
    vendor.settle()
    wait_for(lambda: not HookCall.objects.filter(worked_at=None).exists())


def test_a_call_is_answered_and_ended_by_nine(vendor, to):
    vendor.calls({to: {"keys": ["1", "", "9"]}})
    row, _parcel, handed = hand_over(to)
    settle(vendor)

    assert (handed.outcome, handed.word) == (Outcome.TAKEN, "queued")
    heard = vendor.calls()[to][0]
    assert "Wed 18 March" not in heard[0]
    assert "Wed 18 March" in heard[1] == heard[2]
    assert "no more such calls" in heard[3]
    assert status_of(row) == "delivered"
    assert (to, Channel.CALL) in opt_outs.standing([to])


def test_a_machine_hears_nothing_of_the_visit(vendor, to):
    vendor.calls({to: {"by": "machine_end_beep"}})
    hand_over(to)
    settle(vendor)

    assert vendor.calls()[to] == [[]]  # a number that nobody has: no voicemail either


@pytest.mark.parametrize("end", ["busy", "no-answer", "failed"])
def test_a_call_that_nobody_took_says_how_it_ended(vendor, to, end):
    vendor.calls({to: {"end": end}})
    row, _parcel, _handed = hand_over(to)
    settle(vendor)

    assert status_of(row) == ("failed" if end == "failed" else "undelivered")
    assert row.error_code == end


@pytest.mark.parametrize("fault", ["lost_answer", "broke_after"])
def test_what_was_taken_without_an_answer_is_found(vendor, to, fault):
    vendor.calls({to: {"end": "busy"}})
    vendor.faults(**{fault: 1})
    row, parcel, handed = hand_over(to)
    [seen] = carrier_of("call").look_up(parcel)
    settle(vendor)

    assert handed.outcome is Outcome.UNCLEAR
    assert carrier_of("call").fetch(seen.vendor_id).code == "busy"
    assert (status_of(row), row.vendor_id) == ("undelivered", seen.vendor_id)


@pytest.mark.parametrize("fault", ["lost_request", "broke_before"])
def test_what_never_arrived_is_not_found(vendor, to, fault):
    vendor.faults(**{fault: 1})
    _row, parcel, handed = hand_over(to)

    assert handed.outcome is Outcome.UNCLEAR
    assert carrier_of("call").look_up(parcel) == []
