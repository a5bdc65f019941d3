"""What the demo's phones have from the start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.states import Channel
from messaging import hooks, phone_seeds, reconciling
from messaging.models import Delivery, Message, SimulatedText
from messaging.receiving import Inbound, receive
from messaging.states import Status
from tests import cast
from tests.messaging import posting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PHONE = "+12125550187"


@pytest.fixture
def seeded(patient, settings, now):
    """A text that is due, one that is not yet, and a word from the patient."""
    settings.SMS_BACKEND = "simulated"
    cast.make_contact(patient, value=PHONE)
    rows = [posting.post(patient, address=PHONE, now=now - HOUR)]
    rows += [posting.post(patient, address=PHONE, now=now, planned_at=now + HOUR)]
    text = Inbound(
        vendor_id=f"SMdemo{1:028}",
        channel=Channel.TEXT,
        sender=PHONE,
        body="Thank you",
        sent_at=now,
    )
    receive(text, now=now)
    phone_seeds.seed(now=now)
    return rows


def test_what_was_due_has_arrived_and_the_rest_waits(seeded):
    ids = [one.pk for one in seeded]
    [due, ahead] = Delivery.objects.filter(pk__in=ids).order_by("pk")

    assert due.status in (Status.DELIVERED, Status.UNDELIVERED)
    assert due.events.latest("pk").after == due.status
    assert ahead.status == Status.DUE


def test_the_phone_shows_what_it_got_and_said_in_order(seeded):
    ways = SimulatedText.objects.filter(address=PHONE).order_by("pk")

    assert [row.way for row in ways][:2] == ["out", "in"]


def test_the_carriers_list_brings_nothing_twice(seeded, now):
    before = Message.objects.count()

    reconciling.reconcile(now=now)
    hooks.work(now=now)

    assert Message.objects.count() == before
