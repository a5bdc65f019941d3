"""Taking what is due: urgent ones first, one to an address, as fast as is allowed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from consent.purposes import Purpose
from messaging import claiming, senders
from messaging.claiming import FRESH, LEASE, claim, is_any_free
from messaging.models import Delivery, Sender
from messaging.states import Status
from tests.cast import MONDAY
from tests.messaging.posting import HOUR, MINUTE, kinds, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW, TEXT = MONDAY, "text"
SECOND = timedelta(seconds=1)


def posts(patient, count, **details):
    return [
        post(patient, address=f"+1212555{n:04}", **details)
        for n in range(1000, 1000 + count)
    ]


def claimed(most=50, now=NOW, channel=TEXT):
    return claim(channel, most=most, now=now)


def set_rate(settings, rate):
    settings.SMS_RATE_PER_SECOND = rate


def test_what_is_due_is_claimed_under_a_lease(patient):
    row = post(patient)

    [found] = claimed()

    assert (found.pk, found.status, found.tries) == (row.pk, Status.SENDING, 1)
    assert (found.claimed_at, found.lease_until_at) == (NOW, NOW + LEASE)
    assert kinds(row) == ["planned", "claimed"]
    assert claimed() == []


def test_what_is_not_due_or_of_another_channel_is_left(patient):
    post(patient, planned_at=NOW + MINUTE)
    post(patient, channel="mail", address="pat@example.test")

    assert claimed() == []
    assert len(claimed(channel="mail")) == 1


def test_nothing_due_changes_nothing(patient, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert claimed() == []


def test_urgent_ones_come_first_then_the_oldest(patient):
    late, early = (
        post(patient, address=f"+1212555010{n}", planned_at=NOW - n * MINUTE)
        for n in (1, 2)
    )
    # Planned a moment ago, both are due at once: the times are set apart.
    Delivery.objects.filter(pk=early.pk).update(due_at=NOW - 2 * MINUTE)
    urgent = post(patient, purpose=Purpose.URGENT, until_at=None)

    assert claimed() == [urgent, early, late]


def test_a_batch_is_at_most_fifty(patient):
    posts(patient, 55)

    assert len(claimed(most=100)) == 50


def test_to_one_address_one_goes_at_a_time(patient):
    first, second = post(patient), post(patient)

    assert claimed() == [first]
    assert claimed() == []
    assert not is_any_free(TEXT, now=NOW)
    Delivery.objects.filter(pk=first.pk).update(status=Status.ACCEPTED)
    assert claimed() == [second]


@pytest.mark.parametrize(("age", "is_free"), [(FRESH - MINUTE, False), (FRESH, True)])
def test_what_is_freshly_uncertain_holds_back_the_next(patient, age, is_free):
    first, second = post(patient), post(patient, until_at=None)
    claimed()
    Delivery.objects.filter(pk=first.pk).update(status=Status.UNCERTAIN)

    with time_machine.travel(NOW + age, tick=False):
        assert claimed(now=NOW + age) == ([second] if is_free else [])


@pytest.mark.parametrize("purpose", [Purpose.CRISIS, Purpose.HUMAN_REPLY])
def test_what_waits_for_no_morning_goes_beside_another(patient, purpose):
    post(patient)
    claimed()
    urgent = post(patient, purpose=purpose, until_at=None)

    assert claimed() == [urgent]


def test_a_reminder_waits_for_the_urgent_one_to_the_same_address(patient):
    reminder, urgent = post(patient), post(patient, purpose=Purpose.URGENT)

    assert claimed() == [urgent]
    assert reminder.pk


@pytest.mark.parametrize("count", [1, 20])
def test_a_claim_takes_as_many_queries_for_many(
    patient, count, django_assert_max_num_queries
):
    posts(patient, count)

    with django_assert_max_num_queries(14):
        assert len(claimed()) == count


# The rate ----------------------------------------------------------------------------
def test_no_more_leave_than_the_rate_allows(patient, settings):
    set_rate(settings, 3)
    posts(patient, 9)

    with time_machine.travel(NOW, tick=False) as clock:
        counts = [len(claimed())]
        for wait in (0.5, 0.5, 10):
            clock.shift(wait)
            counts.append(len(claimed()))

    assert counts == [3, 1, 2, 3]


def test_what_is_left_over_is_not_lost(patient, settings):
    set_rate(settings, 3)
    posts(patient, 1)

    claimed()

    assert Sender.objects.get(channel=TEXT).tokens == 2


def test_a_clock_that_goes_backwards_gives_no_tokens(patient, settings):
    set_rate(settings, 3)
    posts(patient, 5)
    claimed()

    with time_machine.travel(NOW - HOUR, tick=False):
        assert claimed() == []


# The breaker -------------------------------------------------------------------------
def test_a_stopped_channel_lets_nothing_out(patient, manager):
    posts(patient, 3)
    claimed(most=1)

    senders.stop(TEXT, why="They refuse our account.", now=NOW)

    assert claimed() == []
    assert not is_any_free(TEXT, now=NOW)
    said = "No texts leave: the text service refuses our account"
    assert senders.stopped() == [f"{said} (They refuse our account)."]


def test_the_managers_are_asked_once(manager):
    from practice.models import Task

    senders.stop(TEXT, why="No.", now=NOW)
    senders.stop(TEXT, why="No.", now=NOW)

    task = Task.objects.get(kind="messaging.stopped")
    assert (task.for_role, task.words) == ("manager", "No.")


def test_one_is_let_out_now_and_then_to_try(patient, manager):
    posts(patient, 3)
    senders.stop(TEXT, why="No.", now=NOW)
    later = NOW + senders.PROBE_AFTER

    with time_machine.travel(later, tick=False):
        counts = [len(claimed(now=later)) for _turn in range(2)]

    assert counts == [1, 0]


def test_what_is_taken_after_the_stop_ends_it_and_nothing_earlier(patient, manager):
    senders.stop(TEXT, why="No.", now=NOW)

    senders.taken(TEXT, claimed_at=NOW - SECOND)
    assert senders.stopped()
    senders.taken(TEXT, claimed_at=NOW + SECOND)
    assert not senders.stopped()


def test_a_person_may_open_a_channel_again(patient, manager):
    posts(patient, 1)
    senders.stop(TEXT, why="No.", now=NOW)

    senders.open_again(TEXT)

    assert len(claimed()) == 1


def test_the_lease_outlives_a_batch():
    assert timedelta(seconds=10 + 5) * 3 < claiming.LEASE
