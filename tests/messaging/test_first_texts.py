"""What explains texts goes before the first text to a number, and with it alone."""

from __future__ import annotations

import pytest

from messaging import campaign_sending, campaigns, first_texts, outbox, wordings
from messaging.models import Delivery
from messaging.states import Status
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import CLOCK, people, started
from tests.messaging.posting import envelope

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(manager, location):
    """Of one line, in the outbox."""
    row = started(manager, *people(1, at=location))
    campaign_sending.hand_over(now=MONDAY, by=CLOCK)
    return row


def first():
    return Delivery.objects.get(occasion="first_text")


def remind(row):
    """A reminder to the same number."""
    [sent] = campaigns.deliveries(row)
    mine = envelope(sent.patient, address=sent.address)
    some = first_texts.with_first([mine], wordings.load(now=MONDAY))
    outbox.plan_many(some, by=FOUNDER, now=MONDAY)


@pytest.mark.parametrize("act", [campaigns.stop, campaigns.pause])
def test_it_is_withdrawn_with_the_group_message_that_it_was_for(row, manager, act):
    assert first().status == Status.DUE

    act(campaign=row, by=manager, now=MONDAY)

    assert first().status == Status.WITHDRAWN


def test_a_reminder_that_needs_it_later_brings_it_back(row, manager):
    campaigns.stop(campaign=row, by=manager, now=MONDAY)

    remind(row)

    assert (first().status, first().ids) == (Status.DUE, {})


def test_a_reminder_that_waits_behind_it_keeps_it(row, manager):
    remind(row)
    one = first()

    campaigns.stop(campaign=row, by=manager, now=MONDAY)

    assert first().status == Status.DUE
    assert campaign_sending.still_sent([one], now=MONDAY) == {}


def test_claimed_while_it_was_stopped_it_does_not_leave(row, manager):
    one = first()

    campaigns.stop(campaign=row, by=manager, now=MONDAY)

    assert one.pk in campaign_sending.still_sent([one], now=MONDAY)


def test_resumed_it_comes_back(row, manager):
    campaigns.pause(campaign=row, by=manager, now=MONDAY)

    campaigns.resume(campaign=row, by=manager)
    campaign_sending.hand_over(now=MONDAY, by=CLOCK)

    assert (first().status, first().ids) == (Status.DUE, {"campaign": row.pk})
