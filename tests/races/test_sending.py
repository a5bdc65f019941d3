"""Several senders at one outbox: every message goes once, and as fast as is allowed."""

from __future__ import annotations

import multiprocessing
import warnings
from collections import Counter
from functools import partial
from itertools import pairwise

import pytest
from django.db import connections

from messaging import claiming, outbox, sending, settling, uncertain
from messaging.models import Delivery, DeliveryEvent
from messaging.settling import Answered
from messaging.states import Status
from practice import clock
from practice.models import Task
from practice.patience import patiently
from tests import cast
from tests.messaging.posting import (
    DAY,
    FakeCarrier,
    carry,
    envelope,
    post,
    reachable,
    taken,
)
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY, NOW = cast.FOUNDER, cast.MONDAY
SENDERS, MESSAGES = 4, 200


@pytest.fixture(autouse=True)
def _no_rate(settings):
    settings.SMS_RATE_PER_SECOND = 1000


def outbox_of(location, count):
    person = cast.make_patient(at=location)
    return [
        post(person, address=f"+1212555{n:04}", purpose="human_reply")
        for n in range(1000, 1000 + count)
    ]


def claim_all(_number):
    """What one sender claims until nothing is left."""
    found = []
    while rows := patiently(partial(claiming.claim, "text", most=20, now=NOW)):
        found += [row.pk for row in rows]
    return found


@pytest.mark.parametrize("_round", ROUNDS)
def test_nobody_claims_what_another_has(location, _round):
    rows = outbox_of(location, MESSAGES)

    outcome = run_together(SENDERS, claim_all)

    assert outcome.errors == []
    claimed = [one for found in outcome.results for one in found]
    assert sorted(claimed) == sorted(row.pk for row in rows)


@pytest.mark.parametrize("_round", ROUNDS)
def test_to_one_address_one_is_claimed(location, patient, _round):
    for _one in range(10):
        post(patient)

    outcome = run_together(
        8, lambda _n: patiently(partial(claiming.claim, "text", most=10, now=NOW))
    )

    assert outcome.errors == []
    assert sum(map(len, outcome.results)) == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_all_together_keep_to_the_rate(location, settings, _round):
    settings.SMS_RATE_PER_SECOND = 0.001  # none comes after the first
    outbox_of(location, 20)

    outcome = run_together(
        8, lambda _n: patiently(partial(claiming.claim, "text", most=10, now=NOW))
    )

    assert sum(map(len, outcome.results)) == 1


def test_four_processes_send_every_message_once(location, monkeypatch):
    people = [cast.make_patient(at=location) for _n in range(60)]
    for person in people:
        post(person, address=reachable(person), purpose="human_reply")

    sent = in_processes(SENDERS, monkeypatch)

    assert Counter(sent) == Counter(Delivery.objects.values_list("pk", flat=True))
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.ACCEPTED}


def in_processes(count, monkeypatch):
    """What each of some processes handed over, until nothing was due."""
    connections.close_all()
    forks = multiprocessing.get_context("fork")
    line, told = forks.Barrier(count), forks.SimpleQueue()
    members = [forks.Process(target=_sender, args=(line, told)) for _n in range(count)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for member in members:
            member.start()
    found = [told.get() for _member in members]
    for member in members:
        member.join(60)
    return [one for some in found for one in some]


def _sender(line, told):
    """In a process of its own, with a few threads."""
    carrier, crew = FakeCarrier(), sending.Threads(4)
    with pytest.MonkeyPatch.context() as patch:
        carry(patch, carrier)
        line.wait(30)
        try:
            sending.send_due(now=lambda: NOW, crew=crew)
        finally:
            crew.end()
            connections.close_all()
            told.put([one.delivery_id for one in carrier.given])


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_plans_of_one_meaning_are_one_message(patient, _round):
    plan = partial(outbox.plan, envelope(patient, meaning="visit:12"), by=BY, now=NOW)

    outcome = run_together(12, lambda _n: patiently(plan))

    assert outcome.errors == []
    assert {row.pk for row in outcome.results} == {Delivery.objects.get().pk}
    assert DeliveryEvent.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_lists_that_overlap_are_planned_once_whatever_their_order(patient, _round):
    envelopes = [envelope(patient, meaning=f"visit:{n}") for n in range(20)]

    outcome = run_together(
        6,
        lambda n: patiently(
            partial(outbox.plan_many, envelopes[:: 1 if n % 2 else -1], by=BY, now=NOW)
        ),
    )

    assert outcome.errors == []
    assert Delivery.objects.count() == DeliveryEvent.objects.count() == 20


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_withdrawal_and_a_claim_never_both_have_it(patient, _round):
    row = post(patient)
    rows = Delivery.objects.filter(pk=row.pk)
    acts = [
        partial(outbox.withdraw, rows, reason="Cancelled.", by=BY, now=NOW),
        partial(claiming.claim, "text", most=1, now=NOW),
    ]

    outcome = run_together(2, lambda number: patiently(acts[number]))

    assert outcome.errors == []
    kinds = list(row.events.values_list("kind", flat=True))
    assert kinds in (["planned", "withdrawn"], ["planned", "claimed"])


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_answer_and_its_words_at_one_moment_end_alike(patient, number, _round):
    post(patient, address=number)
    [row] = claiming.claim("text", most=1, now=NOW)

    def act(turn):
        if turn == 0:
            settling.settle([Answered(row, taken("SM1"))], now=NOW)
        else:
            word = ("sent", "delivered", "queued")[turn % 3]
            settling.hear(delivery_id=row.pk, vendor_id="SM1", word=word, at=NOW)

    outcome = run_together(8, lambda turn: patiently(partial(act, turn)))

    assert outcome.errors == []
    assert Delivery.objects.get().status == Status.DELIVERED
    told = list(row.events.order_by("pk").values_list("before", "after"))
    assert all(one[1] == two[0] for one, two in pairwise(told))


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_look_of_two_is_one_look(patient, number, monkeypatch, _round):
    post(patient, address=number, until_at=NOW + DAY)
    [row] = claiming.claim("text", most=1, now=NOW)
    Delivery.objects.filter(pk=row.pk).update(status=Status.UNCERTAIN)
    carry(monkeypatch, FakeCarrier())

    outcome = run_together(8, lambda _n: uncertain.look(now=NOW))

    assert outcome.errors == []
    assert Delivery.objects.get().looks == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_refusals_of_the_account_stop_it_once(location, manager, _round):
    from messaging import senders

    stop = partial(senders.stop, "text", why="No.", now=clock.now())

    outcome = run_together(8, lambda _n: patiently(stop))

    assert outcome.errors == []
    assert Task.objects.filter(kind="messaging.stopped").count() == 1


@pytest.fixture
def number(patient):
    return reachable(patient)
