"""Which visit an answer means: what was written last says it, or they are asked."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from consent.purposes import Purpose
from consent.states import Channel
from messaging import conversations, outbox, sight
from messaging.models import Delivery, Message
from messaging.outbox import Envelope
from messaging.states import Status as Sending
from scheduling import (
    groups,
    visit_words,
    visits,
)
from tests import cast
from tests.scheduling.answered import MONDAY, NOW, leave, receive, remind, status_of
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, make_phone
from tests.scheduling.visit_links import book

_numbers = itertools.count(1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def phone(patient, practice):
    return make_phone(patient)


@pytest.fixture
def plan(plan):
    return replace(plan, starts_at=at(14, day=18))


@pytest.fixture
def visit(plan, patient, phone):
    visit = book(plan, patient, now=MONDAY)
    remind()
    return visit


def say_by_hand(phone, patient, now=NOW, **details):
    """A person of ours asks something, and it leaves."""
    conversation = conversations.of_address(
        channel="text", address=phone.phone.as_e164, now=now
    )
    row = outbox.plan(
        Envelope(
            meaning=f"reply:{next(_numbers)}",
            channel=Channel.TEXT,
            address=conversation.address,
            patient=patient,
            zone="America/New_York",
            planned_at=now,
            until_at=now + timedelta(hours=2),
            **{"purpose": Purpose.HUMAN_REPLY, "body": "Are you safe?"} | details,
        ),
        by=CLOCK,
        now=now,
    )
    leave(now)
    return row


def test_a_yes_to_a_person_is_for_people(visit, phone, patient):
    say_by_hand(phone, patient)

    assert receive(phone, "yes") == (False, [])
    assert status_of(visit) == "scheduled"


def test_here_counts_whatever_a_person_wrote(visit, phone, patient):
    say_by_hand(phone, patient)

    assert receive(phone, "here", now=at(13, 50, day=18)) == (True, ["here"])


def test_what_never_arrived_asked_nothing(visit, phone, patient):
    row = say_by_hand(phone, patient)
    Delivery.objects.filter(pk=row.pk).update(status=Sending.FAILED)

    assert receive(phone, "yes") == (True, ["confirmed"])


def test_a_reminder_that_never_arrived_is_answered_by_nobody(visit, phone):
    Delivery.objects.update(status=Sending.UNDELIVERED)

    assert receive(phone, "yes") == (False, [])


@pytest.mark.parametrize(
    ("purpose", "is_meant"),
    [("answer", True), ("missed_call", True), ("campaign", False), ("survey", False)],
)
def test_a_yes_after_what_names_no_visit(visit, phone, patient, purpose, is_meant):
    say_by_hand(phone, patient, purpose=Purpose(purpose), body="-")

    assert receive(phone, "yes")[0] is is_meant


def test_another_time_for_a_visit_called_off_moves_no_other(both, phone, patient):
    visits.cancel(
        attendees=both[0].attendees.all(),
        status="called_off",
        reason="-",
        by=CLOCK,
        now=NOW,
    )
    ids = visit_words.about(both[0].attendees.get())
    say_by_hand(phone, patient, purpose=Purpose.CHANGE, body="-", ids=ids)

    assert receive(phone, "R") == (False, [])


@pytest.fixture
def both(plan, patient, phone):
    """Two visits on one day, both asked about."""
    found = [
        book(replace(plan, starts_at=at(hour, day=18)), patient, now=MONDAY)
        for hour in (11, 14)
    ]
    remind()
    return found


@pytest.mark.parametrize("body", ["C", "1"])
def test_two_visits_bring_one_question_and_its_letter_decides(both, phone, body):
    assert receive(phone, body) == (True, ["which_visit"])
    [question] = Delivery.objects.filter(occasion="which_visit")
    assert "A for Wed 18 March, 11:00 AM" in question.body

    assert receive(phone, "b") == (True, ["confirmed"])
    assert [status_of(one) for one in both] == ["scheduled", "confirmed"]


def test_a_letter_that_comes_late_is_for_people(both, phone):
    receive(phone, "C")
    sent = NOW - timedelta(minutes=31)

    assert receive(phone, "B", sent_at=sent) == (False, [])
    assert status_of(both[1]) == "scheduled"


def test_who_answers_the_question_with_something_else_is_read_by_people(both, phone):
    receive(phone, "C")

    assert receive(phone, "C") == (False, [])
    assert receive(phone, "D") == (False, [])
    assert [status_of(one) for one in both] == ["scheduled", "scheduled"]


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_confirmed_one_by_phone_is_asked_which(both, phone, which):
    visits.confirm(attendees=both[which].attendees.all(), by=CLOCK, now=NOW)

    assert receive(phone, "C") == (True, ["which_visit"])
    assert status_of(both[1 - which]) == "scheduled"


def test_a_second_yes_means_no_other_visit(both, phone):
    receive(phone, "C")
    receive(phone, "A")

    assert receive(phone, "yes") == (True, ["which_visit"])
    assert status_of(both[1]) == "scheduled"


def test_a_new_question_is_answered_though_another_visit_is_confirmed(
    visit, plan, patient, phone
):
    receive(phone, "C")
    other = book(replace(plan, starts_at=at(14, day=19)), patient, now=MONDAY)
    remind(at(14, 30, day=17))

    assert receive(phone, "C", now=at(15, day=17)) == (True, ["confirmed"])
    assert status_of(other) == "confirmed"


@pytest.mark.parametrize("body", ["1", "2", "3"])
def test_a_digit_is_no_answer_to_which_visit(both, phone, body):
    receive(phone, "C")
    visits.confirm(attendees=both[0].attendees.all(), by=CLOCK, now=NOW)

    assert receive(phone, body) == (False, [])
    assert status_of(both[1]) == "scheduled"


def test_a_shared_phone_asks_by_times_and_never_by_names(
    visit, plan, patient, phone, location
):
    other = cast.make_patient(at=location, given_name="Robin")
    make_phone(other, value=phone.phone.as_e164)
    book(replace(plan, starts_at=at(11, day=18)), other, now=MONDAY)
    remind()

    assert receive(phone, "C") == (True, ["which_visit"])
    body = Delivery.objects.get(occasion="which_visit").body
    assert "Robin" not in body
    assert patient.given_name not in body


@pytest.fixture
def shared(request, visit, plan, phone, location, far_location):
    """Two people with one phone have a visit each, and were asked which is meant."""
    place = far_location if request.param == "closed" else location
    other = cast.make_patient(at=place)
    make_phone(other, value=phone.phone.as_e164)
    book(replace(plan, starts_at=at(11, day=18)), other, now=MONDAY)
    remind()
    receive(phone, "C")
    return Message.objects.get()


@pytest.mark.parametrize(
    ("shared", "is_seen"), [("open", True), ("closed", False)], indirect=["shared"]
)
def test_a_question_opens_to_who_may_open_each_chart(shared, is_seen, front_desk):
    eyes = sight.to_act(front_desk)

    seen = eyes.deliveries(shared.conversation)
    [question] = Delivery.objects.filter(occasion="which_visit")
    assert question.ids["message"] == shared.pk
    assert seen.filter(pk=question.pk).exists() is is_seen


@pytest.mark.parametrize("shared", ["open"], indirect=True)
def test_what_became_of_a_message_on_no_chart_names_no_time(shared, phone):
    receive(phone, "A")

    answer = Message.objects.order_by("-pk").first()
    assert (answer.patient, answer.outcome) == (None, "Confirmed a visit.")


def test_visits_at_one_time_cannot_be_told_apart_and_are_for_people(
    visit, kind, location, phone, patient
):
    with cast.by_hand():
        kind.seats = 4
        kind.save()
    other = cast.make_patient(at=location)
    make_phone(other, value=phone.phone.as_e164)
    visit.refresh_from_db()
    groups.join(appointment=visit, patient=other, by=CLOCK, now=MONDAY)
    remind()

    assert receive(phone, "C") == (False, [])
