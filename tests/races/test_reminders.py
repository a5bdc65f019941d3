"""Reminders are handed over, told and taken back by several at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging.models import Delivery
from practice import announcements, duty
from practice.models import Announcement
from scheduling import booking, reminder_plans, reminders, reminders_due, telling
from scheduling.models import Reminder
from tests.races.together import ROUNDS, run_together
from tests.scheduling import families
from tests.scheduling.conftest import WEEK, at, make_type
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MONDAY, TWO_DAYS = at(9, day=2), at(10, day=16)


@pytest.fixture
def plan(location, clinician):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=CLOCK)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


@pytest.fixture
def visit(plan, patient, practice):
    make_phone(patient)
    visit = book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)
    follow(MONDAY)
    return visit


def texts(occasion):
    return Delivery.objects.filter(occasion=occasion)


@pytest.mark.parametrize("_round", ROUNDS)
def test_what_is_due_is_handed_over_once(visit, _round):
    outcome = run_together(
        4, lambda _n: reminders_due.hand_over(now=TWO_DAYS, by=CLOCK)
    )

    assert not outcome.errors
    assert texts("two_days").count() == texts("first_text").count() == 1


@pytest.fixture
def family(plan, location, practice):
    """Two of one day and one phone, who agreed to one text."""
    for hour in (14, 16):
        families.coming(plan, families.member(location)[0], hour)
    follow(MONDAY)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_text_for_a_family_is_handed_over_once(family, _round):
    outcome = run_together(
        4, lambda _n: reminders_due.hand_over(now=TWO_DAYS, by=CLOCK)
    )

    assert not outcome.errors
    assert texts("two_days_joint").get().parts.count() == 2
    assert not texts("two_days").exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_is_reminded_by_a_person_is_not_reminded_with_the_family(
    family, front_desk, _round
):
    row = Reminder.objects.filter(step__occasion="two_days").order_by("pk")[0]
    acts = [
        lambda: reminders_due.send(reminder=row, by=front_desk, now=TWO_DAYS),
        lambda: reminders_due.hand_over(now=TWO_DAYS, by=CLOCK),
    ]
    run_together(2, lambda n: acts[n]())

    alone, joint = texts("two_days").count(), texts("two_days_joint").count()
    assert (alone, joint) in ((2, 0), (0, 1))


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_person_and_the_clock_send_one(visit, front_desk, _round):
    row = Reminder.objects.get(step__occasion="two_days")
    acts = [
        lambda: reminders_due.send(reminder=row, by=front_desk, now=TWO_DAYS),
        lambda: reminders_due.hand_over(now=TWO_DAYS, by=CLOCK),
    ]
    outcome = run_together(2, lambda n: acts[n]())

    assert all(isinstance(one, reminders_due.NotWaiting) for one in outcome.errors)
    assert texts("two_days").count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_planners_make_one_of_each(visit, _round):
    attendee = visit.attendees.get()
    Reminder.objects.all().delete()
    attendee.planned.delete()
    plans = reminder_plans.load()
    outcome = run_together(
        3,
        lambda _n: reminders.plan_anew(
            [attendee.pk], plans=plans, by=CLOCK, now=MONDAY
        ),
    )

    assert not outcome.errors
    assert Reminder.objects.count() == 3


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_move_while_it_is_handed_over_leaves_nothing_old(visit, plan, _round):
    later = replace(plan, starts_at=at(10, day=20))
    acts = [
        lambda: booking.move(appointment=visit, plan=later, by=CLOCK, now=TWO_DAYS),
        lambda: reminders_due.hand_over(now=TWO_DAYS, by=CLOCK),
    ]
    outcome = run_together(2, lambda n: acts[n]())
    follow(TWO_DAYS)

    assert not outcome.errors
    assert not texts("two_days").filter(status="due")
    assert {one.starts_at for one in Reminder.objects.filter(state="waiting")} == {
        later.starts_at
    }


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_person_and_the_site_tell_news_once(visit, _round):
    now = MONDAY + timedelta(minutes=2)
    row = Announcement.objects.get(kind="attendee.booked")
    acts = [
        lambda: announcements.tell(announcement=row, by=CLOCK, now=now),
        lambda: telling.tell_waiting(now=now, by=CLOCK),
        lambda: telling.tell_waiting(now=now, by=CLOCK),
    ]
    outcome = run_together(3, lambda n: acts[n]())

    assert not outcome.errors
    assert texts("booked").count() <= 1
    row.refresh_from_db()
    assert row.taken_at is not None
