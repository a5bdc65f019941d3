"""Sending: what is due goes once, and what came up meanwhile keeps it from going."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from consent.purposes import Purpose
from messaging import claiming, last_look, sending
from messaging.models import Delivery
from messaging.sending import Alone, Round, Threads, send_due
from messaging.states import Status
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import stop
from tests.messaging.posting import (
    MINUTE,
    UNCLEAR,
    FakeCarrier,
    carry,
    kinds,
    now_is,
    post,
    reachable,
    refused,
    taken,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "fast")]
NOW = MONDAY


def send(now=NOW):
    return send_due(now=lambda: now)


def test_what_is_due_is_handed_over_once(patient, number, carrier):
    row = post(patient, address=number, subject="Visit", language="es")

    assert send() == {"taken": 1}
    assert send() == {}

    [parcel] = carrier.given
    assert (parcel.delivery_id, parcel.address, parcel.body) == (
        row.pk,
        number,
        row.body,
    )
    assert (parcel.subject, parcel.language, parcel.claimed_at) == ("Visit", "es", NOW)
    assert parcel.validity == timedelta(hours=4)
    assert kinds(row) == ["planned", "claimed", "answered"]


def test_two_to_one_address_go_one_after_the_other(patient, number, carrier):
    for body in ("One.", "Two."):
        post(patient, address=number, body=body)

    send()

    assert carrier.bodies() == ["One.", "Two."]


def test_no_transaction_is_open_while_it_is_handed_over(
    transactional_db, patient, number, monkeypatch
):
    seen = []

    def answer(_parcel):
        seen.append(connection.in_atomic_block)
        return taken()

    carry(monkeypatch, FakeCarrier(answer))
    post(patient, address=number)

    send()

    assert seen == [False]


def test_what_may_not_go_is_not_handed_over(patient, number, carrier):
    row = post(patient, address=number)
    stop(number)

    assert send() == {"suppressed": 1}
    assert carrier.given == []
    assert now_is(row)[0] == Status.SUPPRESSED


def test_a_channel_that_is_not_set_up_sends_nothing(patient, number, monkeypatch):
    carry(monkeypatch, None, on="nothing")
    row = post(patient, address=number)

    assert send() == {}
    assert now_is(row)[0] == Status.DUE


def test_a_stop_that_comes_after_the_look_still_wins(
    patient, number, carrier, monkeypatch, front_desk
):
    row = post(patient, address=number, purpose=Purpose.URGENT)
    look = last_look.look
    monkeypatch.setattr(
        last_look, "look", lambda *rows, now: (look(*rows, now=now), stop(number))[0]
    )

    send()

    assert carrier.given == []
    assert now_is(row)[0] == Status.SUPPRESSED


def test_a_word_about_an_earlier_try_keeps_it_from_going(
    patient, number, carrier, monkeypatch
):
    row = post(patient, address=number)

    def looked(rows, *, now):
        found = look(rows, now=now)
        Delivery.objects.filter(pk=row.pk).update(status=Status.DELIVERED)
        return found

    look = last_look.look
    monkeypatch.setattr(last_look, "look", looked)

    send()

    assert carrier.given == []
    assert now_is(row)[0] == Status.DELIVERED


def test_what_was_looked_at_too_long_ago_is_looked_at_again(patient, number, carrier):
    row = post(patient, address=number)
    waiting = Waiting()
    turn = Round("text", waiting)
    turn.step(now=NOW)
    stop(number)

    with time_machine.travel(NOW + timedelta(seconds=6), tick=False):
        waiting.acts.pop()()

    assert carrier.given == []
    assert now_is(row)[0] == Status.SUPPRESSED


def test_whoever_lost_the_lease_hands_nothing_over(patient, number, carrier):
    row = post(patient, address=number)
    waiting = Waiting()
    Round("text", waiting).step(now=NOW)

    with time_machine.travel(NOW + claiming.LEASE, tick=False):
        waiting.acts.pop()()

    assert carrier.given == []
    assert now_is(row)[0] == Status.SENDING


def test_what_waits_for_a_thread_is_let_go_at_the_end(patient, number, carrier):
    row = post(patient, address=number)
    waiting = Waiting()
    turn = Round("text", waiting)
    turn.step(now=NOW)

    turn.is_ending = True
    waiting.acts.pop()()
    turn.step(now=NOW)

    assert carrier.given == []
    assert (now_is(row)[0], turn.under_way) == (Status.DUE, 0)
    assert kinds(row)[-1] == "let_go"


def test_a_carrier_that_breaks_leaves_it_to_its_lease(patient, number, monkeypatch):
    def broken(_parcel):
        raise LookupError

    carry(monkeypatch, FakeCarrier(broken))
    row = post(patient, address=number)

    assert send() == {}
    assert now_is(row)[0] == Status.SENDING


def test_what_cannot_be_looked_at_is_let_go_for_a_while(
    patient, number, carrier, monkeypatch
):
    def broken(rows, *, now):
        raise LookupError

    row = post(patient, address=number)
    monkeypatch.setattr(last_look, "load", lambda _name: (broken,))

    assert send() == {}

    assert carrier.given == []
    assert (now_is(row)[0], row.due_at) == (Status.DUE, NOW + sending.AFTER_FAULT)


def test_one_that_cannot_be_looked_at_keeps_back_no_other(
    patient, number, carrier, monkeypatch
):
    bad = post(patient, address=number)

    def broken(rows, *, now):
        if bad.pk in {one.pk for one in rows}:
            raise LookupError
        return {}

    good = post(patient, address="+12125550111", purpose=Purpose.EDUCATION)
    post(patient, address="+12125550112", purpose=Purpose.CRISIS)
    monkeypatch.setattr(last_look, "load", lambda _name: (broken,))

    send()

    assert now_is(good)[0] != Status.DUE
    assert (now_is(bad)[0], bad.due_at) == (Status.DUE, NOW + sending.AFTER_FAULT)


def test_what_cannot_be_read_before_it_goes_is_let_go(
    patient, number, carrier, monkeypatch
):
    def broken(*_address):
        raise LookupError

    row = post(patient, address=number)
    monkeypatch.setattr("consent.opt_outs.has_history", broken)

    assert send() == {}

    assert carrier.given == []
    assert now_is(row)[0] == Status.DUE


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_cannot_be_written_down_spoils_no_other(location, monkeypatch):
    carry(monkeypatch, FakeCarrier(lambda parcel: taken(parcel.body)))
    for body in ("SM1", "SM1", "SM2"):
        person = cast.make_patient(at=location)
        post(person, address=reachable(person), body=body)
    crew = Threads(3)

    send_due(now=lambda: NOW, crew=crew)
    crew.end()

    statuses = Delivery.objects.order_by("status").values_list("status", flat=True)
    assert list(statuses) == [Status.ACCEPTED, Status.ACCEPTED, Status.SENDING]


def test_answers_that_follow_soon_are_written_down_together():
    turn = Round("text", Waiting(), under_way=3)
    turn.answers.put(None)
    later = [threading.Timer(0.01, turn.answers.put, [None]) for _one in range(2)]
    for one in later:
        one.start()

    assert turn._settle(now=NOW, wait=10)
    for one in later:
        one.join()
    turn._settle(now=NOW, wait=0)

    assert turn.under_way == 0


def test_what_follows_is_not_waited_for_without_end():
    turn = Round("text", Waiting(), under_way=2)
    turn.answers.put(None)

    turn._settle(now=NOW, wait=10)

    assert turn.under_way == 1


@pytest.mark.parametrize(
    "how",
    [
        {"under_way": 1},
        {"under_way": 3, "is_ending": True},
        {"under_way": 9, "has_more": True},
    ],
    ids=["alone", "at the end", "while threads run out of work"],
)
def test_an_answer_does_not_wait(how, monkeypatch):
    naps = []
    monkeypatch.setattr(sending.time, "sleep", naps.append)
    turn = Round("text", Waiting(), **how)
    turn.answers.put(None)

    turn._settle(now=NOW, wait=10)

    assert (naps, turn.under_way) == ([], how["under_way"] - 1)


def test_more_is_claimed_before_the_threads_have_nothing_to_do(location, carrier):
    waiting = Waiting()
    for _one in range(2):
        person = cast.make_patient(at=location)
        post(person, address=reachable(person))
    turn = Round("text", waiting, under_way=2 * waiting.size + 1)

    turn.step(now=NOW)
    turn.under_way -= 1
    turn.step(now=NOW)

    assert len(waiting.acts) == 2


def test_every_kind_of_answer_is_counted(location, monkeypatch):
    answers = {"A": taken(), "B": UNCLEAR, "C": refused("21211")}
    carry(monkeypatch, FakeCarrier(lambda parcel: answers[parcel.body]))
    for body in answers:
        person = cast.make_patient(at=location)
        post(person, address=reachable(person), body=body)

    assert send() == {"taken": 1, "unclear": 1, "not made": 1}


def test_the_rate_is_waited_for(location, carrier, settings):
    settings.SMS_RATE_PER_SECOND = 20
    for _one in range(22):
        person = cast.make_patient(at=location)
        post(person, address=reachable(person))

    with time_machine.travel(NOW, tick=True):
        assert send() == {"taken": 22}


def test_threads_hand_over_side_by_side():
    crew, both = Threads(2), threading.Barrier(2, timeout=10)
    done = []

    for _one in range(2):
        crew.do(lambda: done.append(both.wait()))
    crew.end()

    assert sorted(done) == [0, 1]


def test_alone_means_at_once():
    done = []

    Alone().do(lambda: done.append(1))

    assert done == [1]
    assert sending.THREADS <= claiming.BATCH
    assert MINUTE


class Waiting:
    """A crew that does nothing until it is told to."""

    size = 4

    def __init__(self):
        self.acts = []

    def do(self, act):
        self.acts.append(act)
