"""Answers to messages about visits: acted on, asked about once, or left to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from consent import words
from consent.purposes import Purpose
from consent.states import Channel
from messaging import outbox
from messaging.models import Delivery, Message
from messaging.outbox import Envelope
from messaging.receiving import Media
from practice.models import Task
from scheduling import (
    booking,
    reminder_plans,
    reply_words,
    visits,
)
from scheduling.reply_words import Wish
from tests import cast
from tests.scheduling.answered import MONDAY, NOW, leave, receive, remind, status_of
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

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


@pytest.mark.parametrize("body", ["C", " c. ", "1", "Yes!", "sí", "Confirmo", "👍 ok"])
def test_a_bare_yes_confirms_and_is_thanked_for(visit, phone, body):
    assert receive(phone, body) == (True, ["confirmed"])
    assert status_of(visit) == "confirmed"
    [thanks] = Delivery.objects.filter(occasion="confirmed")
    assert (thanks.purpose, thanks.address) == ("answer", phone.phone.as_e164)
    assert Message.objects.get().outcome.startswith("Confirmed the visit on")


@pytest.mark.parametrize(
    "body",
    [
        "C, if I am still alive",
        "yes but I am scared",
        "ya no puedo más",
        "4",
        "no",
        "A",
        "",
        "1 2",
        "ok \U0001f48a",
        "yes \U0001f52b",
        "yes?",
        "R?",
        "cancel",
        "STOP",
    ],
)
def test_anything_else_is_left_untouched(visit, phone, body):
    assert receive(phone, body) == (False, [])
    assert status_of(visit) == "scheduled"


def test_a_word_with_a_picture_is_left_untouched(visit, phone):
    picture = Media("https://api.example/media/1", "image/png")

    assert receive(phone, "C", media=[picture]) == (False, [])
    assert status_of(visit) == "scheduled"


def test_a_second_yes_is_thanked_for_and_changes_nothing(visit, phone):
    receive(phone, "C")

    assert receive(phone, "C") == (True, ["confirmed"])


@pytest.mark.parametrize("body", ["X", "2"])
def test_who_cannot_come_is_called_and_the_visit_stands(visit, phone, body):
    assert receive(phone, body) == (True, ["cancel_asked"])
    assert status_of(visit) == "scheduled"
    [task] = Task.objects.open().filter(kind="visit.cancel_wanted")
    assert task.path == f"/visits/{visit.pk}/"


def test_who_cannot_come_gets_the_link_where_nobody_calls(visit, phone):
    plan = reminder_plans.provide(by=CLOCK)
    reminder_plans.change(plan=plan, needs_call=False, by=CLOCK)

    assert receive(phone, "X") == (True, ["choose_time"])
    assert not Task.objects.open().filter(kind="visit.cancel_wanted")


@pytest.mark.parametrize("body", ["R", "3", "cambiar"])
def test_who_wants_another_time_gets_the_link(visit, phone, body):
    assert receive(phone, body) == (True, ["choose_time"])
    assert "/l/" in Delivery.objects.get(occasion="choose_time").body


def test_here_marks_arrived(visit, phone):
    assert receive(phone, "HERE", now=at(13, 50, day=18)) == (True, ["here"])
    assert status_of(visit) == "arrived"


@pytest.mark.parametrize(("minutes", "is_done"), [(29, True), (31, False)])
def test_here_is_news_for_half_an_hour(visit, phone, minutes, is_done):
    now = at(13, 50, day=18)
    sent = now - timedelta(minutes=minutes)

    assert receive(phone, "HERE", now=now, sent_at=sent)[0] is is_done


def test_here_counts_without_a_reminder(plan, patient, phone):
    visit = book(plan, patient, now=MONDAY)

    assert receive(phone, "aquí", now=at(13, 50, day=18)) == (True, ["here"])
    assert status_of(visit) == "arrived"


def test_here_days_before_is_for_people(visit, phone):
    assert receive(phone, "here") == (False, [])


def test_a_digit_counts_only_where_a_question_is_open(plan, patient, phone):
    book(plan, patient, now=MONDAY)
    follow(MONDAY)

    assert receive(phone, "1") == (False, [])


def test_a_digit_after_the_answer_is_for_people(visit, phone):
    receive(phone, "1")

    assert receive(phone, "2") == (False, [])


def test_a_digit_may_answer_another_question(visit, phone, patient):
    offer = Envelope(
        meaning="offer:1",
        purpose=Purpose.OFFER,
        channel=Channel.TEXT,
        address=phone.phone.as_e164,
        patient=patient,
        body="-",
        zone="America/New_York",
        planned_at=NOW,
        until_at=NOW + timedelta(hours=2),
    )
    outbox.plan(offer, by=CLOCK, now=NOW)
    leave()

    assert receive(phone, "1") == (False, [])
    assert receive(phone, "C") == (False, [])


def test_an_answer_to_the_old_time_is_for_people(visit, plan, phone):
    later = replace(plan, starts_at=at(10, day=19))
    booking.move(appointment=visit, plan=later, by=CLOCK, now=NOW)

    assert receive(phone, "C") == (False, [])
    assert status_of(visit) == "scheduled"


def test_a_cancelled_visit_is_confirmed_by_nobody(visit, phone):
    visits.cancel(
        attendees=visit.attendees.all(),
        status="called_off",
        reason="-",
        by=CLOCK,
        now=NOW,
    )

    assert receive(phone, "C") == (False, [])


def test_an_answer_in_spanish_is_answered_in_spanish(plan, location, practice):
    reader = cast.make_patient(at=location, written_language="es")
    point = make_phone(reader)
    book(plan, reader, now=MONDAY)
    remind()
    receive(point, "sí")

    assert "gracias" in Delivery.objects.get(occasion="confirmed").body


def test_a_key_on_the_phone_is_answered_by_the_call_itself(visit, phone):
    Delivery.objects.filter(occasion="two_days").update(channel="call")

    assert receive(phone, "3", channel="call") == (True, [])
    assert Task.objects.open().filter(kind="visit.move_wanted").count() == 1


def test_what_was_written_long_ago_is_answered_by_nobody(visit, phone):
    Delivery.objects.update(planned_at=NOW - timedelta(days=20))

    assert receive(phone, "C") == (False, [])


def test_no_word_is_a_carriers():
    known = words.CARRIER_STOPS | words.CARRIER_STARTS | words.CARRIER_HELPS
    known |= words.SPANISH_STOPS | words.SPANISH_HELPS

    assert not known & set(reply_words.WORDS)
    assert reply_words.wish_of("No") is None
    assert reply_words.digit_of("3") is Wish.MOVE
