"""Answers to one text about the visits of several: all confirmed, or asked by times."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine

from messaging.models import Delivery, Message
from scheduling import booking, calling_off, visits
from tests.scheduling.answered import MONDAY, NOW, receive, remind, status_of
from tests.scheduling.conftest import at
from tests.scheduling.families import coming, member
from tests.scheduling.reminding import CLOCK

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def ana(location, practice):
    return member(location)


@pytest.fixture
def phone(ana):
    return ana[1]


@pytest.fixture
def both(plan, ana, location):
    visits = coming(plan, ana[0], 14), coming(plan, member(location)[0], 16)
    remind()
    return visits


def states(both):
    return [status_of(one) for one in both]


def newest():
    return Delivery.objects.order_by("-pk").first()


@pytest.mark.parametrize("body", ["C", "1", "yes", "Sí"])
def test_a_yes_confirms_all_that_it_named_and_is_answered_once(both, phone, body):
    assert receive(phone, body) == (True, ["confirmed_joint"])
    assert states(both) == ["confirmed", "confirmed"]
    assert "2:00 PM and 4:00 PM" in newest().body


def test_the_answer_names_nobody_and_stands_on_each_chart_in_part(both, phone, ana):
    receive(phone, "C")

    assert newest().patient is None
    for part in newest().parts.select_related("patient"):
        assert part.patient.given_name not in newest().body
        assert ("2:00 PM" in part.body) == (part.patient == ana[0])
    assert "2:00" not in Message.objects.get().outcome


def test_one_that_was_cancelled_since_is_not_confirmed(both, phone):
    calling_off.call_off(appointment=both[1], reason="Ill", by=CLOCK, now=NOW)

    assert receive(phone, "C") == (True, ["confirmed"])
    assert states(both) == ["confirmed", "called_off"]


def test_one_that_moved_since_is_not_confirmed(both, plan, phone):
    later = replace(plan, starts_at=at(10, day=20))
    booking.move(appointment=both[1], plan=later, by=CLOCK, now=NOW)

    assert receive(phone, "C") == (True, ["confirmed"])
    assert states(both) == ["confirmed", "scheduled"]


def test_a_digit_confirms_the_one_that_nobody_confirmed(both, phone):
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=NOW)

    assert receive(phone, "1") == (True, ["confirmed"])
    assert states(both) == ["confirmed", "confirmed"]


@pytest.mark.parametrize("body", ["R", "3", "X", "2"])
def test_who_cannot_come_is_asked_which_by_times(both, phone, body):
    assert receive(phone, body) == (True, ["which_visit"])
    assert "A for Wed 18 March, 2:00 PM or B for Wed 18 March, 4:00 PM" in newest().body
    assert states(both) == ["scheduled", "scheduled"]


def test_the_letter_is_about_that_visit_alone(both, phone, ana):
    receive(phone, "R")

    assert receive(phone, "A") == (True, ["choose_time"])
    assert newest().patient == ana[0]


def test_a_move_after_a_yes_to_all_is_asked_about_too(both, phone):
    receive(phone, "C")

    assert receive(phone, "R") == (True, ["which_visit"])


def test_stop_and_anything_else_are_read_as_ever(both, phone):
    assert receive(phone, "C, if I am still alive") == (False, [])
    assert states(both) == ["scheduled", "scheduled"]
