"""Words about a visit leave only while they are true of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging.models import CampaignKind, Delivery
from scheduling import booking, calling_off, campaign_told, visit_words, visits
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import draft

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OLD = {9: "The visit changed, or does not take place."}


@pytest.fixture
def visit(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=FOUNDER, now=MONDAY)


def text(visit, manager, event="", **details):
    """One that waits in the outbox."""
    kind = CampaignKind.STANDING if event else CampaignKind.GROUP
    row = draft(manager, kind=kind, event=event, charts=None)
    ids = {**visit_words.about(visit.attendees.get()), "campaign": row.pk}
    usual = {"purpose": "education", "occasion": "instructions"}
    return Delivery(pk=9, ids=ids, **usual | details)


def closed(visit, manager):
    return text(visit, manager, purpose="urgent", occasion="closed")


def why(row):
    return campaign_told.still_so([row], now=MONDAY)


def cancel(visit):
    visits.cancel(
        attendees=visit.attendees.all(),
        status="cancelled",
        reason="No time",
        by=FOUNDER,
        now=MONDAY,
    )


@pytest.mark.parametrize("act", ["cancel", "move", "gone"])
@pytest.mark.parametrize("is_closed", [True, False])
def test_words_about_a_visit_that_changed_stay(visit, plan, manager, act, is_closed):
    row = closed(visit, manager) if is_closed else text(visit, manager, "visit.booked")
    assert why(row) == {}

    if act == "cancel":
        cancel(visit)
    elif act == "move":
        later = replace(plan, starts_at=plan.starts_at + 2 * HOUR)
        booking.move(appointment=visit, plan=later, by=FOUNDER, now=MONDAY)
    else:
        row.ids["attendee"] = 0

    assert why(row) == OLD


def test_words_for_before_a_visit_are_none_for_after_it(visit, plan, manager):
    before = text(visit, manager, "visit.booked")
    after = text(visit, manager, "visit.completed")
    assert (why(before), why(after)) == ({}, OLD)

    visits.complete(
        attendees=visit.attendees.all(), by=FOUNDER, now=plan.starts_at + HOUR
    )

    assert (why(before), why(after)) == (OLD, {})


def test_that_a_place_is_closed_stays_true_where_the_practice_cancels(visit, manager):
    row = closed(visit, manager)

    calling_off.call_off(appointment=visit, reason="Closed", by=FOUNDER, now=MONDAY)

    assert why(row) == {}


def test_what_is_about_no_visit_is_not_looked_at(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert why(Delivery(pk=9, ids={"campaign": 1})) == {}
