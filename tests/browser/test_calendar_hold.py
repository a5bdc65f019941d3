"""A visit in the hand: it says where it would go, and is never held unseen."""

# ruff: noqa: F811 - the fixtures of another module, as arguments

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from practice import clock, duty
from practice.models import Role
from scheduling import booking
from tests.browser.daylight import zone_at
from tests.browser.hands import spot
from tests.browser.test_calendar import (  # noqa: F401 - fixtures
    NEW_YORK,
    book,
    card_of,
    day,
    drag,
    kind,
    page,
    team,
    visit,
    wall,
)
from tests.cast import (
    FOUNDER,
    make_clinician,
    make_location,
    make_patient,
    make_staff,
)
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser
ALL_DAY = [(day, time(0), time(23, 55)) for day in range(7)]


def hold(page, start, end):
    """Press, and draw without letting go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)


def pick_up(page, visit):
    card_of(page, visit).get_by_role("link").focus()
    page.keyboard.press("Space")


def place_of(page, visit):
    """Where a card lies on the sheet, however far that is scrolled."""
    told = (
        "it => [it.closest('.diary-column').ariaLabel, it.offsetTop, it.offsetHeight]"
    )
    return card_of(page, visit).evaluate(told)


def expect_home(page, visit, home):
    expect(page.locator(".is-held, .visit-aim")).to_have_count(0)
    assert place_of(page, visit) == home


def test_a_dragged_visit_says_its_new_time_and_whose_it_would_be(page, visit):
    card = card_of(page, visit)

    hold(page, spot(page, 0, 10, 10), spot(page, 1, 11, 10))

    expect(card.locator(".visit-aim")).to_have_text("11:00 AM – 11:50 AM Dora Doctor")
    expect(card.locator(".visit-time")).to_be_hidden()
    page.mouse.move(*spot(page, 0, 12, 10))
    expect(card.locator(".visit-aim")).to_have_text("12:00 PM – 12:50 PM")
    page.keyboard.press("Escape")
    expect(card.locator(".visit-time")).to_be_visible()
    expect(card.locator(".visit-aim")).to_have_count(0)


def test_a_dragged_edge_says_until_when(page, visit):
    hold(page, spot(page, 0, 10, 45), spot(page, 0, 11, 10))

    expect(card_of(page, visit).locator(".visit-aim")).to_have_text(
        "10:00 AM – 11:15 AM"
    )


def test_by_keyboard_the_card_says_it_too(page, visit):
    pick_up(page, visit)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")

    aim = card_of(page, visit).locator(".visit-aim")
    expect(aim).to_have_text("10:15 AM – 11:05 AM Dora Doctor")
    expect(aim).to_be_in_viewport()


def test_a_short_visit_says_all_of_it(page, team, location, day):
    short = make_type(team[0], name="Short", length=timedelta(minutes=15))
    at = datetime.combine(day, time(14), NEW_YORK)
    plan = booking.Plan(short, team[0], location, at)
    visit = book(plan, make_patient(at=location))
    page.reload()
    pick_up(page, visit)
    page.keyboard.press("ArrowUp")

    box = card_of(page, visit).bounding_box()
    said = card_of(page, visit).locator(".visit-names").bounding_box()
    assert said["y"] + said["height"] <= box["y"] + box["height"]


@pytest.fixture
def small(page_as, front_desk, visit, day):
    page = page_as(front_desk, viewport={"width": 1000, "height": 620})
    page.goto(f"/calendar/?on={day}")
    page.wait_for_load_state("networkidle")
    return page


def scrolls(page, what, far):
    page.wait_for_function(f"() => {what} > {far}")


def test_a_mouse_at_the_rim_makes_the_sheet_scroll(small, visit):
    start = spot(small, 0, 10, 10)
    box = small.locator(".diary").bounding_box()
    hold(small, start, (start[0], min(box["y"] + box["height"], 620) - 8))

    scrolls(small, "document.querySelector('.diary').scrollTop", 150)
    small.mouse.up()

    expect(small.locator("#toasts")).to_contain_text("Moved")
    assert wall(visit) > time(13)


def test_what_is_taken_up_at_the_rim_stays_where_it_is(small, visit):
    small.locator(".diary").evaluate("it => { it.scrollTop = 60 }")
    box = card_of(small, visit).bounding_box()
    head = small.locator(".diary-head").first.bounding_box()
    at = (box["x"] + 40, max(box["y"], head["y"] + head["height"]) + 6)
    hold(small, at, (at[0] + 40, at[1]))

    small.wait_for_timeout(200)

    assert small.locator(".diary").evaluate("it => it.scrollTop") == 60


def test_a_sheet_that_the_window_cuts_makes_the_page_scroll(
    page_as, front_desk, visit, day
):
    page = page_as(front_desk, viewport={"width": 600, "height": 420})
    page.goto(f"/calendar/?on={day}")
    page.wait_for_load_state("networkidle")
    card_of(page, visit).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    box = card_of(page, visit).bounding_box()
    hold(page, (box["x"] + 40, box["y"] + 4), (box["x"] + 40, 412))

    scrolls(page, "scrollY", before + 20)


def test_a_drag_that_was_let_go_elsewhere_is_none(page, visit):
    home = place_of(page, visit)
    hold(page, spot(page, 0, 10, 10), spot(page, 1, 12, 10))

    page.evaluate(
        "dispatchEvent(new PointerEvent('pointermove', {pointerId: 1, buttons: 0}))"
    )

    expect_home(page, visit, home)
    page.mouse.up()
    assert wall(visit) == time(10)


@pytest.mark.parametrize("elsewhere", ["free", "focus", "Tab"])
def test_who_goes_elsewhere_lets_go_of_what_the_keyboard_holds(page, visit, elsewhere):
    home = place_of(page, visit)
    pick_up(page, visit)
    page.keyboard.press("ArrowDown")

    if elsewhere == "free":
        page.mouse.click(*spot(page, 1, 14))
    elif elsewhere == "focus":
        page.get_by_role("link", name="Today", exact=True).last.focus()
    else:
        page.keyboard.press("Tab")

    expect(page.locator("#diary-says")).to_have_text("Put back.")
    expect_home(page, visit, home)
    page.keyboard.press("ArrowDown")
    expect_home(page, visit, home)
    assert "/calendar/" in page.url
    assert wall(visit) == time(10)


def test_the_line_of_now_stays_where_it_is_after_a_drop(page_as, practice):
    elm = make_location(time_zone=zone_at(9))
    cleo = make_clinician(at=elm)
    duty.set_duty_hours(staff=cleo, location=elm, spans=ALL_DAY, by=FOUNDER)
    now = clock.now().astimezone(ZoneInfo(elm.time_zone))
    at = now.replace(hour=10, minute=0, second=0, microsecond=0)
    visit = book(booking.Plan(make_type(cleo), cleo, elm, at), make_patient(at=elm))
    desk = make_staff(Role.FRONT_DESK, at=elm)
    page = page_as(desk, viewport={"width": 1280, "height": 900})
    page.clock.install()
    page.goto(f"/calendar/?on={at:%Y-%m-%d}")
    page.clock.fast_forward(7 * 60_000)
    assert row_of_now(page) == row_of_now(page, "data-row") + 1

    pick_up(page, visit)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".diary-now span[data-row]")).to_have_count(0)
    page.clock.fast_forward(61_000)

    visit.refresh_from_db()
    assert visit.starts_at == at + timedelta(minutes=15)
    assert row_of_now(page) == row_of_now(page, "data-row")


def row_of_now(page, name=""):
    line = page.locator(".diary-now span").first
    if name:
        return int(line.get_attribute(name))
    return int(line.evaluate("it => getComputedStyle(it).gridRowStart"))


def test_too_soon_is_moved_by_one_more_press_and_undone(
    page, team, location, day, visit
):
    ahead = make_type(team[1], name="Ahead", minimum_notice=timedelta(days=4))
    at = datetime.combine(day + timedelta(days=5), time(10), NEW_YORK)
    other = book(booking.Plan(ahead, team[1], location, at), make_patient(at=location))
    soon = booking.Plan(ahead, team[1], location, at - timedelta(days=5))
    booking.move(
        appointment=other,
        plan=soon,
        by=FOUNDER,
        now=clock.now(),
        despite=booking.AGREED,
    )
    page.reload()
    drag(page, spot(page, 1, 10, 10), spot(page, 1, 12, 10))

    page.get_by_role("button", name="Move it all the same").click()

    expect(page.locator("#toasts")).to_contain_text("Moved to")
    assert wall(other) == time(12)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert wall(other) == time(10)


def test_outside_the_hours_the_way_on_is_the_page_with_that_time(page, visit, day):
    drag(page, spot(page, 0, 10, 10), spot(page, 0, 16, 40))

    page.get_by_role("link", name="Look for another time").click()

    page.wait_for_url(re.compile(f"/visits/{visit.pk}/move/"))
    shown = page.get_by_label("When, by the clock of the place")
    expect(shown).to_have_value(re.compile(f"{day}T16:[34]"))
    page.get_by_role("group", name="nearest free times").get_by_role(
        "button"
    ).first.click()
    expect(page.locator("#toasts")).to_contain_text("Moved")
    assert time(15) <= wall(visit) < time(16, 30)
