"""Words that go out each time something happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging import campaign_events, campaigns
from messaging.models import CampaignKind
from practice.models import Role
from scheduling import booking, visits
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import bodies, lines, people, tick
from tests.scheduling.conftest import hours, kind, make_type, plan  # noqa: F401

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BOOKED = "visit.booked"


@pytest.fixture
def other(location):
    return cast.make_staff(Role.MANAGER, at=location)


@pytest.fixture
def running(manager, other):
    return standing(manager, other)


def standing(manager, other, **filters):
    row = campaigns.draft(
        kind=CampaignKind.STANDING,
        title="Before a visit",
        event=BOOKED,
        filters=filters,
        by=manager,
        now=MONDAY,
    )
    row = campaigns.freeze(campaign=row, by=manager, now=MONDAY)
    row = campaigns.approve(campaign=row, by=other, now=MONDAY)
    return campaigns.start(campaign=row, by=manager, now=MONDAY)


def book(plan, location, now=MONDAY + MINUTE):  # noqa: F811
    return booking.book(plan=plan, patients=people(1, at=location), by=FOUNDER, now=now)


def test_it_always_waits_for_a_second_person(manager):
    row = campaigns.draft(
        kind=CampaignKind.STANDING, title="B", event=BOOKED, by=manager, now=MONDAY
    )

    assert campaigns.freeze(campaign=row, by=manager, now=MONDAY).state == "waiting"


def test_each_visit_brings_one_text(running, plan, location):  # noqa: F811
    book(plan, location)

    tick(MONDAY + 2 * MINUTE)
    tick(MONDAY + 3 * MINUTE)

    [body] = bodies(running)
    assert "Tue 3 March, 10:00 AM" in body
    assert running.recipients.count() == 1


def test_what_was_booked_before_brings_none(manager, other, plan, location):  # noqa: F811
    book(plan, location, now=MONDAY - MINUTE)

    row = standing(manager, other)
    tick(MONDAY + MINUTE)

    assert lines(row) == []


def test_a_visit_of_another_type_brings_none(manager, other, clinician, plan, location):  # noqa: F811
    another = make_type(clinician, name="First visit")
    row = standing(manager, other, of_type=[str(another.pk)])
    book(plan, location)

    tick(MONDAY + 2 * MINUTE)

    assert lines(row) == []


def test_it_never_ends_by_itself_and_is_stopped(running, manager, plan, location):  # noqa: F811
    tick(MONDAY + MINUTE)
    running.refresh_from_db()
    assert running.state == "running"

    campaigns.stop(campaign=running, by=manager, now=MONDAY + MINUTE)
    book(plan, location)
    tick(MONDAY + 2 * MINUTE)

    assert lines(running) == []


def test_another_event_of_the_same_visit_is_not_the_one_that_was_answered(
    running,
    plan,  # noqa: F811
    location,
):
    visit = book(plan, location)
    campaign_events.follow(now=MONDAY + MINUTE)
    rows = list(running.recipients.all())
    assert campaign_events.of_lines(running, rows)

    after = plan.starts_at + timedelta(hours=1)
    visits.complete(attendees=visit.attendees.all(), by=FOUNDER, now=after)

    assert campaign_events.of_lines(running, rows) == {}


def test_a_visit_that_moved_before_the_text_brings_none(
    running,
    plan,  # noqa: F811
    location,
):
    from dataclasses import replace

    visit = book(plan, location)
    campaign_events.follow(now=MONDAY + MINUTE)
    later = replace(plan, starts_at=plan.starts_at + timedelta(hours=2))
    booking.move(appointment=visit, plan=later, by=FOUNDER, now=MONDAY + MINUTE)

    tick(MONDAY + 2 * MINUTE)

    assert lines(running)[0][1] == "The visit changed, or does not take place."
