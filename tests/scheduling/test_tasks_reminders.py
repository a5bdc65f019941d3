"""What the sender and the pump do for visits: news and reminders are handed on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Delivery
from practice import contributions
from scheduling import booking, tasks_reminders
from scheduling.tasks_reminders import catch_up, hand_on
from tests.cast import FOUNDER
from tests.scheduling.conftest import at
from tests.scheduling.reminding import make_phone

pytestmark = pytest.mark.django_db
NOW, MINUTE = at(9, day=2), timedelta(minutes=1)


@pytest.fixture
def booked(plan, patient):
    """A visit of tomorrow, booked this minute."""
    make_phone(patient)
    tasks_reminders.plan_reminders(now=NOW)
    return booking.book(plan=plan, patients=[patient], by=FOUNDER, now=NOW)


def occasions():
    return set(Delivery.objects.values_list("occasion", flat=True))


def test_news_is_handed_on_once_its_minute_is_over(booked):
    assert hand_on(now=NOW) == 0
    assert hand_on(now=NOW + 2 * MINUTE) == 1

    assert "booked" in occasions()
    assert hand_on(now=NOW + 2 * MINUTE) == 0


def test_whoever_catches_up_plans_as_well(booked):
    later = at(8, day=3)  # in front of the visit's reminder of the day

    assert catch_up(now=later) >= 1
    assert booked.attendees.get().reminders.exists()
    assert catch_up(now=later) == 0


def test_where_nothing_is_due_nothing_is_locked(practice):
    with CaptureQueriesContext(connection) as queries:
        assert hand_on(now=NOW) == 0

    assert len(queries) == 2
    assert not [one for one in queries if "SAVEPOINT" in one["sql"]]


def test_the_frames_are_there():
    assert hand_on in contributions.load("PROMPT")
    assert catch_up in contributions.load("CATCH_UP")
