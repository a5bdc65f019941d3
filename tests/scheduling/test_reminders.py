"""Reminders are planned, replanned and withdrawn, whatever changes a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from practice import patients
from scheduling import booking, groups, reminder_plans, reminders, undoing, visits
from scheduling.models import Reminder, ReminderStep
from scheduling.undoing import Mark
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, waiting
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
ALL = ["week_before", "two_days", "same_day"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def plan(plan):
    """Wednesday in two weeks at two: everything still comes."""
    return replace(plan, starts_at=at(14, day=18))


@pytest.fixture
def visit(plan, patient):
    visit = book(plan, patient, now=MONDAY)
    follow(MONDAY)
    return visit


def test_a_booked_visit_gets_the_reminders_of_its_plan(visit):
    assert waiting(visit) == ALL


def test_planning_again_changes_nothing(visit):
    before = list(Reminder.objects.values())
    reminders.plan_anew(
        [visit.attendees.get().pk],
        plans=reminder_plans.load(),
        by=CLOCK,
        now=MONDAY,
    )

    assert list(Reminder.objects.values()) == before


def test_who_books_late_is_told_why_nothing_came_before(plan, patient):
    visit = book(replace(plan, starts_at=at(14, day=3)), patient, now=MONDAY)
    follow(MONDAY)

    assert waiting(visit) == ["same_day"]
    left_out = Reminder.objects.filter(state="left_out")
    assert {one.reason for one in left_out} == {
        "Its time had passed when it was booked or moved."
    }


def test_a_moved_visit_has_reminders_of_its_new_start_alone(visit, plan, front_desk):
    later = replace(plan, starts_at=at(10, day=19))
    booking.move(appointment=visit, plan=later, by=front_desk, now=MONDAY)
    follow(MONDAY)

    assert waiting(visit) == ALL
    assert {one.starts_at for one in Reminder.objects.filter(state="waiting")} == {
        at(10, day=19)
    }
    gone = Reminder.objects.filter(state="withdrawn")
    assert [one.reason for one in gone] == ["The visit has moved since."] * 3


def test_a_move_that_is_undone_brings_its_reminders_back(visit, plan, front_desk):
    before, later = Mark.of(visit), replace(plan, starts_at=at(10, day=19))
    ours = set(Reminder.objects.values_list("pk", flat=True))
    moved = booking.move(appointment=visit, plan=later, by=front_desk, now=MONDAY)
    follow(MONDAY)
    undoing.undo(
        appointment=moved, before=before, after=Mark.of(moved), by=CLOCK, now=MONDAY
    )
    follow(MONDAY)

    back = Reminder.objects.filter(state="waiting")
    assert set(back.values_list("pk", flat=True)) == ours


def test_a_cancelled_visit_has_none_until_it_stands_again(visit):
    [attendee] = visit.attendees.all()
    visits.cancel(
        attendees=[attendee], status="cancelled", reason="Ill", by=CLOCK, now=MONDAY
    )
    follow(MONDAY)
    assert waiting(visit) == []

    visits.correct(
        attendee=attendee, status="scheduled", reason="Slip", by=CLOCK, now=MONDAY
    )
    follow(MONDAY)
    assert waiting(visit) == ALL


def test_a_death_withdraws_all_and_its_taking_back_brings_them_back(visit, patient):
    patients.record_death(patient=patient, died_on=MONDAY.date(), by=CLOCK, now=MONDAY)
    follow(MONDAY)
    assert waiting(visit) == []
    assert "died" in Reminder.objects.filter(state="withdrawn")[0].reason

    patients.take_death_back(patient=patient, by=CLOCK, now=MONDAY)
    follow(MONDAY)
    assert waiting(visit) == ALL


def test_who_joins_a_group_has_reminders_of_their_own(visit, location, kind):
    with cast.by_hand():
        kind.seats = 4
        kind.save()
    visit.refresh_from_db()
    other = cast.make_patient(at=location)
    groups.join(appointment=visit, patient=other, by=CLOCK, now=MONDAY)
    follow(MONDAY)

    assert waiting(visit) == ["week_before"] * 2 + ["two_days"] * 2 + ["same_day"] * 2


def test_another_plan_takes_effect_on_what_is_booked(visit, kind):
    plan = reminder_plans.add(kind=kind, location=None, by=CLOCK)
    for step in plan.steps.filter(occasion="week_before"):
        reminder_plans.change_step(step=step, is_in_use=False, by=CLOCK)
    follow(MONDAY)

    assert waiting(visit) == ["two_days", "same_day"]


def test_a_new_step_sends_nothing_that_is_past(visit):
    now = at(9, day=15)
    week = ReminderStep.objects.get(occasion="week_before")
    reminder_plans.add_step(
        plan=week.plan,
        occasion="same_day",
        when="before",
        days=5,
        channel="text",
        by=CLOCK,
    )
    follow(now)

    [five] = Reminder.objects.filter(step__days=5)
    assert five.state == "left_out"


def test_the_plan_that_names_most_of_a_visit_holds(kind, location):
    plans = reminder_plans
    plans.provide(by=CLOCK)
    here = plans.add(kind=None, location=location, by=CLOCK)
    assert plans.load().of(kind.pk, location.pk) == here

    typed = plans.add(kind=kind, location=None, by=CLOCK)
    assert plans.load().of(kind.pk, location.pk) == typed

    both = plans.add(kind=kind, location=location, by=CLOCK)
    assert plans.load().of(kind.pk, location.pk) == both
    plans.retire(plan=both, by=CLOCK)
    assert plans.load().of(kind.pk, location.pk) == typed


def test_the_plan_for_all_others_stays(db):
    plan = reminder_plans.provide(by=CLOCK)

    assert reminder_plans.provide(by=CLOCK) == plan
    with pytest.raises(reminder_plans.AlwaysThere):
        reminder_plans.retire(plan=plan, by=CLOCK)


def test_the_database_lets_one_wait_for_each_step(visit):
    one = Reminder.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(
            attendee=one.attendee,
            step=one.step,
            starts_at=one.starts_at + timedelta(days=1),
            meant_at=one.meant_at,
            planned_at=one.planned_at,
            until_at=one.until_at,
            state_at=MONDAY,
        )


def test_queries_of_planning_do_not_grow(plan, location):
    def queries(count, day):
        for number in range(count):
            when = replace(plan, starts_at=at(9 + number, day=day))
            book(when, cast.make_patient(at=location), now=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            reminders.follow(now=MONDAY, by=CLOCK)
        return len(asked)

    reminder_plans.provide(by=CLOCK)

    assert queries(1, 16) == queries(5, 17)


def test_what_is_there_already_is_not_made_twice(visit):
    attendee = visit.attendees.get()
    attendee.planned.delete()
    follow(MONDAY)

    assert waiting(visit) == ALL
