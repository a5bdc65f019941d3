"""Texts out and in with a vendor in a process of its own, and a site that serves."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from messaging import hooks, receiving, reconciling, settling
from messaging.channels import Outcome, Parcel, carrier_of
from messaging.errors import Kind
from messaging.models import HookCall
from tests.faults.machine import wait_for
from tests.faults.vendor_books import ACCOUNT, NUMBER, SERVICE, TOKEN
from tests.faults.vendor_process import vendor_running
from tests.messaging.hooking import INBOUND, Taken

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
NUMBERS = itertools.count(12125550300)


@pytest.fixture(scope="module")
def running():
    with vendor_running(seed=11) as vendor:
        yield vendor


class Quiet(WSGIRequestHandler):
    def log_message(self, *args): ...


@pytest.fixture
def site():
    """A site that serves; each thread has a connection of its own."""
    with ThreadedWSGIServer(("127.0.0.1", 0), Quiet) as server:
        server.set_app(WSGIHandler())
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def vendor(running, settings, site, location):
    """The stand-in, and a site that is set up for it."""
    running.faults()
    settings.SMS_BACKEND = "twilio"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS = ACCOUNT, [TOKEN]
    settings.TWILIO_FROM, settings.TWILIO_MESSAGING_SERVICE_SID = NUMBER, ""
    settings.TWILIO_BASE_URL, settings.PUBLIC_BASE_URL = running.url, site.url
    running.inbound = site.url + INBOUND
    return running


@pytest.fixture
def taken(monkeypatch):
    stand_in = Taken()
    monkeypatch.setattr(receiving, "receive", stand_in.receive)
    monkeypatch.setattr(settling, "hear", stand_in.hear)
    return stand_in


@pytest.fixture
def to():
    """A number that no other test has."""
    return f"+{next(NUMBERS)}"


def parcel(to, delivery_id=7):
    now = datetime.now(UTC)  # noqa: TID251 - the vendor's clock is the real one
    return Parcel(delivery_id, "text", to, "", "Hello", "en", timedelta(hours=1), now)


def about(handed, taken):
    """What was said of it; of what another test sent, the vendor may speak still."""
    return [said for said in taken.words if said["vendor_id"] == handed.vendor_id]


def test_a_text_leaves_and_its_words_are_heard(vendor, taken, to):
    handed = carrier_of("text").hand_over(parcel(to))
    vendor.settle()

    assert (handed.outcome, handed.word) == (Outcome.TAKEN, "queued")
    wait_for(lambda: len(about(handed, taken)) == 2)
    assert {said["delivery_id"] for said in about(handed, taken)} == {7}
    assert {said["word"] for said in about(handed, taken)} == {"sent", "delivered"}


def test_by_a_messaging_service_as_well(vendor, settings, taken, to):
    settings.TWILIO_MESSAGING_SERVICE_SID = SERVICE
    handed = carrier_of("text").hand_over(parcel(to))
    vendor.settle()

    assert handed.word == "accepted"
    wait_for(lambda: len(about(handed, taken)) == 3)


@pytest.mark.parametrize("fault", ["lost_answer", "broke_after"])
def test_what_was_taken_without_an_answer_is_found(vendor, taken, to, fault):
    vendor.faults(**{fault: 1})
    sent = parcel(to)
    handed = carrier_of("text").hand_over(sent)
    [seen] = carrier_of("text").look_up(sent)

    assert (handed.outcome, seen.body) == (Outcome.UNCLEAR, "Hello")
    assert carrier_of("text").fetch(seen.vendor_id).vendor_id == seen.vendor_id


@pytest.mark.parametrize("fault", ["lost_request", "broke_before"])
def test_what_never_arrived_is_not_found(vendor, to, fault):
    vendor.faults(**{fault: 1})
    sent = parcel(to)

    assert carrier_of("text").hand_over(sent).outcome is Outcome.UNCLEAR
    assert carrier_of("text").look_up(sent) == []


def test_too_many_at_once_surely_made_nothing(vendor, to):
    vendor.faults(too_many=1)
    handed = carrier_of("text").hand_over(parcel(to))

    assert (handed.outcome, handed.code) == (Outcome.NOT_MADE, "20429")
    assert to not in vendor.taken()


def test_a_look_up_reads_past_its_first_page(vendor, taken, to):
    sent = parcel(to)
    for _text in range(55):
        carrier_of("text").hand_over(sent)

    assert len({seen.vendor_id for seen in carrier_of("text").look_up(sent)}) == 55


def test_shuffled_and_doubled_words_are_each_heard_once(vendor, taken, to):
    vendor.faults(doubled=1, shuffled=1)
    handed = carrier_of("text").hand_over(parcel(to))
    vendor.settle()

    wait_for(lambda: not HookCall.objects.filter(worked_at=None).exists())
    assert sorted(said["word"] for said in about(handed, taken)) == [
        "delivered",
        "sent",
    ]


def test_a_text_from_a_phone_comes_in_once_and_is_answered(vendor, taken, to):
    url = vendor.inbound
    said = vendor.receive("C ", url=url, times=2, **{"from": to})

    assert said["answers"] == [200, 200]
    wait_for(lambda: taken.messages)
    [message] = taken.messages
    assert (message.vendor_id, message.body) == (said["sid"], "C ")


def test_a_stop_at_the_vendor_is_one_here(vendor, taken, to):
    vendor.receive("Stop", url=vendor.inbound, tells_keywords=True, **{"from": to})
    handed = carrier_of("text").hand_over(parcel(to))

    assert handed.meaning.kind is Kind.SUPPRESS
    wait_for(lambda: taken.messages)
    assert taken.messages[0].opt_out == "STOP"


def test_what_came_while_we_were_down_is_taken_in(vendor, taken, to):
    lost = vendor.receive("Is anybody there?", is_lost=True, **{"from": to})
    now = datetime.now(UTC)  # noqa: TID251 - the vendor's clock is the real one
    reconciling.reconcile(now=now)
    hooks.work(now=now)

    assert lost["sid"] in {one.vendor_id for one in taken.messages}
    again = reconciling.reconcile(now=now)
    assert again == 0
