"""Reminders by phone, from the plan to the key pressed, on the demo's phones."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
import time_machine

from consent import opt_outs
from consent.states import Channel
from messaging import phone_pins, sending
from messaging.channels import simulated_calls
from messaging.models import Delivery, HookCall, IncomingCall, Message, SimulatedCall
from practice import contacts, patients
from practice.models import Task
from scheduling import reminder_plans, reminders_due, visits
from scheduling.models import ReminderStep
from scheduling.states import Status
from tests import cast
from tests.messaging import ringing
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow
from tests.scheduling.visit_links import book

MONDAY, NOW = at(9, day=2), at(10, day=16)
SECRETS = ("June", "Wednesday", "Wed", "18", "2:00")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings):
    ringing.set_up(settings)
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def phone(patient, practice):
    return cast.make_contact(patient, may_name_practice=True, may_leave_voicemail=True)


@pytest.fixture
def visit(plan, patient, phone):
    reminder_plans.provide(by=CLOCK)
    step = ReminderStep.objects.get(occasion="two_days")
    reminder_plans.change_step(step=step, channel=Channel.CALL, by=CLOCK)
    return book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)


@pytest.fixture
def ringing_phone(visit, clock):
    """The reminder of the visit, ringing."""
    follow(MONDAY)
    reminders_due.hand_over(now=NOW, by=CLOCK)
    clock.move_to(NOW)
    sending.send_due(now=lambda: NOW)
    return ringing.newest()


def taken(call):
    return simulated_calls.answer(call, now=NOW)


def status_of(visit):
    return visit.attendees.get().status


def delivery():
    return Delivery.objects.get(channel=Channel.CALL)


def test_before_a_key_nothing_is_said_of_the_visit(ringing_phone, practice):
    said = taken(ringing_phone).said

    assert practice.name in said
    assert "appointment" in said
    assert not any(word in said for word in SECRETS)
    assert delivery().status == "sent"


def test_the_visit_is_confirmed_by_two_keys(ringing_phone, visit):
    call = ringing.go(taken(ringing_phone), "1", now=NOW)
    assert "Your visit is on Wed 18 March" in call.said

    ringing.go(call, "1", now=NOW)
    assert "is confirmed" in call.said
    assert (call.word, status_of(visit)) == ("completed", "confirmed")
    message = Message.objects.get()
    assert (message.body, message.is_handled) == ("1", True)
    assert delivery().status == "delivered"


@pytest.mark.parametrize(
    ("key", "wanted"), [("2", "visit.cancel_wanted"), ("3", "visit.move_wanted")]
)
def test_who_cannot_come_is_called_and_the_visit_stands(
    ringing_phone, visit, key, wanted
):
    call = ringing.go(taken(ringing_phone), "1", key, now=NOW)

    assert "Until then the visit stands" in call.said
    assert status_of(visit) == "scheduled"
    assert Task.objects.get(path=f"/visits/{visit.pk}/").kind == wanted


@pytest.mark.parametrize("before", [[], ["1"]])
def test_nine_ends_calls_to_that_number_at_once(ringing_phone, phone, before):
    call = ringing.go(taken(ringing_phone), *before, "9", now=NOW)

    assert "no more such calls" in call.said
    stop = opt_outs.standing([phone.phone.as_e164])[phone.phone.as_e164, Channel.CALL]
    assert stop.source == "keypad"
    assert Message.objects.get().is_handled


@pytest.mark.parametrize("key", ["", "7", "0"])
def test_a_question_is_asked_three_times(ringing_phone, key):
    call = taken(ringing_phone)
    opening = call.said
    for _time in range(2):
        ringing.go(call, key, now=NOW)
        assert call.said == opening
    ringing.go(call, key, now=NOW)

    assert "We did not get an answer" in call.said
    assert call.word == "completed"
    assert not Message.objects.exists()


def test_a_machine_hears_who_called_and_nothing_else(ringing_phone, practice):
    call = simulated_calls.to_voicemail(ringing_phone, now=NOW)

    assert practice.name in call.said
    assert "Please call us at" in call.said
    assert not any(word in call.said for word in (*SECRETS, "visit", "appointment"))


def test_no_voicemail_is_left_where_none_is_wanted(ringing_phone, phone, now):
    allow(phone, now=now, may_leave_voicemail=False)

    assert simulated_calls.to_voicemail(ringing_phone, now=NOW).said == ""


def test_where_the_practice_may_not_be_named_its_number_is(
    ringing_phone, phone, practice, now
):
    allow(phone, now=now, may_name_practice=False)
    said = taken(ringing_phone).said

    assert practice.name not in said
    assert "automatic call from 2 1 2" in said


def test_a_visit_that_moved_while_it_rang_is_not_spoken_of(ringing_phone, visit):
    call = taken(ringing_phone)
    visits.cancel(
        attendees=list(visit.attendees.all()),
        status=Status.CALLED_OFF,
        reason="Ill",
        by=cast.FOUNDER,
        now=NOW,
    )
    ringing.go(call, "1", now=NOW)

    assert "Please call us at" in call.said
    assert not any(word in call.said for word in SECRETS)


def test_a_key_that_comes_twice_counts_once(ringing_phone, visit):
    call = ringing.go(taken(ringing_phone), "1", now=NOW)
    action = call.action
    for _time in range(2):
        SimulatedCall.objects.filter(pk=call.pk).update(
            action=action, word="in-progress", digits=1
        )
        ringing.go(call, "1", now=NOW)

    assert "is confirmed" in call.said
    assert Message.objects.count() == 1


def test_two_patients_with_one_phone_answer_each_call_for_itself(
    plan, patient, location, visit, phone, ringing_phone
):
    other = cast.make_patient(at=location)
    cast.make_contact(other, value=phone.phone.as_e164, may_call=True)
    second = book(replace(plan, starts_at=at(15, day=18)), other, now=MONDAY)
    follow(MONDAY)
    reminders_due.hand_over(now=NOW, by=CLOCK)
    ringing.go(taken(ringing_phone), "1", "1", now=NOW)

    assert (status_of(visit), status_of(second)) == ("confirmed", "scheduled")


@pytest.mark.parametrize("end", [simulated_calls.hang_up, simulated_calls.refuse])
def test_where_nobody_takes_it_another_call_is_planned_in_an_hour(ringing_phone, end):
    end(ringing_phone, now=NOW)
    first, second = Delivery.objects.filter(channel=Channel.CALL).order_by("pk")

    assert (first.status, second.replaces) == ("undelivered", first)
    assert second.due_at == NOW + timedelta(hours=1)
    assert second.status == "due"


def test_news_that_a_machine_would_have_to_say_are_left_to_people(
    plan, patient, practice, now
):
    cast.make_contact(patient, may_text=False, may_call=True)
    patients.change_details(
        patient=patient, by=cast.FOUNDER, now=now, preferred_channel="call"
    )
    book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)
    follow(MONDAY)

    assert not Delivery.objects.filter(channel=Channel.CALL).exists()


# Who calls us -----------------------------------------------------------------------
@pytest.fixture
def pin(visit, patient, front_desk):
    return phone_pins.make(patient=patient, by=front_desk, now=MONDAY)


def ring(phone):
    return simulated_calls.ring(phone.phone.as_e164, now=NOW)


def test_the_next_visit_is_said_after_the_pin_and_confirmed(phone, pin, visit):
    call = ring(phone)
    assert not any(word in call.said for word in SECRETS)
    ringing.go(call, "1", pin, now=NOW)
    assert "Your next visit is on Wed 18 March" in call.said

    ringing.go(call, "1", now=NOW)
    assert (status_of(visit), call.word) == ("confirmed", "completed")
    assert IncomingCall.objects.get().outcome == "served"
    assert not HookCall.objects.filter(form__icontains=pin).exists()


def test_without_the_pin_nothing_is_said(phone, pin):
    wrong = f"{(int(pin) + 1) % 1_000_000:06d}"
    call = ringing.go(ring(phone), "1", wrong, wrong, wrong, now=NOW)

    assert "nothing that we can tell you here" in call.said
    assert not any(word in call.said for word in SECRETS)


def test_from_another_number_the_pin_is_of_no_use(phone, pin):
    call = simulated_calls.ring("+12125550133", now=NOW)
    ringing.go(call, "1", pin, pin, pin, now=NOW)

    assert "nothing that we can tell you here" in call.said


@pytest.mark.parametrize(
    "wish",
    [
        {"may_name_practice": False},
        {"may_call": False, "may_leave_voicemail": False},
        {"safe_from": time(9), "safe_until": time(17)},
    ],
)
def test_where_anything_is_not_safe_no_visit_is_spoken_of(phone, pin, wish, now):
    allow(phone, now=now, **wish)
    call = ringing.go(ring(phone), "1", pin, pin, pin, now=NOW)

    assert "nothing that we can tell you here" in call.said


def allow(phone, *, now, **wish):
    point = type(phone).objects.get(pk=phone.pk)
    kept = {"may_call": True, "may_name_practice": True, "may_leave_voicemail": True}
    contacts.change(
        point=point,
        value=phone.phone.as_e164,
        by=cast.FOUNDER,
        now=now,
        **kept | {"may_text": True} | wish,
    )
