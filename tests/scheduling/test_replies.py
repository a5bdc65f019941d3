"""Answers to messages about visits: acted on, asked about once, or left to people."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from consent import words
from consent.purposes import Purpose
from consent.states import Channel
from messaging import conversations, outbox, receiving, sight
from messaging.models import Delivery, Message
from messaging.outbox import Envelope
from messaging.receiving import Inbound, Media
from messaging.states import Status as Sending
from practice.models import Task
from scheduling import (
    booking,
    groups,
    reminder_plans,
    reminders_due,
    replies,
    reply_words,
    visit_words,
    visits,
)
from scheduling.reply_words import Wish
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
NOW = at(10, 30, day=16)
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


def remind(now=at(10, day=16)):  # noqa: B008 - a moment that stays
    follow(MONDAY)
    reminders_due.hand_over(now=now, by=CLOCK)
    leave(now)


def leave(now=NOW):
    Delivery.objects.filter(status=Sending.DUE).update(status=Sending.SENT, left_at=now)


def receive(point, body, now=NOW, channel="text", **details):
    """Whether the message was acted on; what was written back, by occasion."""
    message = receiving.store(
        Inbound(
            vendor_id=f"SM{next(_numbers)}",
            channel=Channel(channel),
            sender=point.phone.as_e164,
            body=body,
            **{"sent_at": now} | details,
        ),
        now=now,
    )
    known = set(Delivery.objects.values_list("pk", flat=True))
    is_done = replies.answer(message, now=now)
    new = Delivery.objects.exclude(pk__in=known).order_by("pk")
    written = [one.occasion for one in new]
    leave(now)
    return is_done, written


def status_of(visit):
    return visit.attendees.get().status


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
