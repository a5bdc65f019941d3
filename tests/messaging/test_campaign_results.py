"""What became of a group message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from consent import opt_outs
from consent.states import Channel, Source
from messaging import campaign_results, campaigns
from messaging.models import Delivery
from scheduling import booking, visits
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import CLOCK, arrived, people, started, tick
from tests.scheduling.conftest import hours, kind, plan  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of(row, now=MONDAY + DAY):
    return campaign_results.of(row, now=now)


@pytest.fixture
def some(location):
    return people(3, at=location)


@pytest.fixture
def sent(manager, some):
    row = started(manager, *some)
    tick()
    arrived(row)
    return row


def test_people_are_counted_by_what_arrived(manager, some):
    row = started(manager, *some)
    tick()
    lost = campaigns.deliveries(row).order_by("pk").last()
    Delivery.objects.filter(pk=lost.pk).update(status="undelivered", left_at=MONDAY)
    arrived(row)

    found = of(row)

    assert (found.handed, found.delivered, found.not_delivered) == (3, 2, 1)
    assert found.segments == 3


def test_bookings_and_confirmations_count_for_two_weeks(sent, some, plan):  # noqa: F811
    visit = booking.book(
        plan=plan, patients=[some[0]], by=FOUNDER, now=MONDAY + timedelta(minutes=5)
    )
    visits.confirm(
        attendees=visit.attendees.all(), by=FOUNDER, now=MONDAY + timedelta(hours=1)
    )
    later = replace(plan, starts_at=plan.starts_at + 21 * DAY)
    booking.book(plan=later, patients=[some[1]], by=FOUNDER, now=MONDAY + 15 * DAY)

    found = of(sent, now=MONDAY + 20 * DAY)

    assert (found.booked, found.confirmed) == (1, 1)


def test_who_stops_afterwards_is_counted(sent, some):
    opt_outs.stop(
        address=str(some[0].contact_points.get().phone),
        channel=Channel.TEXT,
        source=Source.KEYWORD,
        by=CLOCK,
        now=MONDAY + DAY,
    )

    assert of(sent, now=MONDAY + 2 * DAY).opted_out == 1


def test_the_price_is_an_estimate_by_the_setting(settings):
    settings.TEXT_PRICE = 0.02

    assert campaign_results.price(1234) == Decimal("24.68")


def test_results_ask_the_same_number_of_questions(
    manager, location, django_assert_max_num_queries
):
    counts = []
    for count in (2, 8):
        row = started(manager, *people(count, at=location))
        tick()
        arrived(row)
        with django_assert_max_num_queries(20) as found:
            of(row)
        counts.append(len(found))

    assert counts[0] == counts[1]
