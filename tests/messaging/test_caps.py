"""How many messages are decent, by day and by week, per address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import F

from consent.purposes import TABLE, Obeys, Purpose
from messaging import caps
from messaging.caps import OF_PURPOSE, counted
from messaging.models import Delivery
from messaging.states import Status
from tests import cast
from tests.cast import MONDAY
from tests.messaging.posting import DAY, HOUR, post

pytestmark = pytest.mark.django_db
NOW = MONDAY
TODAY = NOW.date()
LONG = 20 * DAY


def left(patient, at, purpose=Purpose.CAMPAIGN, **details):
    """A message that left at some time."""
    row = post(patient, purpose=purpose, until_at=NOW + LONG, **details)
    rows = Delivery.objects.filter(pk=row.pk)
    rows.update(status=Status.SENDING, claimed_at=at, lease_until_at=at)
    rows.update(status=Status.SENT, left_at=at)
    return row


def free_on(patient, purpose=Purpose.CAMPAIGN, now=NOW, **details):
    row = post(patient, purpose=purpose, until_at=NOW + LONG, **details)
    return counted([row], now=now).free_on(row, now=now)


def test_every_purpose_that_obeys_caps_has_one():
    assert set(OF_PURPOSE) == {p for p in Purpose if Obeys.CAPS in TABLE[p].obeys}


def test_the_first_message_is_decent(patient):
    assert free_on(patient) is None


def test_a_second_wish_of_a_day_waits_for_the_next(patient):
    left(patient, NOW - HOUR)

    assert free_on(patient) == TODAY + DAY
    assert free_on(patient, purpose=Purpose.SURVEY) == TODAY + DAY


def test_what_explains_texts_takes_nobodys_place_and_waits_for_none(patient):
    left(patient, NOW - HOUR, occasion="first_text")
    assert free_on(patient) is None

    left(patient, NOW - HOUR)
    assert free_on(patient) == TODAY + DAY
    assert free_on(patient, occasion="first_text") is None


def test_a_day_is_that_of_whoever_gets_them(patient):
    yesterday = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 11:30 PM on Sunday
    left(patient, yesterday)

    assert free_on(patient) is None


def test_a_fourth_wish_of_a_week_waits_for_the_eighth_day(patient):
    for days in (5, 3, 1):
        left(patient, NOW - days * DAY)

    assert free_on(patient) == TODAY + 2 * DAY


def test_what_is_a_week_old_counts_no_more(patient):
    for days in (7, 3, 1):
        left(patient, NOW - days * DAY)

    assert free_on(patient) is None


def test_notices_of_visits_are_counted_for_each_patient(patient, location):
    sibling = cast.make_patient(at=location)
    for _one in range(2):
        left(patient, NOW - HOUR, purpose=Purpose.REMINDER)

    assert free_on(patient, purpose=Purpose.BOOKING) == TODAY + DAY
    assert free_on(sibling, purpose=Purpose.BOOKING) is None


def test_wishes_are_counted_for_all_who_share_the_address(patient, location):
    left(patient, NOW - HOUR)

    assert free_on(cast.make_patient(at=location)) == TODAY + DAY


def test_notices_and_wishes_do_not_take_each_others_place(patient):
    left(patient, NOW - HOUR, purpose=Purpose.REMINDER)

    assert free_on(patient) is None


@pytest.mark.parametrize("purpose", [Purpose.MISSED_CALL, Purpose.OPT_OUT_CONFIRMATION])
def test_some_answers_are_given_once_a_day(patient, purpose):
    left(patient, NOW - HOUR, purpose=purpose)

    assert free_on(patient, purpose=purpose) == TODAY + DAY


def test_another_address_or_channel_counts_apart(patient):
    left(patient, NOW - HOUR)

    assert free_on(patient, address="+12125550199") is None
    assert free_on(patient, channel="call") is None


def test_what_never_left_does_not_count(patient):
    row = left(patient, NOW - HOUR)
    Delivery.objects.filter(pk=row.pk).update(left_at=None)

    assert free_on(patient) is None


def test_what_is_uncertain_counts(patient):
    row = post(patient, purpose=Purpose.CAMPAIGN, until_at=NOW + LONG)
    rows = Delivery.objects.filter(pk=row.pk)
    rows.update(status=Status.SENDING, claimed_at=NOW, lease_until_at=NOW)
    rows.update(status=Status.UNCERTAIN, claimed_at=F("claimed_at") - HOUR)

    assert free_on(patient) == TODAY + DAY


def test_of_two_under_way_at_once_the_older_goes(patient):
    purpose = Purpose.MISSED_CALL
    rows = [post(patient, purpose=purpose) for _one in range(2)]
    Delivery.objects.update(status=Status.SENDING, claimed_at=NOW, lease_until_at=NOW)

    free = [counted([row], now=NOW).free_on(row, now=NOW) for row in rows]

    assert free == [None, TODAY + DAY]


def test_within_a_batch_each_that_goes_counts_for_the_next(patient):
    purpose = Purpose.MISSED_CALL
    first, second = (post(patient, purpose=purpose) for _one in range(2))
    count = counted([first, second], now=NOW)

    count.add(first, now=NOW)

    assert count.free_on(second, now=NOW) == TODAY + DAY


def test_what_no_caps_bind_is_never_one_too_many(patient):
    row = post(patient, purpose=Purpose.URGENT)

    assert counted([row], now=NOW).free_on(row, now=NOW) is None


def test_each_cap_says_why_in_a_sentence(patient):
    said = {caps.why(post(patient, purpose=one)) for one in OF_PURPOSE}

    assert len(said) == 2
    assert all(one.endswith(".") for one in said)
