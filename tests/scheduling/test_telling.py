"""News of visits go by themselves where a text can bring them, else by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Delivery
from messaging.states import Status as Sending
from practice import announcements, duty
from practice.models import Announcement, Task
from practice.trail import keep
from scheduling import (
    booking,
    delays,
    details,
    reminder_plans,
    telling,
    undoing,
    visit_words,
    visits,
)
from scheduling.models import LeftToPeople, Modality, ReminderStep, TypeOffer
from scheduling.undoing import Mark
from tests import cast
from tests.cast import sign_in
from tests.scheduling.conftest import WEEK, at
from tests.scheduling.reminding import CLOCK, make_phone
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
LATER = MONDAY + timedelta(minutes=2)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def phone(patient, practice):
    reminder_plans.provide(by=CLOCK)
    return make_phone(patient)


@pytest.fixture
def plan(plan):
    """Wednesday in two weeks at two."""
    return replace(plan, starts_at=at(14, day=18))


@pytest.fixture
def visit(plan, patient, phone):
    return book(plan, patient, now=MONDAY)


def tell(now=LATER):
    telling.tell_waiting(now=now, by=CLOCK)


def told():
    rows = Delivery.objects.exclude(occasion="first_text").order_by("pk")
    return [(one.occasion, one.purpose) for one in rows]


def left():
    return list(LeftToPeople.objects.order_by("pk").values_list("reason", flat=True))


def waits():
    return announcements.by_hand(now=LATER).count()


def test_nobody_is_told_within_the_undo_minute(visit):
    tell(now=MONDAY + timedelta(seconds=30))

    assert told() == []


def test_a_booking_is_told_once_the_minute_is_over(visit, phone):
    tell()
    tell()

    assert told() == [("booked", "booking")]
    one = Delivery.objects.get(occasion="booked")
    assert "Wed 18 March, 2:00 PM" in one.body
    assert one.address == phone.phone.as_e164
    assert waits() == 0


def test_what_was_undone_is_told_to_nobody(visit, plan):
    tell()
    before = Mark.of(visit)
    moved = booking.move(
        appointment=visit,
        plan=replace(plan, starts_at=at(10, day=19)),
        by=CLOCK,
        now=LATER,
    )
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=LATER
    )
    tell(now=LATER + timedelta(hours=1))

    assert told() == [("booked", "booking")]


def test_a_plan_without_a_notice_tells_no_booking(visit):
    step = ReminderStep.objects.get(occasion="booked")
    reminder_plans.change_step(step=step, is_in_use=False, by=CLOCK)
    tell()

    assert told() == []
    assert waits() == 0


def move(visit, plan, **to):
    tell()
    return booking.move(
        appointment=visit, plan=replace(plan, **to), by=CLOCK, now=LATER
    )


def after(minutes=10):
    tell(now=LATER + timedelta(minutes=minutes))
    return told()[1:]


def test_a_moved_visit_is_told_with_its_new_time(visit, plan):
    move(visit, plan, starts_at=at(10, day=19))

    assert after() == [("moved", "change")]
    assert "Thu 19 March, 10:00 AM" in Delivery.objects.last().body


def test_a_visit_that_moves_from_or_to_the_next_day_is_urgent(visit, plan):
    move(visit, plan, starts_at=at(15, day=2))

    assert after() == [("moved", "urgent")]


def test_another_clinician_at_the_same_time_is_for_people_to_tell(
    visit, plan, kind, location
):
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=CLOCK)
    keep(TypeOffer(type=kind, clinician=other), by=CLOCK, kind="type_offer.added")
    move(visit, plan, clinician=other)

    assert after() == []
    assert "names nobody" in left()[0]


def test_a_cancelled_visit_is_told_at_once_and_stands_again(visit):
    tell()
    [attendee] = visit.attendees.all()
    visits.cancel(
        attendees=[attendee], status="called_off", reason="-", by=CLOCK, now=LATER
    )
    assert after() == [("called_off", "change")]

    visits.correct(
        attendee=attendee, status="scheduled", reason="-", by=CLOCK, now=LATER
    )
    assert after() == [("called_off", "change"), ("stands_again", "change")]


def test_of_a_visit_the_newest_news_alone_is_told(visit, plan):
    booking.move(
        appointment=visit,
        plan=replace(plan, starts_at=at(10, day=19)),
        by=CLOCK,
        now=MONDAY + timedelta(seconds=20),
    )
    tell(now=LATER)

    assert told() == [("moved", "change")]


def test_a_delay_is_told_with_the_later_time(plan, patient, phone):
    visit = book(replace(plan, starts_at=at(10, day=2)), patient, now=MONDAY)
    tell()
    delays.say_behind(visits=[visit], minutes=20, by=CLOCK, now=LATER)

    assert after() == [("begins_later", "on_the_day")]
    assert "10:20 AM" in Delivery.objects.last().body


def test_another_way_to_meet_is_for_people_to_tell(visit, kind):
    tell()
    with cast.by_hand():
        kind.is_telehealth = True
        kind.save()
    visit.refresh_from_db()
    details.change(
        appointment=visit,
        room=None,
        modality=Modality.TELEHEALTH,
        telehealth_url="",
        desk_note="",
        by=CLOCK,
        now=LATER,
    )

    assert after() == []
    assert left() == ["A text has no words for a room or a way to meet."]


def test_who_has_no_number_is_told_by_people_and_the_list_says_why(
    plan, patient, front_desk, practice
):
    reminder_plans.provide(by=CLOCK)
    book(plan, patient, now=MONDAY)
    tell()

    assert told() == []
    assert waits() == 1
    [why] = left()
    page = sign_in(front_desk).get(reverse("announcements")).content.decode()
    assert why in page


def test_what_is_urgent_and_cannot_go_asks_somebody_to_call(plan, patient, practice):
    reminder_plans.provide(by=CLOCK)
    visit = book(replace(plan, starts_at=at(15, day=2)), patient, now=MONDAY)
    visits.cancel(
        attendees=visit.attendees.all(),
        status="called_off",
        reason="-",
        by=CLOCK,
        now=MONDAY,
    )
    tell()
    tell()

    [task] = Task.objects.open().filter(kind="visit.tell")
    assert task.patient == patient


def test_visits_booked_together_bring_one_text_about_the_first(plan, patient, phone):
    for day in (19, 18, 20):
        book(replace(plan, starts_at=at(14, day=day)), patient, now=MONDAY)
    tell()

    assert told() == [("booked", "booking")]
    assert "Wed 18 March" in Delivery.objects.get(occasion="booked").body
    assert waits() == 0


def test_several_visits_that_fall_out_together_are_told_by_a_person(
    plan, patient, phone
):
    both = [
        book(replace(plan, starts_at=at(14, day=day)), patient, now=MONDAY)
        for day in (18, 19)
    ]
    tell()
    for visit in both:
        visits.cancel(
            attendees=visit.attendees.all(),
            status="called_off",
            reason="-",
            by=CLOCK,
            now=LATER,
        )

    assert after() == []
    assert "together" in left()[0]


def test_what_did_not_reach_them_waits_for_people_again(visit):
    tell()
    Delivery.objects.filter(occasion="booked").update(
        status=Sending.UNDELIVERED, reason="This number is a landline."
    )
    telling.bring_back(now=LATER, by=CLOCK)

    assert waits() == 1
    assert "landline" in left()[0]
    assert telling.bring_back(now=LATER, by=CLOCK) == 0


def test_what_people_took_back_as_told_is_not_texted_twice(visit):
    tell()
    row = Announcement.objects.get()
    announcements.untell(announcement=row, by=CLOCK)
    tell(now=LATER + timedelta(minutes=1))

    assert told() == [("booked", "booking")]
    assert left() == ["A message about it went before."]


@pytest.mark.parametrize("act", ["nothing", "move", "cancel"])
def test_the_last_look_lets_no_old_news_go(visit, plan, act):
    tell()
    if act == "move":
        later = replace(plan, starts_at=at(10, day=19))
        booking.move(appointment=visit, plan=later, by=CLOCK, now=LATER)
    if act == "cancel":
        visits.cancel(
            attendees=visit.attendees.all(),
            status="cancelled",
            reason="-",
            by=CLOCK,
            now=LATER,
        )
    rows = list(Delivery.objects.all())

    assert len(telling.still_news(rows, now=LATER)) == (act != "nothing")


def test_queries_of_looking_do_not_grow(plan, patient, phone, location):
    def queries(count, day):
        for number in range(count):
            one = cast.make_patient(at=location)
            make_phone(one)
            when = replace(plan, starts_at=at(9 + number, day=day))
            book(when, one, now=MONDAY)
        rows = telling._waiting(now=LATER, most=100)
        plans = reminder_plans.load()
        with CaptureQueriesContext(connection) as asked:
            telling._items(rows, plans, now=LATER)
        tell()
        return len(asked)

    assert queries(1, 24) == queries(4, 25)


def test_the_last_look_lets_nothing_go_to_the_wrong_patient(visit, location):
    tell()
    attendee, other = visit.attendees.get(), cast.make_patient(at=location)
    with cast.by_hand():
        attendee.patient = other
        attendee.save()

    rows = Delivery.objects.filter(occasion="booked")
    [why] = telling.still_news(list(rows), now=LATER).values()
    assert why == "It stands on another chart now."


def test_news_that_was_no_hurry_once_is_called_on_the_day_before(visit, plan):
    move(visit, plan, starts_at=at(10, day=19))
    assert after() == [("moved", "change")]
    Delivery.objects.filter(occasion="moved").update(
        status=Sending.UNDELIVERED, created_at=at(9, day=17), reason="No phone."
    )

    telling.bring_back(now=at(11, day=18), by=CLOCK)

    assert Task.objects.open().filter(kind="visit.tell").exists()


def test_one_that_cannot_be_written_is_left_to_people_alone(
    visit, plan, location, monkeypatch, patient
):
    other = cast.make_patient(at=location)
    make_phone(other)
    book(replace(plan, starts_at=at(13, day=18)), other, now=MONDAY)
    values_of = visit_words.values_of

    def broken(news, recipient):
        if recipient.patient == patient:
            raise LookupError
        return values_of(news, recipient)

    monkeypatch.setattr(visit_words, "values_of", broken)
    tell()

    assert [one.patient for one in Delivery.objects.filter(occasion="booked")] == [
        other
    ]
    assert left()[0].startswith("A fault of the program")


def test_news_of_what_is_not_there_any_more_does_not_go(visit):
    tell()
    sent = Delivery.objects.get(occasion="booked")
    sent.ids = sent.ids | {"announcement": 0}

    said = telling.still_news([sent], now=LATER)

    assert said == {sent.pk: "It is not there any more."}
