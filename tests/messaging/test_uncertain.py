"""Not sure it went: the vendor is asked, or a person says; never a blind resend."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from consent.purposes import TABLE, Purpose
from messaging import claiming, settling, uncertain
from messaging.channels import Seen
from messaging.claiming import LEASE
from messaging.models import Delivery
from messaging.settling import Answered
from messaging.states import Status
from messaging.uncertain import APART, LOOKS, MAY_REPEAT, NoLongerUncertain
from practice.models import Task
from tests.cast import MONDAY
from tests.messaging.posting import DAY, HOUR, MINUTE, UNCLEAR, kinds, now_is, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW, SECOND = MONDAY, timedelta(seconds=1)
TO_PATIENTS = [one for one in Purpose if not TABLE[one].is_to_staff]


def doubtful(patient, number, **details):
    """A delivery whose answer was lost."""
    post(patient, address=number, **details)
    [row] = claiming.claim("text", most=1, now=NOW)
    settling.settle([Answered(row, UNCLEAR)], now=NOW)
    return row


def record(body, **details):
    usual = {"vendor_id": "SM1", "word": "delivered", "code": "", "made_at": NOW}
    return Seen(body=body, **usual | details)


def look_after(count):
    """Some looks, as far apart as they have to be."""
    for turn in range(1, count + 1):
        at = NOW + turn * APART
        with time_machine.travel(at, tick=False):
            uncertain.look(now=at)


@pytest.fixture
def row(patient, number, carrier):
    return doubtful(patient, number)


def test_a_lost_lease_is_uncertain_and_never_due(patient, number):
    post(patient, address=number)
    [row] = claiming.claim("text", most=1, now=NOW)

    assert uncertain.lose_expired(now=NOW) == 0
    with time_machine.travel(NOW + LEASE, tick=False):
        assert uncertain.lose_expired(now=NOW + LEASE) == 1

    assert now_is(row) == (
        Status.UNCERTAIN,
        "It was cut off while it was handed over.",
    )


# The vendor's record -----------------------------------------------------------------
def test_what_the_vendor_has_is_what_it_says(row, carrier):
    carrier.records = [record(row.body)]

    look_after(1)

    assert now_is(row) == (Status.DELIVERED, "")
    assert row.vendor_id == "SM1"


@pytest.mark.parametrize(
    "details",
    [
        {"body": "Something else."},
        {"made_at": NOW - 6 * SECOND},
        {"vendor_id": "SM0"},
    ],
)
def test_a_record_of_something_else_is_not_it(row, carrier, patient, details):
    other = post(patient, address="+12125550111")
    Delivery.objects.filter(pk=other.pk).update(vendor_id="SM0")
    carrier.records = [record(details.pop("body", row.body), **details)]

    look_after(1)

    assert now_is(row)[0] == Status.UNCERTAIN


def test_a_record_of_an_earlier_try_that_came_late_is_found(row, carrier):
    Delivery.objects.filter(pk=row.pk).update(tries=2, claimed_at=NOW + 10 * MINUTE)
    carrier.records = [record(row.body, made_at=NOW + MINUTE)]

    look_after(1)

    assert now_is(row)[0] == Status.DELIVERED


@pytest.mark.parametrize("body", ["", "{} "])
def test_words_that_were_not_kept_or_trimmed_are_no_others(row, carrier, body):
    carrier.records = [record(body.format(row.body), made_at=NOW - 5 * SECOND)]

    look_after(1)

    assert now_is(row)[0] == Status.DELIVERED


def test_two_alike_find_one_record_each(patient, number, carrier):
    rows = [doubtful(patient, number, purpose=Purpose.HUMAN_REPLY) for _n in range(2)]
    carrier.records = [record(rows[0].body), record(rows[0].body, vendor_id="SM2")]

    look_after(1)

    rows = [Delivery.objects.get(pk=row.pk).vendor_id for row in rows]
    assert sorted(rows) == ["SM1", "SM2"]


def test_one_record_is_only_one_of_two(patient, number, carrier):
    rows = [doubtful(patient, number, purpose=Purpose.HUMAN_REPLY) for _n in range(2)]
    carrier.records = [record(rows[0].body)]

    look_after(1)

    statuses = sorted(now_is(row)[0] for row in rows)
    assert statuses == [Status.DELIVERED, Status.UNCERTAIN]


# In vain -----------------------------------------------------------------------------
@pytest.mark.parametrize("purpose", sorted(MAY_REPEAT))
def test_what_may_be_repeated_is_due_again_after_three_looks(
    patient, number, carrier, purpose
):
    row = doubtful(patient, number, purpose=purpose)

    look_after(LOOKS - 1)
    assert now_is(row)[0] == Status.UNCERTAIN
    look_after(LOOKS)

    status, reason = now_is(row)
    assert status == Status.DUE
    assert "sent again" in reason
    assert kinds(row)[-1] == "never_made"


def test_three_looks_span_three_minutes():
    assert (LOOKS - 1) * APART >= 3 * MINUTE


def test_looks_too_soon_after_one_another_are_none(row, carrier):
    assert uncertain.look(now=NOW) == 1
    for _turn in range(5):
        assert uncertain.look(now=NOW) == 0

    assert Delivery.objects.get(pk=row.pk).looks == 1


def test_what_was_looked_for_least_comes_first(patient, number, carrier, monkeypatch):
    monkeypatch.setattr(uncertain, "MOST_AT_ONCE", 1)
    often = doubtful(patient, number, purpose=Purpose.HUMAN_REPLY)
    Delivery.objects.filter(pk=often.pk).update(looks=9)
    other = doubtful(patient, number, purpose=Purpose.HUMAN_REPLY)

    uncertain.look(now=NOW)

    assert Delivery.objects.get(pk=other.pk).looks == 1


def test_a_vendor_that_hangs_holds_up_one_look_and_no_more(row, carrier, monkeypatch):
    monkeypatch.setattr(uncertain, "PATIENCE_SECONDS", -1)

    assert uncertain.look(now=NOW) == 0


@pytest.mark.parametrize(
    ("purpose", "calls"),
    [(Purpose.URGENT, 1), (Purpose.HUMAN_REPLY, 1), (Purpose.REMINDER, 0)],
)
def test_where_nobody_can_be_asked_what_cannot_wait_is_called(
    patient, number, carrier, front_desk, purpose, calls
):
    doubtful(patient, number, purpose=purpose)
    carrier.records = None
    look_after(3)
    assert not Task.objects.filter(kind="messaging.call").exists()

    look_after(6)

    assert Task.objects.filter(kind="messaging.call").count() == calls


def test_a_vendor_that_can_never_be_asked_is_let_be_after_a_day(row, carrier):
    carrier.records = None

    with time_machine.travel(NOW + DAY, tick=False):
        assert uncertain.look(now=NOW + DAY) == 0


def test_a_text_in_other_words_is_for_a_person_to_judge(row, carrier):
    carrier.records = [record("Somebody wrote it anew.")]

    look_after(LOOKS + 1)

    status, reason = now_is(row)
    assert (status, row.looks) == (Status.UNCERTAIN, 0)
    assert "in other words" in reason
    assert kinds(row).count("unknown") == 1


def test_a_vendor_that_cannot_be_asked_is_no_look(row, carrier):
    carrier.records = None

    look_after(5)

    assert (now_is(row)[0], row.looks) == (Status.UNCERTAIN, 0)


def test_what_would_come_too_late_is_not_repeated(patient, number, carrier):
    row = doubtful(patient, number, until_at=NOW + 2 * MINUTE)

    look_after(LOOKS)

    assert now_is(row)[0] == Status.EXPIRED


@pytest.mark.parametrize("purpose", sorted(set(TO_PATIENTS) - MAY_REPEAT))
def test_everything_else_stays_uncertain(patient, number, carrier, purpose):
    row = doubtful(patient, number, purpose=purpose)

    look_after(LOOKS + 2)

    status, reason = now_is(row)
    assert status == Status.UNCERTAIN
    assert "ask whether it came" in reason
    assert kinds(row)[-1] == "unknown"


@pytest.mark.parametrize(("occasion", "calls"), [("closed", 1), ("moved", 0)])
def test_that_a_place_is_closed_is_called_however_far_ahead(
    patient, number, carrier, front_desk, occasion, calls
):
    doubtful(patient, number, purpose=Purpose.CHANGE, occasion=occasion)

    look_after(LOOKS)

    assert Task.objects.filter(kind="messaging.call").count() == calls


def test_what_cannot_wait_is_called(patient, number, carrier, front_desk):
    doubtful(patient, number, purpose=Purpose.URGENT)

    look_after(LOOKS)

    assert Task.objects.get(kind="messaging.call").patient == patient


def test_a_record_that_comes_late_is_found_within_the_day(patient, number, carrier):
    row = doubtful(patient, number, purpose=Purpose.ANSWER)
    look_after(LOOKS)
    carrier.records = [record(row.body)]

    at = NOW + 2 * HOUR
    with time_machine.travel(at, tick=False):
        uncertain.look(now=at)

    assert now_is(row)[0] == Status.DELIVERED


def test_after_a_day_nobody_asks_any_more(patient, number, carrier):
    doubtful(patient, number, purpose=Purpose.ANSWER)
    look_after(LOOKS)

    at = NOW + 2 * DAY
    with time_machine.travel(at, tick=False):
        assert uncertain.look(now=at) == 0


# A person ----------------------------------------------------------------------------
def test_a_person_says_that_it_came(row, front_desk):
    uncertain.say_sent(row, by=front_desk, now=NOW)

    assert now_is(row) == (Status.SENT, "Fran Desk says that it came.")
    assert row.events.last().actor_staff == front_desk


@pytest.mark.parametrize(("again", "status"), [(True, "due"), (False, "failed")])
def test_a_person_says_that_it_did_not_come(row, front_desk, again, status):
    uncertain.say_not_sent(row, again=again, by=front_desk, now=NOW)

    assert now_is(row) == (status, "Fran Desk says that it did not come.")


def test_what_is_sent_again_too_late_is_not(row, front_desk):
    uncertain.say_not_sent(row, again=True, by=front_desk, now=NOW + 2 * DAY)

    assert now_is(row)[0] == Status.EXPIRED


@pytest.mark.parametrize("act", ["say_sent", "say_not_sent"])
def test_what_became_known_meanwhile_is_said(row, front_desk, act):
    settling.hear(delivery_id=row.pk, vendor_id="SM1", word="sent", at=NOW)
    more = {"again": True} if act == "say_not_sent" else {}

    with pytest.raises(NoLongerUncertain, match="look again"):
        getattr(uncertain, act)(row, by=front_desk, now=NOW, **more)
