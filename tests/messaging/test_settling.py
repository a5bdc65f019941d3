"""What a vendor says of a delivery: its answer, and words in any order."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consent.models import OptOut
from consent.purposes import Purpose
from messaging import changing, claiming, outbox, senders, settling
from messaging.changing import OUTBOX, Change
from messaging.models import Delivery, DeliveryEvent
from messaging.settling import Answered, hear, settle
from messaging.states import ENDS, FINAL, HEARD, MOVES, WORDS, Status, after
from practice.models import Task
from tests.cast import FOUNDER, MONDAY
from tests.messaging.posting import (
    DAY,
    HOUR,
    MINUTE,
    UNCLEAR,
    kinds,
    now_is,
    post,
    refused,
    taken,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW, SID = MONDAY, "SM1"


@pytest.fixture
def row(patient, number):
    """A reminder that is being handed over."""
    post(patient, address=number)
    [row] = claiming.claim("text", most=1, now=NOW)
    return row


def told(row, word, code="", at=NOW, vendor_id=SID):
    return hear(delivery_id=row.pk, vendor_id=vendor_id, word=word, code=code, at=at)


def answered(row, handed):
    settle([Answered(row, handed)], now=NOW)
    return now_is(row)


# The answer --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", "accepted"),
        ("accepted", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("", "accepted"),
        ("new word", "accepted"),
    ],
)
def test_what_was_taken_is_on_its_way(row, word, status):
    assert answered(row, taken(SID, word)) == (status, "")

    assert (row.vendor_id, row.left_at) == (SID, NOW)
    assert kinds(row) == ["planned", "claimed", "answered"]


def test_a_mail_may_have_no_number_at_the_vendor(row):
    assert answered(row, taken(" ", "sent"))[0] == "sent"


def test_an_unclear_answer_leaves_it_uncertain(row):
    status, reason = answered(row, UNCLEAR)

    assert status == Status.UNCERTAIN
    assert "nobody knows yet" in reason


def test_many_answers_are_settled_together(patient, django_assert_max_num_queries):
    for n in range(10):
        post(patient, address=f"+121255501{n:02}")
    rows = claiming.claim("text", most=10, now=NOW)

    with django_assert_max_num_queries(7):
        settle([Answered(row, taken()) for row in rows], now=NOW)

    assert Delivery.objects.filter(status=Status.ACCEPTED).count() == 10


def test_a_word_that_overtakes_its_answer_stands(row):
    told(row, "delivered")

    assert answered(row, taken(SID, "queued"))[0] == Status.DELIVERED
    assert row.vendor_id == SID


def test_a_word_that_overtakes_an_unclear_answer_stands(row):
    told(row, "sent")

    assert answered(row, UNCLEAR)[0] == Status.SENT


def test_an_answer_that_comes_after_its_lease_is_heard_all_the_same(row):
    change = Change(row=row, to=Status.UNCERTAIN, kind="lost", words="Cut off.")
    seen = Delivery.objects.get(pk=row.pk)
    changing.change(change, by=OUTBOX, at=NOW)

    assert answered(seen, taken(SID))[0] == Status.ACCEPTED


def test_a_second_one_at_the_vendor_is_told(row):
    told(row, "delivered", vendor_id="SM0")

    settle([Answered(row, taken(SID))], now=NOW)

    assert now_is(row)[0] == Status.DELIVERED
    event = row.events.last()
    assert "twice" in event.words


# Refusals ----------------------------------------------------------------------------
def test_a_busy_vendor_is_tried_again_a_little_later(row):
    status, reason = answered(row, refused("20429"))

    assert (status, row.tries) == (Status.DUE, 1)
    assert "busy" in reason
    assert NOW < row.due_at <= NOW + MINUTE


def test_it_is_tried_again_as_long_as_it_is_of_use(row):
    for _turn in range(12):
        settle([Answered(row, refused("20429"))], now=NOW)
        [row] = claiming.claim("text", most=1, now=row.due_at)

    assert now_is(row)[0] == Status.SENDING
    assert kinds(row).count("put_back") == 12


def test_what_would_be_tried_again_too_late_failed(row):
    Delivery.objects.filter(pk=row.pk).update(until_at=NOW + MINUTE / 60)
    row.refresh_from_db()

    assert answered(row, refused("20429"))[0] == Status.FAILED


def test_a_refused_account_stops_the_channel_and_leaves_it_due(row, manager):
    status, reason = answered(row, refused("20003"))

    assert status == Status.DUE
    assert "account" in reason
    assert senders.stopped()
    assert Task.objects.filter(kind="messaging.stopped").count() == 1


def test_a_blocked_number_is_an_opt_out_of_ours(row):
    status, reason = answered(row, refused("21610"))

    assert status == Status.SUPPRESSED
    assert "START" in reason
    assert OptOut.objects.get().source == "vendor"


def test_a_landline_is_a_task_for_the_desk(row, front_desk):
    status, reason = answered(row, refused("21635"))

    assert status == Status.FAILED
    task = Task.objects.get(kind="contact.dead")
    assert (task.for_role, task.patient) == ("front_desk", row.patient)
    assert (task.words, row.address in task.once_key) == (reason, False)


def test_the_next_channel_is_tried_by_whoever_can_word_it(row, front_desk, monkeypatch):
    other = outbox.Envelope(
        meaning="other",
        purpose=Purpose.REMINDER,
        channel="mail",
        address="pat@example.test",
        body="The same, by mail.",
        zone=row.zone,
        planned_at=NOW,
        until_at=NOW + DAY,
    )
    monkeypatch.setattr(
        "messaging.failures.load", lambda _name: (lambda _row, now: other,)
    )

    answered(row, refused("21614"))

    assert Delivery.objects.get(meaning="other").replaces == row


def test_faults_of_our_settings_are_for_the_managers_once_a_day(row, manager):
    answered(row, refused("21408"))

    task = Task.objects.get(kind="messaging.refused")
    assert (task.for_role, now_is(row)[0]) == ("manager", Status.FAILED)


@pytest.mark.parametrize(("occasion", "calls"), [("closed", 1), ("moved", 0)])
def test_that_a_place_is_closed_and_failed_is_called_however_far_ahead(
    patient, number, front_desk, occasion, calls
):
    post(patient, address=number, purpose=Purpose.CHANGE, occasion=occasion)
    [row] = claiming.claim("text", most=1, now=NOW)

    answered(row, refused("21602"))

    assert Task.objects.filter(kind="messaging.call").count() == calls


def test_what_was_urgent_and_failed_is_called(patient, number, front_desk):
    post(patient, address=number, purpose=Purpose.URGENT)
    [row] = claiming.claim("text", most=1, now=NOW)

    answered(row, refused("21602"))

    assert Task.objects.get(kind="messaging.call").patient == patient


# Words -------------------------------------------------------------------------------
def test_a_word_about_nothing_of_ours_is_nobodys(db):
    assert hear(delivery_id=7, vendor_id="SM9", word="sent", at=NOW) is None
    assert hear(delivery_id=None, vendor_id="", word="sent", at=NOW) is None


def test_a_word_finds_its_delivery_by_the_vendors_number(row):
    answered(row, taken(SID))

    assert (
        hear(delivery_id=None, vendor_id=SID, word="delivered", at=NOW) == "delivered"
    )


def test_the_same_word_twice_is_one_event(row):
    answered(row, taken(SID))

    told(row, "delivered")
    told(row, "delivered")

    assert kinds(row) == ["planned", "claimed", "answered", "heard"]
    assert (now_is(row)[0], row.ended_at) == ("delivered", NOW)


def test_a_word_about_what_waits_again_keeps_it_from_going_twice(row):
    answered(row, refused("20429"))

    assert told(row, "delivered") == Status.DELIVERED
    assert claiming.claim("text", most=1, now=NOW + DAY) == []


def test_a_word_about_what_was_withdrawn_is_told_beside_it(row):
    answered(row, refused("20429"))
    rows = Delivery.objects.filter(pk=row.pk)
    outbox.withdraw(rows, reason="Cancelled.", by=FOUNDER, now=NOW)

    assert told(row, "delivered") == Status.WITHDRAWN

    assert "all the same" in row.events.last().words
    assert Delivery.objects.get(pk=row.pk).has_left


def test_another_end_than_the_one_that_stands_is_told(row):
    answered(row, taken(SID))
    told(row, "delivered")

    assert told(row, "failed", "30008") == Status.DELIVERED
    assert row.events.last().code == "30008"


def test_a_text_that_did_not_arrive_says_why(row):
    answered(row, taken(SID))

    assert told(row, "undelivered", "30006") == Status.UNDELIVERED
    assert "landline" in now_is(row)[1]
    assert row.error_code == "30006"


def test_a_phone_that_was_off_is_tried_once_more_in_an_hour(row):
    answered(row, taken(SID))

    told(row, "undelivered", "30003")
    told(row, "undelivered", "30003")

    again = Delivery.objects.get(replaces=row)
    assert (again.due_at, again.status, again.body) == (NOW + HOUR, "due", row.body)


def test_it_is_never_tried_a_third_time(row):
    answered(row, taken(SID))
    told(row, "undelivered", "30003")
    [again] = claiming.claim("text", most=1, now=NOW + HOUR)
    settle([Answered(again, taken("SM2"))], now=NOW + HOUR)

    told(again, "undelivered", "30003", vendor_id="SM2")

    assert Delivery.objects.count() == 2


def test_a_number_that_fails_again_and_again_is_flagged(patient, number, front_desk):
    for n in range(2):
        post(patient, address=number)
        [row] = claiming.claim("text", most=1, now=NOW)
        settle([Answered(row, taken(f"SM{n}"))], now=NOW)
        told(row, "undelivered", "30005", vendor_id=f"SM{n}")

    assert Task.objects.filter(kind="contact.dead").count() == 1


def test_an_opt_out_that_comes_with_a_status_is_ours_as_well(row):
    answered(row, taken(SID))

    told(row, "failed", "30610")

    assert OptOut.objects.get().address == row.address


@pytest.mark.parametrize(
    "order", permutations(["queued", "sent", "undelivered"]), ids="-".join
)
def test_whatever_the_order_the_same_stands_in_the_end(row, order):
    for word in order:
        told(row, word, "30006" if word == "undelivered" else "")

    assert answered(row, taken(SID)) == (Status.UNDELIVERED, row.reason)
    assert "landline" in row.reason


# Anything at all ---------------------------------------------------------------------
ANY_WORD = st.tuples(
    st.sampled_from([*WORDS, "partially_read", ""]),
    st.sampled_from(["", "30003", "30006", "99999"]),
)
ACTS = st.one_of(
    ANY_WORD, st.sampled_from(["withdraw", "claim", "taken", "unclear", "busy", "lose"])
)


def act(row, what):
    row = Delivery.objects.get(pk=row.pk)
    if isinstance(what, tuple):
        told(row, *what)
    elif what == "withdraw":
        rows = Delivery.objects.filter(pk=row.pk)
        outbox.withdraw(rows, reason="Cancelled.", by=FOUNDER, now=NOW)
    elif what == "claim":
        claiming.claim("text", most=5, now=NOW + HOUR)
    elif row.status == Status.SENDING:
        handed = {"taken": taken(SID), "unclear": UNCLEAR, "busy": refused("20429")}
        settle([Answered(row, handed.get(what, UNCLEAR))], now=NOW)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=12))
def test_whatever_comes_every_step_is_legal_and_told(patient, acts):
    row = post(patient, until_at=NOW + 2 * DAY)

    for what in acts:
        act(row, what)

    events = list(row.events.all())
    row.refresh_from_db()
    assert events[-1].after == row.status
    for one, following in pairwise(events):
        assert following.before == one.after
        both = MOVES[Status(one.after)] | HEARD[Status(one.after)]
        assert following.after in both | {one.after}
    ends = [one.after for one in events if one.after in FINAL]
    assert len(set(ends)) <= 1
    Delivery.objects.filter(pk=row.pk).update(vendor_id=None)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=8))
def test_words_alone_lead_where_the_table_leads(patient, words):
    row = post(patient)
    expected = row.status
    for word in words:
        expected = after(expected, word)
        assert told(row, word, "99999") == expected

    assert DeliveryEvent.objects.filter(delivery=row, after=expected).exists()
    assert (expected in ENDS) == (Delivery.objects.get(pk=row.pk).ended_at is not None)
    Delivery.objects.filter(pk=row.pk).update(vendor_id=None)
    assert settling.BAD_ENDS < ENDS
