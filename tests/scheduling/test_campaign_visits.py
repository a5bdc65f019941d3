"""What group messages know of visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling import booking, campaign_outcomes, visits
from scheduling.campaign_visits import CLOSED_DAY, VISITS
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def visit(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=FOUNDER, now=MONDAY)


def kinds(since=MONDAY, now=MONDAY):
    return [one.kind for one in VISITS(since=since, now=now)]


def test_a_booking_and_a_visit_that_took_place_happen_once(visit, plan):
    assert kinds() == ["visit.booked"]

    after = plan.starts_at + HOUR
    visits.complete(attendees=visit.attendees.all(), by=FOUNDER, now=after)

    assert kinds(now=after) == ["visit.completed"]
    assert kinds(since=after + HOUR, now=after + HOUR) == []


def test_it_is_told_in_the_language_of_the_reader(visit):
    [event] = VISITS(since=MONDAY, now=MONDAY)

    assert event.tell("en", "")["day"] == "Tue 3 March"
    assert event.tell("es", "")["day"] == "martes 3 de marzo"


def test_a_visit_that_moved_is_not_the_one_that_was_told(visit, plan):
    [event] = CLOSED_DAY(visit.location, plan.starts_at.date(), now=MONDAY)
    later = replace(plan, starts_at=plan.starts_at + 2 * HOUR)

    assert VISITS.of([event.ids])[0].starts_at == plan.starts_at
    booking.move(appointment=visit, plan=later, by=FOUNDER, now=MONDAY)

    assert VISITS.of([event.ids]) == {}
    assert CLOSED_DAY.of([event.ids])[0].key != event.key


def test_a_closed_day_is_one_place_and_one_day(visit, plan, far_location):
    day = plan.starts_at.date()

    assert len(CLOSED_DAY(visit.location, day, now=MONDAY)) == 1
    assert CLOSED_DAY(far_location, day, now=MONDAY) == []
    assert CLOSED_DAY(visit.location, day + DAY, now=MONDAY) == []
    assert CLOSED_DAY(visit.location, day, now=plan.starts_at + HOUR) == []


def test_events_ask_the_same_number_of_questions(
    plan, location, django_assert_num_queries
):
    for turn in range(3):
        one = cast.make_patient(at=location)
        later = replace(plan, starts_at=plan.starts_at + turn * HOUR)
        booking.book(plan=later, patients=[one], by=FOUNDER, now=MONDAY)

    with django_assert_num_queries(2):
        VISITS(since=MONDAY, now=MONDAY)


def test_a_booking_that_was_cancelled_again_is_no_outcome(visit, patient):
    since = MONDAY - HOUR
    asked = {"since": since, "now": MONDAY + HOUR}
    assert campaign_outcomes.of_visits([patient.pk], **asked) == {
        patient.pk: frozenset({"booked"})
    }

    visits.cancel(
        attendees=visit.attendees.all(),
        status="cancelled",
        reason="No time",
        by=FOUNDER,
        now=MONDAY,
    )

    assert campaign_outcomes.of_visits([patient.pk], **asked) == {}
