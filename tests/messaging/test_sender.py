"""The sender: its threads, its sign of life, its end; and one round by hand."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.management import call_command

from messaging import claiming, sender
from messaging.channels import Outcome
from messaging.management.commands import pump
from messaging.models import Delivery
from messaging.sender import SILENT_AFTER, Chore, Sender
from messaging.states import LEFT_OUT, Status
from practice import clock, contributions, health
from tests import cast
from tests.cast import MONDAY
from tests.messaging.posting import FakeCarrier, carry, now_is, post, reachable

NOW = MONDAY


@pytest.fixture
def keeper():
    keeper = Sender(now=clock.now)
    yield keeper
    keeper.ask_to_stop()


def in_the_background(keeper):
    thread = threading.Thread(target=keeper.run)
    thread.start()
    return thread


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_it_sends_what_is_due_until_it_is_stopped(location, monkeypatch, fast, keeper):
    carrier = FakeCarrier()
    carry(monkeypatch, carrier)
    people = [cast.make_patient(at=location) for _n in range(5)]
    numbers = [reachable(person) for person in people]
    thread = in_the_background(keeper)

    now = clock.now()
    for person, number in zip(people, numbers, strict=True):
        post(person, address=number, purpose="answer", now=now)
    wait_for(lambda: Delivery.objects.filter(status=Status.ACCEPTED).count() == 5)
    keeper.ask_to_stop()
    thread.join(10)

    assert not thread.is_alive()
    assert sorted(one.address for one in carrier.given) == sorted(numbers)
    assert health.last_beat("sender")


@pytest.mark.django_db(transaction=True)
def test_what_is_handed_over_while_it_ends_is_settled(
    patient, number, monkeypatch, fast, keeper
):
    begun, may_end = threading.Event(), threading.Event()

    def answer(_parcel):
        begun.set()
        may_end.wait(10)
        return FakeCarrier().answer(_parcel)

    carry(monkeypatch, FakeCarrier(answer))
    row = post(patient, address=number, purpose="answer", now=clock.now())
    thread = in_the_background(keeper)
    assert begun.wait(10)

    keeper.ask_to_stop()
    may_end.set()
    thread.join(10)

    assert now_is(row)[0] == Status.ACCEPTED


@pytest.mark.django_db
def test_a_stuck_thread_takes_its_sign_of_life(keeper):
    assert keeper.beat()

    keeper.chores[0].shown_at -= SILENT_AFTER + 1

    assert not keeper.beat()


@pytest.mark.django_db
def test_a_fault_of_one_part_is_told_and_ends_nothing(keeper, caplog):
    def broken():
        raise LookupError

    chore = Chore("broken", broken)
    chore.shown_at = 0

    assert keeper._once(chore) == sender.AGAIN_AFTER_FAULT
    assert "A part of sending failed." in caplog.text
    assert chore.shown_at == 0


@pytest.mark.django_db
def test_a_busy_part_goes_on_at_once(keeper):
    assert keeper._once(Chore("busy", lambda: True)) == 0
    assert keeper._once(Chore("idle", lambda: False, every=3)) == 3


@pytest.mark.django_db
def test_prompt_work_that_fails_stops_no_other(monkeypatch, caplog):
    done = []

    def broken(*, now):
        raise LookupError

    def works(*, now):
        done.append(now)
        return 2

    monkeypatch.setattr(sender, "load", lambda _name: (broken, works))

    assert sender.be_prompt(clock.now)
    assert len(done) == 1
    assert "Prompt work failed." in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_pump_works_everything_once_and_says_so(
    patient, number, monkeypatch, fast, capsys
):
    carry(monkeypatch, FakeCarrier())
    row = post(patient, address=number, purpose="answer", now=clock.now())

    call_command("pump")
    call_command("pump")

    assert now_is(row)[0] == Status.ACCEPTED
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "handed over: 1."
    assert said[3] == "Nothing was due."
    assert "Not set up: mail." in said


@pytest.mark.django_db
def test_keeping_order_loses_what_ran_out(patient, number, now, fast, carrier):
    row = post(patient, address=number)
    claiming.claim("text", most=1, now=NOW)
    Delivery.objects.update(lease_until_at=NOW)

    assert sender.keep_order(clock.now)

    assert now_is(row)[0] == Status.UNCERTAIN


def test_the_frames_are_there():
    assert contributions.load("PROGRAMS") == (sender.PROGRAM,)


def test_the_command_has_words_for_whatever_is_counted():
    counted = {one.value for one in Outcome} | LEFT_OUT | {Status.DUE}

    assert counted <= pump._WORDS.keys()
