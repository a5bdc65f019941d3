"""What is due goes to the outbox in fresh words, or says why it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import opt_outs
from consent.states import Source
from messaging import claiming
from messaging import last_look as last_looks
from messaging.models import Delivery
from messaging.states import Status as Sending
from practice import moving
from practice.models import Link, Task
from scheduling import (
    booking,
    reminder_plans,
    reminders_due,
    undoing,
    visits,
)
from scheduling.models import Reminder, ReminderStep
from scheduling.undoing import Mark
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, make_mail, make_phone, of
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
TWO_DAYS = at(10, day=16)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def phone(patient):
    return make_phone(patient)


@pytest.fixture
def visit(plan, patient, practice, phone):
    """Wednesday in two weeks at two, of a patient who may be texted."""
    visit = book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)
    follow(MONDAY)
    return visit


def hand_over(now=TWO_DAYS):
    follow(now)
    return reminders_due.hand_over(now=now, by=CLOCK)


def texts(**which):
    rows = Delivery.objects.filter(**which).exclude(occasion="first_text")
    return rows.order_by("pk")


def test_what_is_due_becomes_a_delivery_with_day_and_time(visit, phone):
    hand_over()

    [sent] = texts(occasion="two_days")
    assert "Wed 18 March, 2:00 PM" in sent.body
    assert sent.address == phone.phone.as_e164
    assert sent.purpose == "reminder"
    assert sent.ids["attendee"] == visit.attendees.get().pk
    assert ("two_days", "handed") in of(visit)


def test_nothing_is_handed_over_twice(visit):
    hand_over()

    assert hand_over() == 0
    assert texts(occasion="two_days").count() == 1


def test_the_first_text_to_a_number_comes_with_what_texts_are_for(visit, phone):
    hand_over()
    hand_over(at(11, day=18))

    [first] = Delivery.objects.filter(occasion="first_text")
    assert "Not for emergencies" in first.body
    assert first.pk < texts(occasion="two_days").get().pk
    assert texts().count() == 2


def test_a_mail_brings_a_link_of_the_patients_own(visit, patient):
    make_mail(patient)
    hand_over(at(10, day=11))

    [mail] = texts(channel="mail")
    assert mail.subject == "Your visit on Wed 18 March"
    assert "/l/" in mail.body
    assert Link.objects.count() == 1


def test_whoever_confirmed_is_not_asked_to(visit):
    visits.confirm(attendees=visit.attendees.all(), by=CLOCK, now=MONDAY)
    hand_over()

    assert not texts()
    one = Reminder.objects.get(step__occasion="two_days")
    assert (one.state, one.reason) == ("left_out", "They have confirmed already.")


def test_whoever_may_not_be_texted_gets_none_and_it_says_why(visit, phone):
    opt_outs.stop(
        address=phone.phone.as_e164,
        channel="text",
        source=Source.KEYWORD,
        by=CLOCK,
        now=MONDAY,
    )
    hand_over()

    one = Reminder.objects.get(step__occasion="two_days")
    assert not texts()
    assert (one.state, one.reason[:7]) == ("left_out", "Stopped")


def test_one_without_a_number_keeps_back_nobody(visit, plan, location):
    numberless = cast.make_patient(at=location)
    book(replace(plan, starts_at=at(13, day=18)), numberless, now=MONDAY)
    hand_over()

    assert texts(occasion="two_days").count() == 1


def test_what_comes_too_late_does_not_go(visit):
    hand_over(at(14, day=18))

    assert not texts()
    assert {one for _what, one in of(visit)} == {"left_out"}


def test_what_waits_in_the_outbox_goes_with_a_move(visit, plan, front_desk):
    hand_over()
    later = replace(plan, starts_at=at(10, day=20))
    booking.move(appointment=visit, plan=later, by=front_desk, now=TWO_DAYS)
    follow(TWO_DAYS)

    assert texts(occasion="two_days").get().status == Sending.WITHDRAWN
    assert ("two_days", "withdrawn") in of(visit)


def test_a_withdrawn_one_that_never_left_comes_back_with_its_start(visit, plan):
    hand_over()
    before, later = Mark.of(visit), replace(plan, starts_at=at(10, day=20))
    moved = booking.move(appointment=visit, plan=later, by=CLOCK, now=TWO_DAYS)
    follow(TWO_DAYS)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=TWO_DAYS
    )
    hand_over()

    assert texts(occasion="two_days").get().status == Sending.DUE


def test_one_that_left_is_never_sent_again(visit, plan):
    hand_over()
    texts().update(status=Sending.SENT, left_at=TWO_DAYS)
    before, later = Mark.of(visit), replace(plan, starts_at=at(10, day=20))
    moved = booking.move(appointment=visit, plan=later, by=CLOCK, now=TWO_DAYS)
    follow(TWO_DAYS)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=TWO_DAYS
    )

    assert hand_over() == 0
    assert texts(occasion="two_days").count() == 1


def put_aside(why, now=TWO_DAYS):
    """As the outbox does what its last look finds moot."""
    Delivery.objects.filter(occasion="first_text").update(status=Sending.SENT)
    rows = claiming.claim("text", most=9, now=now)
    found = [
        last_looks.Found(
            delivery=row, to=Sending.WITHDRAWN, why=why, at=now, looked_at=now
        )
        for row in rows
    ]
    last_looks.put_aside(found, now=now)


def last_look(now=TWO_DAYS):
    return list(reminders_due.still_true(texts(), now=now).values())


def test_the_last_look_lets_a_true_one_go(visit):
    hand_over()

    assert last_look() == []


@pytest.mark.parametrize("act", ["move", "cancel", "arrive", "confirm"])
def test_the_last_look_sees_what_happened_since(visit, plan, act):
    hand_over()
    [attendee] = visit.attendees.all()
    if act == "move":
        later = replace(plan, starts_at=at(10, day=20))
        booking.move(appointment=visit, plan=later, by=CLOCK, now=TWO_DAYS)
    elif act == "cancel":
        visits.cancel(
            attendees=[attendee], status="cancelled", reason="-", by=CLOCK, now=TWO_DAYS
        )
    elif act == "arrive":
        visits.arrive(attendees=[attendee], by=CLOCK, now=at(11, day=18))
    else:
        visits.confirm(attendees=[attendee], by=CLOCK, now=TWO_DAYS)

    [why] = last_look()
    assert why.endswith(".")


def test_what_the_last_look_kept_back_comes_again_where_the_move_was_undone(
    visit, plan
):
    hand_over()
    before, later = Mark.of(visit), replace(plan, starts_at=at(10, day=20))
    moved = booking.move(appointment=visit, plan=later, by=CLOCK, now=TWO_DAYS)
    [why] = last_look()
    put_aside(why)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=TWO_DAYS
    )

    assert reminders_due.look_again(now=TWO_DAYS) == 1
    hand_over()
    assert texts(occasion="two_days").get().status == Sending.DUE


def test_what_something_else_still_refuses_is_not_tried_each_minute(visit, monkeypatch):
    def refuses(rows, *, now):
        return {one.pk: "They know already." for one in rows}

    hand_over()
    put_aside("They know already.")
    monkeypatch.setattr(reminders_due, "load", lambda _name: (refuses,))

    assert reminders_due.look_again(now=TWO_DAYS) == 0
    monkeypatch.undo()
    assert reminders_due.look_again(now=TWO_DAYS) == 1


def test_what_no_longer_suits_is_not_taken_up_again(visit):
    hand_over()
    visits.confirm(attendees=visit.attendees.all(), by=CLOCK, now=TWO_DAYS)
    [why] = last_look()
    put_aside(why)

    assert reminders_due.look_again(now=TWO_DAYS) == 0


def test_once_the_chart_is_right_the_right_patient_is_reminded(visit, location):
    hand_over()
    right = cast.make_patient(at=location)
    phone = make_phone(right)
    moving.move(row=visit.attendees.get(), to=right, by=cast.FOUNDER, now=TWO_DAYS)

    assert reminders_due.look_again(now=TWO_DAYS) == 1
    hand_over()

    [sent] = texts(occasion="two_days", status=Sending.DUE)
    assert (sent.patient, sent.address) == (right, phone.phone.as_e164)


@pytest.fixture
def by_person(visit):
    step = ReminderStep.objects.get(occasion="two_days")
    reminder_plans.change_step(step=step, is_by_person=True, by=CLOCK)
    hand_over()
    return Reminder.objects.get(step=step)


def test_what_a_person_sends_waits_on_today(by_person):
    [task] = Task.objects.open().filter(kind="reminder.send")

    assert by_person.state == "asked"
    assert not texts()
    assert task.due_at == by_person.until_at


def test_a_person_sends_it_and_the_task_is_done(by_person, front_desk):
    reminders_due.send(reminder=by_person, by=front_desk, now=TWO_DAYS)

    assert texts(occasion="two_days").get().writer == front_desk
    assert not Task.objects.open().filter(kind="reminder.send")
    with pytest.raises(reminders_due.NotWaiting):
        reminders_due.send(reminder=by_person, by=front_desk, now=TWO_DAYS)


def test_a_person_decides_against_it(by_person, front_desk):
    row = reminders_due.leave_out(reminder=by_person, by=front_desk, now=TWO_DAYS)

    assert row.state == "left_out"
    assert front_desk.name in row.reason
    assert not Task.objects.open().filter(kind="reminder.send")


def test_what_a_person_decided_against_stays_so_when_its_step_changes(
    by_person, front_desk, visit
):
    reminders_due.leave_out(reminder=by_person, by=front_desk, now=TWO_DAYS)
    reminder_plans.change_step(step=by_person.step, days=1, by=CLOCK)
    follow(TWO_DAYS)

    by_person.refresh_from_db()
    assert by_person.state == "left_out"
    assert by_person.planned_at == at(10, day=17)
    row = reminders_due.take_up(reminder=by_person, by=front_desk, now=TWO_DAYS)
    assert (row.state, row.is_declined) == ("waiting", False)


def test_nobody_has_to_send_what_was_cancelled(visit, by_person):
    visits.cancel(
        attendees=visit.attendees.all(),
        status="cancelled",
        reason="-",
        by=CLOCK,
        now=TWO_DAYS,
    )
    follow(TWO_DAYS)

    assert not Task.objects.open().filter(kind="reminder.send")


def test_after_a_missed_visit_nothing_goes_unless_a_manager_wants_it(visit):
    after = at(15, day=18)
    visits.mark_no_show(attendees=visit.attendees.all(), by=CLOCK, now=after)
    hand_over(at(12, day=19))
    assert not texts(occasion="missed")

    step = ReminderStep.objects.get(occasion="missed")
    reminder_plans.change_step(step=step, is_in_use=True, by=CLOCK)
    hand_over(at(12, day=19))
    assert texts(occasion="missed").get().purpose == "follow_up"


def test_queries_do_not_grow_with_what_is_due(visit, plan, location):
    """But for the outbox's own."""

    def queries(count, day):
        for number in range(count):
            one = cast.make_patient(at=location)
            make_phone(one)
            when = replace(plan, starts_at=at(9 + number, day=day))
            book(when, one, now=MONDAY)
        now = at(10, day=day) - timedelta(days=2)
        follow(now)
        with CaptureQueriesContext(connection) as asked:
            reminders_due.hand_over(now=now, by=CLOCK)
        said = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
        return len([one for one in said if "messaging_delivery" not in one])

    assert queries(1, 25) == queries(4, 26)


# Another chart ------------------------------------------------------------------------
def test_the_last_look_sees_that_it_stands_on_another_chart(visit, location):
    hand_over()
    attendee, other = visit.attendees.get(), cast.make_patient(at=location)
    with cast.by_hand():
        attendee.patient = other
        attendee.save()

    assert last_look() == ["It stands on another chart now."]


def test_moved_to_the_right_chart_nothing_goes_to_the_wrong_one(visit, location):
    hand_over()
    right = cast.make_patient(at=location)
    moving.move(row=visit.attendees.get(), to=right, by=cast.FOUNDER, now=TWO_DAYS)

    [sent] = texts(occasion="two_days")
    assert sent.status == Sending.WITHDRAWN
    assert sent.reason == "It stands on another chart now."


def test_of_what_is_not_there_any_more_nothing_goes(visit):
    hand_over()
    [sent] = texts()
    sent.ids = sent.ids | {"reminder": 0}

    said = reminders_due.still_true([sent], now=TWO_DAYS)

    assert said == {sent.pk: "It is not there any more."}
