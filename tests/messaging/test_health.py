"""Late, stuck and uncertain work shows: on Today and to a monitor."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from messaging import health as of_outbox
from messaging import senders
from messaging.models import Delivery
from practice import health
from tests.cast import MONDAY
from tests.messaging.posting import MINUTE, doubtful, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
NOW = MONDAY


def test_a_sender_that_never_ran_is_unwell():
    line = of_outbox.at_work(NOW)

    assert (line.is_well, line.words) == (False, "It has not started yet.")


@pytest.mark.parametrize(("seconds", "is_well"), [(60, True), (61, False)])
def test_a_sender_silent_for_a_minute_is_unwell(seconds, is_well):
    health.beat("sender")

    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        assert of_outbox.at_work(NOW).is_well is is_well


def test_an_outbox_where_nothing_waits_is_well(patient):
    post(patient)

    assert of_outbox.outbox(NOW).is_well


def test_what_is_late_is_counted(patient):
    post(patient)
    post(patient, planned_at=NOW + MINUTE)

    line = of_outbox.outbox(NOW + 10 * MINUTE)

    assert (line.is_well, line.words) == (False, "1 message is late.")


def test_what_waits_for_another_to_its_address_is_not_late(patient):
    doubtful(patient)
    post(patient)

    assert of_outbox.outbox(NOW + 10 * MINUTE).is_well


def test_what_stays_uncertain_is_counted(patient):
    doubtful(patient)

    with time_machine.travel(NOW + 15 * MINUTE, tick=False):
        line = of_outbox.outbox(NOW + 15 * MINUTE)

    assert not line.is_well
    assert "nobody is sure" in line.words


def test_a_stopped_channel_is_named(manager):
    senders.stop("text", why="They refuse our account.", now=NOW)

    assert "No texts leave" in of_outbox.outbox(NOW).words


def test_counts_stop_at_a_bound(patient, monkeypatch):
    monkeypatch.setattr(of_outbox, "MOST", 2)
    for n in range(3):
        post(patient, address=f"+1212555010{n}")

    assert of_outbox.bounded(Delivery.objects.all()) == 2
