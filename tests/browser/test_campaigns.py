"""Closed by snow: everybody is told in three clicks from Today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from messaging.models import Campaign
from practice import clock
from scheduling import booking
from tests.browser import axe
from tests.browser.hands import Hand
from tests.cast import FOUNDER
from tests.messaging.campaigning import people
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(clinician, location):
    """In a few minutes."""
    now = clock.now()
    start = now.replace(second=0, microsecond=0) + timedelta(minutes=5)
    plan = booking.Plan(make_type(clinician), clinician, location, start)
    despite = booking.Despite(hours="Here at any hour.", notice=True)
    return booking.book(
        plan=plan,
        patients=people(1, at=location),
        despite=despite,
        by=FOUNDER,
        now=now,
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_snow_is_told_in_three_clicks(page_as, manager, visit, width):
    page = page_as(manager, viewport={"width": width, "height": 900})
    page.goto(reverse("conversations"))
    hand = Hand(page)

    hand.click("link", "We are closed")
    page.get_by_label("Which place is closed").select_option(str(visit.location_id))
    hand.click("button", "See who is told")
    expect(page.get_by_role("heading", name="Who was to come")).to_be_visible()
    axe.check(page)
    hand.click("button", "Tell everybody")

    expect(page.get_by_text("Everybody is told").first).to_be_visible()
    assert hand.clicks == 3
    row = Campaign.objects.get()
    assert (row.kind, row.reached) == ("closure", 1)
    axe.check(page)


def test_from_today_it_is_three_clicks_as_well(page_as, front_desk, visit):
    page = page_as(front_desk)
    page.goto("/")
    hand = Hand(page)

    hand.click("link", "^Messages")
    axe.check(page)
    hand.click("link", "We are closed")
    hand.click("button", "Tell everybody")

    expect(page.get_by_text("Everybody is told").first).to_be_visible()
    assert hand.clicks == 3
