"""What a dead number could not bring goes by e-mail, where there is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine

from messaging import settling
from messaging.models import Delivery
from messaging.states import Status
from practice.models import Task
from scheduling import planned, reminders_due, visits
from scheduling.models import Reminder
from scheduling.states import Status as State
from tests import cast
from tests.scheduling import families
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, make_mail, make_phone
from tests.scheduling.visit_links import book

MONDAY, TWO_DAYS = at(9, day=2), at(10, day=16)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def visit(plan, patient, practice):
    make_phone(patient)
    return book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)


def remind():
    follow(TWO_DAYS)
    reminders_due.hand_over(now=TWO_DAYS, by=CLOCK)
    return Delivery.objects.get(occasion="two_days")


def is_dead(row):
    settling.hear(
        delivery_id=row.pk,
        vendor_id="SM1",
        word="undelivered",
        code="30006",
        at=TWO_DAYS,
    )


def mails():
    return Delivery.objects.filter(channel="mail")


def test_a_reminder_to_a_dead_number_goes_by_mail(visit, patient):
    make_mail(patient)

    is_dead(remind())

    [mail] = mails()
    assert (mail.status, mail.address) == (Status.DUE, "pat@example.test")
    assert mail.replaces.status == Status.UNDELIVERED
    assert "Reply" not in mail.body
    assert Task.objects.filter(kind="contact.dead").count() == 1


def test_its_line_tells_of_the_mail(visit, patient):
    make_mail(patient)
    is_dead(remind())

    rows = Reminder.objects.filter(step__occasion="two_days")
    [line] = planned.lines_of(rows, now=TWO_DAYS)

    assert line.state == Status.DUE.label


def test_a_second_word_about_it_brings_no_second_mail(visit, patient):
    make_mail(patient)
    row = remind()

    is_dead(row)
    is_dead(row)

    assert mails().count() == 1


def test_who_has_no_mail_gets_none(visit):
    is_dead(remind())

    assert not mails().exists()


def test_what_is_not_true_any_more_goes_no_other_way(visit, patient):
    make_mail(patient)
    row = remind()
    off = {"status": State.CALLED_OFF, "reason": "Ill"}
    visits.cancel(attendees=visit.attendees.all(), by=cast.FOUNDER, now=TWO_DAYS, **off)

    is_dead(row)

    assert not mails().exists()


def test_one_text_for_a_family_goes_by_mail_to_each_who_has_one(plan, location):
    people = [families.member(location)[0] for _one in range(2)]
    for patient, hour in zip(people, (14, 16), strict=True):
        families.coming(plan, patient, hour)
    make_mail(people[1])
    families.hand_over()

    is_dead(Delivery.objects.get(occasion="two_days_joint"))

    [mail] = mails()
    assert (mail.patient, mail.replaces) == (people[1], None)
    assert "4:00 PM" in mail.body
    asked = Task.objects.filter(kind="contact.dead")
    assert {one.patient for one in asked} == set(people)
