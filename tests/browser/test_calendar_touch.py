"""The calendar under a finger: it scrolls, and holds what it rests on."""

# ruff: noqa: F811 - the fixtures of another module, as arguments

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.hands import spot
from tests.browser.test_calendar import (  # noqa: F401 - fixtures
    card_of,
    day,
    kind,
    team,
    visit,
    wall,
)

pytestmark = pytest.mark.browser
REST = 650  # milliseconds: longer than a finger has to rest


@pytest.fixture
def page(page_as, front_desk, visit, day):
    page = page_as(front_desk, viewport={"width": 820, "height": 700}, has_touch=True)
    page.goto(f"/calendar/?on={day}")
    page.wait_for_load_state("networkidle")
    return page


@pytest.fixture
def finger(page):
    """`finger("Start", x, y)`, "Move", and "End": as the screen reports it."""
    return finger_on(page)


def finger_on(page):
    session = page.context.new_cdp_session(page)

    def touch(what, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        told = {"type": f"touch{what}", "touchPoints": points}
        session.send("Input.dispatchTouchEvent", told)

    return touch


def draw(page, finger, start, end, *, rest=REST):
    finger("Start", *start)
    page.wait_for_timeout(rest)
    for part in (0.25, 0.5, 0.75, 1):
        step = [a + (b - a) * part for a, b in zip(start, end, strict=True)]
        finger("Move", *step)
        page.wait_for_timeout(30)
    finger("End")


def scrolled(page):
    return page.locator(".diary").evaluate("it => it.scrollTop")


def wait_for_scroll(page, far):
    for _turn in range(200):
        if scrolled(page) > far:
            return
        page.wait_for_timeout(50)
    pytest.fail("The sheet does not scroll")


def test_a_finger_that_rests_on_a_visit_moves_it(page, finger, visit, team):
    start, end = spot(page, 0, 10, 10), spot(page, 1, 11, 10)

    draw(page, finger, start, end)

    expect(page.locator("#toasts")).to_contain_text("11:00 AM")
    assert (wall(visit), visit.clinician) == (time(11), team[1])


def test_a_finger_that_does_not_rest_scrolls(page, finger, visit):
    start, end = spot(page, 0, 10, 10), spot(page, 0, 9, 0)

    draw(page, finger, start, end, rest=0)

    wait_for_scroll(page, 0)
    assert wall(visit) == time(10)
    expect(page.locator(".is-held")).to_have_count(0)


def test_what_a_finger_holds_does_not_scroll_along(page, finger, visit):
    start, end = spot(page, 0, 10, 10), spot(page, 0, 11, 10)
    before = scrolled(page)

    draw(page, finger, start, end)

    expect(page.locator("#toasts")).to_contain_text("11:00 AM")
    assert scrolled(page) == before


def test_a_finger_lifted_where_it_rested_opens_the_card(page, finger, visit):
    at = spot(page, 0, 10, 10)

    draw(page, finger, at, at)

    expect(page.get_by_role("dialog", name="Visit")).to_contain_text("Paula Patience")
    assert wall(visit) == time(10)


def test_a_tap_opens_the_visit(page, visit):
    page.touchscreen.tap(*spot(page, 0, 10, 10))

    page.wait_for_url(re.compile(f"/visits/{visit.pk}/"))


def test_a_finger_that_rests_on_a_free_time_draws_it(page, finger, day):
    draw(page, finger, spot(page, 1, 12), spot(page, 1, 12, 40))

    page.wait_for_url(re.compile("/visits/new/"))
    assert f"at={day}T12%3A00" in page.url
    assert "minutes=45" in page.url


def test_the_edge_under_a_finger_changes_the_length(page, finger, visit):
    draw(page, finger, spot(page, 0, 10, 45), spot(page, 0, 11, 10))

    expect(page.locator("#toasts")).to_contain_text("Moved")
    visit.refresh_from_db()
    assert visit.length == timedelta(minutes=75)


def test_at_the_rim_the_sheet_scrolls_on(page, finger, visit):
    start = spot(page, 0, 10, 10)
    box = page.locator(".diary").bounding_box()
    finger("Start", *start)
    page.wait_for_timeout(REST)
    rim = (start[0], min(box["y"] + box["height"], 700) - 10)

    finger("Move", *rim)
    wait_for_scroll(page, 60)
    finger("End")

    expect(page.locator("#toasts")).to_contain_text("Moved")
    assert wall(visit) > time(13)


AT_THE_END = "it => it.scrollLeft >= it.scrollWidth - it.clientWidth - 1"


def test_on_a_phone_a_visit_goes_to_the_next_column(
    page_as, front_desk, visit, day, team
):
    page = page_as(front_desk, viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto(f"/calendar/?on={day}")
    page.wait_for_load_state("networkidle")
    touch = finger_on(page)
    box = card_of(page, visit).bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + 12

    touch("Start", *at)
    page.wait_for_timeout(REST)
    touch("Move", 345, at[1])
    for _turn in range(200):
        if page.locator(".diary").evaluate(AT_THE_END):
            break
        page.wait_for_timeout(50)
    touch("End")

    expect(page.locator("#toasts")).to_contain_text("Moved")
    wall(visit)
    assert visit.clinician == team[1]


def test_a_touch_that_is_cut_off_puts_the_visit_back(page, finger, visit):
    home = card_of(page, visit).bounding_box()
    start, end = spot(page, 0, 10, 10), spot(page, 0, 12, 10)
    finger("Start", *start)
    page.wait_for_timeout(REST)
    finger("Move", *end)
    page.wait_for_timeout(50)

    finger("Cancel")

    expect(page.locator(".is-held")).to_have_count(0)
    assert card_of(page, visit).bounding_box() == home
    assert wall(visit) == time(10)
