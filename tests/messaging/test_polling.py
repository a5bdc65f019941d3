"""What became of a message whose last word never came."""

from __future__ import annotations

import pytest
import time_machine

from messaging import claiming, polling, settling
from messaging.channels import Seen
from messaging.models import Delivery
from messaging.settling import Answered
from messaging.states import Status
from tests.cast import MONDAY
from tests.messaging.posting import DAY, HOUR, MINUTE, now_is, post, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW = MONDAY


@pytest.fixture
def row(patient, number, carrier):
    post(patient, address=number)
    [row] = claiming.claim("text", most=1, now=NOW)
    settling.settle([Answered(row, taken("SM1"))], now=NOW)
    return row


def poll(at):
    with time_machine.travel(at, tick=False):
        return polling.poll(now=at)


def says(word, code=""):
    return Seen(vendor_id="SM1", word=word, code=code, body="", made_at=NOW)


def test_the_last_word_is_asked_for_after_a_quarter_of_an_hour(row, carrier):
    carrier.fetched = says("delivered")

    assert poll(NOW + 14 * MINUTE) == 0
    assert poll(NOW + 15 * MINUTE) == 1

    assert now_is(row)[0] == Status.DELIVERED


def test_a_bad_end_is_learnt_with_its_reason(row, carrier):
    carrier.fetched = says("undelivered", "30006")

    poll(NOW + HOUR)

    status, reason = now_is(row)
    assert status == Status.UNDELIVERED
    assert "landline" in reason


def test_it_is_asked_for_once_an_hour(row, carrier):
    carrier.fetched = says("sent")

    polls = [poll(NOW + minutes * MINUTE) for minutes in (15, 16, 74, 75)]

    assert polls == [1, 0, 0, 1]


def test_it_is_not_asked_for_for_ever(row, carrier):
    carrier.fetched = says("delivered")

    assert poll(NOW + 2 * DAY) == 0


def test_of_mails_nobody_is_asked(row, carrier):
    Delivery.objects.filter(pk=row.pk).update(channel="mail")

    assert polling._silent(now=NOW + HOUR) == []


def test_a_vendor_that_cannot_be_asked_changes_nothing(row, carrier):
    assert poll(NOW + HOUR) == 0
    assert now_is(row)[0] == Status.ACCEPTED
