"""One message with a fault keeps back itself alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.db import OperationalError

from messaging import outbox
from messaging.models import Delivery
from practice.logs import PrivateFormatter
from scheduling import reminders_due, visit_words
from scheduling.models import Reminder
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow, make_phone
from tests.scheduling.visit_links import book

MONDAY = at(9, day=2)
TWO_DAYS = at(10, day=16)
MISSED = {"state": "left_out", "step__occasion": "two_days"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def visit(plan, patient, practice):
    """Wednesday in two weeks at two, of a patient who may be texted."""
    make_phone(patient)
    return book(replace(plan, starts_at=at(14, day=18)), patient, now=MONDAY)


def hand_over():
    follow(MONDAY)
    follow(TWO_DAYS)
    return reminders_due.hand_over(now=TWO_DAYS, by=CLOCK)


def texts(**which):
    return Delivery.objects.filter(**which).order_by("pk")


@pytest.fixture
def others(visit, plan, location):
    """The visit of another patient, due at the same moment."""
    other = cast.make_patient(at=location)
    make_phone(other)
    book(replace(plan, starts_at=at(13, day=18)), other, now=MONDAY)
    return other


def test_one_that_cannot_be_written_keeps_back_no_other(
    others, patient, monkeypatch, caplog
):
    values_of = visit_words.values_of

    def broken(news, recipient):
        if recipient.patient == patient:
            raise LookupError(patient.family_name)
        return values_of(news, recipient)

    monkeypatch.setattr(visit_words, "values_of", broken)
    hand_over()

    assert [one.patient for one in texts(occasion="two_days")] == [others]
    [left] = Reminder.objects.filter(**MISSED)
    assert left.reason.startswith("A fault of the program")
    logged = PrivateFormatter().format(caplog.records[-1])
    assert "LookupError" in logged
    assert patient.family_name not in logged


def test_one_that_cannot_be_planned_keeps_back_no_other(others, patient, monkeypatch):
    plan_many = outbox.plan_many

    def broken(envelopes, *, by, now):
        if patient in {one.patient for one in envelopes}:
            raise LookupError
        return plan_many(envelopes, by=by, now=now)

    monkeypatch.setattr(outbox, "plan_many", broken)
    hand_over()

    assert [one.patient for one in texts(occasion="two_days")] == [others]
    assert Reminder.objects.filter(**MISSED).count() == 1


def test_where_the_database_is_away_it_is_tried_again(visit, monkeypatch):
    def away(*_envelopes, by, now):
        raise OperationalError

    monkeypatch.setattr(outbox, "plan_many", away)

    with pytest.raises(OperationalError):
        hand_over()
    assert not Reminder.objects.filter(**MISSED).exists()
