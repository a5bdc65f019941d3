"""Pages of reminders: plans for managers, lines on the visit and on the chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from messaging.models import Delivery
from messaging.states import Status as Sending
from scheduling import planned, reminder_plans, reminders_due, visits
from scheduling.models import Reminder, ReminderPlan, ReminderStep
from tests.cast import sign_in
from tests.scheduling.conftest import at
from tests.scheduling.desks import queries_of
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def plan(plan):
    """On Friday at two."""
    return replace(plan, starts_at=at(14, day=6))


@pytest.fixture
def visit(plan, patient, practice):
    make_phone(patient)
    visit = book(plan, patient, now=MONDAY)
    follow(MONDAY)
    return visit


@pytest.fixture
def desk(front_desk):
    return sign_in(front_desk)


@pytest.fixture
def boss(manager):
    return sign_in(manager)


def lines(patient, now=MONDAY):
    return [
        (one.title, one.state, one.detail)
        for one in planned.of_visits([patient.pk], now=now)
    ]


def test_the_chart_says_of_each_message_why_it_goes_or_not(visit, patient, desk):
    page = desk.get(reverse("patient", args=[patient.pk])).content.decode()

    assert "Two days before, to confirm" in page
    assert "Its time had passed when it was booked or moved." in page


def test_whoever_confirmed_will_not_be_asked_and_the_line_says_so(visit, patient):
    visits.confirm(attendees=visit.attendees.all(), by=CLOCK, now=MONDAY)
    follow(MONDAY)

    [detail] = [words for title, _state, words in lines(patient) if "Two" in title]
    assert "They have confirmed already." in detail


def test_what_went_says_how_it_went(visit, patient):
    now = at(10, day=4)
    reminders_due.hand_over(now=now, by=CLOCK)
    Delivery.objects.exclude(occasion="first_text").update(
        status=Sending.UNDELIVERED, reason="This number is a landline."
    )

    [(_title, state, detail)] = [one for one in lines(patient, now) if "Two" in one[0]]
    assert state == "Not delivered"
    assert "landline" in detail


def test_what_is_weeks_away_is_not_told_yet(plan, patient, practice):
    far = replace(plan, starts_at=plan.starts_at + timedelta(days=35))
    book(far, patient, now=MONDAY)
    follow(MONDAY)

    assert lines(patient) == []


def test_the_visit_lists_its_reminders(visit, desk):
    page = desk.get(reverse("visit", args=[visit.pk])).content.decode()

    assert "On the day" in page
    assert page.count("Send now") == 2


def press(desk, name, visit, row):
    path = reverse(name, args=[visit.pk, row.pk])
    return desk.post(path, follow=True).content.decode()


def test_one_press_sends_it_and_another_says_it_went(visit, desk):
    row = Reminder.objects.get(step__occasion="two_days")

    assert "It is in the outbox." in press(desk, "visit_reminder_send", visit, row)
    assert "already" in press(desk, "visit_reminder_send", visit, row)
    row.refresh_from_db()
    assert row.state == "handed"


def test_one_that_is_not_to_go_can_be_taken_up_again(visit, desk):
    row = Reminder.objects.get(step__occasion="two_days")

    assert "not be sent" in press(desk, "visit_reminder_leave_out", visit, row)
    assert "waits again" in press(desk, "visit_reminder_take_up", visit, row)
    row.refresh_from_db()
    assert row.state == "waiting"


def test_nobody_sends_what_is_about_a_chart_closed_to_them(visit, stranger):
    row = Reminder.objects.get(step__occasion="two_days")
    path = reverse("visit_reminder_send", args=[visit.pk, row.pk])

    assert sign_in(stranger).post(path).status_code == 404


def test_queries_of_the_chart_do_not_grow(plan, patient, practice, desk):
    page = reverse("patient", args=[patient.pk])
    book(plan, patient, now=MONDAY)
    follow(MONDAY)
    one = queries_of(desk, page)
    for hour in (9, 10, 11):
        book(replace(plan, starts_at=at(hour, day=6)), patient, now=MONDAY)
    follow(MONDAY)

    assert queries_of(desk, page) == one


def test_a_manager_reads_every_step_with_its_text_and_when_it_leaves(boss, practice):
    plan = reminder_plans.provide(by=CLOCK)
    listed = boss.get(reverse("reminder_plans")).content.decode()
    page = boss.get(reverse("reminder_plan", args=[plan.pk])).content.decode()

    assert "2 days before it, at 10:00 AM" in listed
    assert "Reply C to confirm" in page
    assert "Responda C" in page
    assert "Sat 14 Mar 2026, 10:00 AM" in page


def test_a_plan_of_a_type_begins_with_what_held_before(boss, kind, practice):
    reminder_plans.provide(by=CLOCK)
    answer = boss.post(reverse("reminder_plan_new"), {"kind": kind.pk}, follow=True)

    plan = ReminderPlan.objects.get(type=kind)
    assert "a plan of their own" in answer.content.decode()
    assert plan.steps.filter(is_in_use=True).count() == 4


def test_a_plan_for_nothing_is_refused_with_a_sentence(boss, practice):
    answer = boss.post(reverse("reminder_plan_new"), {"kind": ""})

    assert answer.status_code == 422
    assert "for all others is a plan" in answer.content.decode()


def change(boss, step, **answers):
    said = {
        "occasion": step.occasion,
        "channel": step.channel,
        "when": step.when,
        "days": step.days,
        "minutes": step.minutes,
        "at": "10:00" if step.at else "",
        "condition": step.condition,
        "is_in_use": "on",
    }
    path = reverse("reminder_step", args=[step.pk])
    version = boss.get(path).context["form"]["version"].value()
    return boss.post(path, said | {"version": version} | answers, follow=True)


def test_a_step_is_changed_and_visits_follow(visit, boss):
    step = ReminderStep.objects.get(occasion="two_days")
    change(boss, step, days=1)
    follow(MONDAY)

    assert Reminder.objects.get(step=step).meant_at == at(10, day=5)


def test_a_time_of_day_and_minutes_together_are_refused(boss, practice):
    reminder_plans.provide(by=CLOCK)
    step = ReminderStep.objects.get(occasion="two_days")
    answer = change(boss, step, minutes=30)

    assert answer.status_code == 422
    assert "not both" in answer.content.decode()


def test_a_plan_is_given_up_and_comes_back(boss, kind, practice):
    plan = reminder_plans.add(kind=kind, location=None, by=CLOCK)
    boss.post(reverse("reminder_plan_retire", args=[plan.pk]))
    assert not ReminderPlan.objects.get(pk=plan.pk).is_in_use

    boss.post(reverse("reminder_plan_restore", args=[plan.pk]))
    assert ReminderPlan.objects.get(pk=plan.pk).is_in_use


def test_whether_the_practice_calls_is_a_setting(boss, practice):
    plan = reminder_plans.provide(by=CLOCK)
    path = reverse("reminder_plan_edit", args=[plan.pk])
    version = boss.get(path).context["form"]["version"].value()
    boss.post(path, {"version": version})

    assert not ReminderPlan.objects.get(pk=plan.pk).needs_call


def test_the_desk_does_not_change_plans(desk, practice):
    plan = reminder_plans.provide(by=CLOCK)

    assert desk.get(reverse("reminder_plan_edit", args=[plan.pk])).status_code == 403
