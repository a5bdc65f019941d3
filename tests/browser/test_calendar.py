"""The calendar in a browser: drawing, dragging, keys, what stays chosen."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from practice import clock, duty
from scheduling import booking
from tests.browser import axe
from tests.browser.hands import spot
from tests.cast import FOUNDER, make_clinician, make_patient
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser
NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = [(day, time(9), time(17)) for day in range(7)]


@pytest.fixture
def day():
    """Tomorrow in New York."""
    return clock.now().astimezone(NEW_YORK).date() + timedelta(days=1)


@pytest.fixture
def team(location, clinician):
    """Two clinicians with hours every day."""
    other = make_clinician(at=location, name="Dora Doctor")
    for one in (clinician, other):
        duty.set_duty_hours(staff=one, location=location, spans=EVERY_DAY, by=FOUNDER)
    return [clinician, other]


@pytest.fixture
def kind(team):
    return make_type(team[0], clinicians=team)


@pytest.fixture
def visit(kind, team, location, patient, day):
    """At ten, with the first."""
    at = datetime.combine(day, time(10), NEW_YORK)
    return book(booking.Plan(kind, team[0], location, at), patient)


def book(plan, patient, **more):
    return booking.book(
        plan=plan, patients=[patient], by=FOUNDER, now=clock.now(), **more
    )


@pytest.fixture
def page(page_as, front_desk, visit, day):
    page = page_as(front_desk, viewport={"width": 1280, "height": 900})
    page.goto(f"/calendar/?on={day}")
    page.wait_for_load_state("networkidle")
    return page


def card_of(page, visit):
    return page.locator(f'[data-visit="{visit.pk}"]')


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def wall(visit):
    visit.refresh_from_db()
    return visit.starts_at.astimezone(NEW_YORK).time()


def test_a_click_on_a_free_time_books_it(page, team, location, day):
    page.mouse.click(*spot(page, 1, 14, 15))

    page.wait_for_url(re.compile("/visits/new/"))
    assert f"at={day}T14%3A15" in page.url
    assert f"clinician={team[1].pk}" in page.url
    assert f"location={location.pk}" in page.url


def test_a_stretch_that_is_drawn_says_its_length(page, location):
    caller = make_patient(at=location)
    drag(page, spot(page, 1, 14), spot(page, 1, 14, 40))

    page.wait_for_url(re.compile("/visits/new/"))
    page.locator("#whom-query").fill(caller.family_name)
    page.get_by_role("link", name=caller.family_name).first.click()

    expect(page.get_by_label("Minutes")).to_have_value("45")


def test_a_visit_is_dragged_and_put_back_by_undo(page, visit, team):
    drag(page, spot(page, 0, 10, 10), spot(page, 1, 11, 10))

    expect(page.locator("#toasts")).to_contain_text("11:00 AM")
    assert (wall(visit), visit.clinician) == (time(11), team[1])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert (wall(visit), visit.clinician) == (time(10), team[0])


def test_where_a_visit_cannot_be_is_said_and_it_goes_back(
    page, visit, kind, team, location, day
):
    other = make_patient(at=location)
    at = datetime.combine(day, time(11), NEW_YORK)
    book(booking.Plan(kind, team[1], location, at), other)
    home = card_of(page, visit).bounding_box()

    drag(page, spot(page, 0, 10, 10), spot(page, 1, 11, 10))

    expect(page.locator("#toasts")).to_contain_text("has another visit")
    assert wall(visit) == time(10)
    page.locator(".diary").evaluate("it => { it.scrollTop = 0 }")
    assert card_of(page, visit).bounding_box() == home


def test_the_edge_of_a_visit_changes_its_length(page, visit):
    drag(page, spot(page, 0, 10, 45), spot(page, 0, 11, 10))

    expect(page.locator("#toasts")).to_contain_text("Moved")
    assert wall(visit) == time(10)
    assert visit.length == timedelta(minutes=75)


def test_a_visit_is_moved_by_keyboard_and_each_step_is_said(page, visit, team):
    card_of(page, visit).get_by_role("link").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    expect(page.locator("#diary-says")).to_have_text(
        re.compile("10:15 AM to 11:10 AM, Dora Doctor")
    )

    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("10:15 AM")
    assert (wall(visit), visit.clinician) == (time(10, 15), team[1])
    assert visit.length == timedelta(minutes=55)
    expect(card_of(page, visit).get_by_role("link")).to_be_focused()


def test_escape_puts_a_visit_back(page, visit):
    home = card_of(page, visit).bounding_box()
    card_of(page, visit).get_by_role("link").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")

    page.keyboard.press("Escape")

    expect(page.locator("#diary-says")).to_have_text("Put back.")
    assert card_of(page, visit).bounding_box() == home
    assert wall(visit) == time(10)


def test_arrows_go_from_a_visit_to_the_free_time_that_enter_books(page, visit, day):
    card_of(page, visit).get_by_role("link").focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/visits/new/"))
    assert f"at={day}T11%3A00" in page.url


def test_pointing_at_a_visit_shows_what_can_be_done(page, visit):
    card_of(page, visit).hover()

    peek = page.get_by_role("dialog", name="Visit")
    expect(peek).to_contain_text("Paula Patience")
    peek.get_by_role("button", name="Confirm").click()

    expect(page.locator("#toasts")).to_contain_text("Confirmed")
    expect(card_of(page, visit)).to_have_class(re.compile("visit-confirmed"))
    assert "/calendar/" in page.url


def test_a_letter_opens_the_details_and_escape_closes_them(page, visit):
    card_of(page, visit).get_by_role("link").focus()

    page.keyboard.press("i")

    peek = page.get_by_role("dialog", name="Visit")
    expect(peek).to_be_visible()
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(card_of(page, visit).get_by_role("link")).to_be_focused()


def test_what_was_chosen_stays(page, team):
    page.get_by_text("Everybody").first.click()
    page.get_by_role("checkbox", name="Dora Doctor").check()
    page.get_by_role("group").get_by_role("button", name="Show").click()
    expect(page.locator(".diary-head")).to_have_count(1)

    page.goto("/calendar/")

    expect(page.locator(".diary-head")).to_have_count(1)
    expect(page.locator(".diary-head")).to_contain_text("Dora Doctor")


def test_a_visit_outside_the_hours_is_shown(page, kind, team, location, day, patient):
    at = datetime.combine(day, time(21), NEW_YORK)
    late = book(
        booking.Plan(kind, team[1], location, at),
        make_patient(at=location),
        despite=booking.Despite(hours="A crisis"),
    )

    page.reload()

    card_of(page, late).scroll_into_view_if_needed()
    expect(card_of(page, late)).to_be_visible()
    expect(page.locator(".diary-hours")).to_contain_text("9 PM")


def test_today_has_a_line_of_now(page):
    page.get_by_role("link", name="Today", exact=True).last.click()

    page.wait_for_load_state()
    lines = page.locator(".diary-now")
    hour = clock.now().astimezone(NEW_YORK).hour
    expect(lines).to_have_count(2 if 9 <= hour < 17 else lines.count())


def clock_changes():
    """The next days on which the clocks go forward and back, in this order."""
    today = clock.now().astimezone(NEW_YORK)
    days = [(today + timedelta(days=n)).date() for n in range(1, 380)]
    lengths = {
        day: datetime.combine(day + timedelta(days=1), time(), NEW_YORK).timestamp()
        - datetime.combine(day, time(), NEW_YORK).timestamp()
        for day in days
    }
    hours = {length / 3600: day for day, length in lengths.items()}
    return [hours[23], hours[25]]


@pytest.mark.parametrize(
    ("which", "labels", "later"),
    [(0, ["12 AM", "1 AM", "3 AM"], 23), (1, ["12 AM", "1 AM", "1 AM again"], 25)],
)
def test_a_day_on_which_the_clocks_change_has_its_own_hours(
    page, kind, team, location, which, labels, later
):
    on = clock_changes()[which]
    at = [datetime.combine(on, time(hour, 30), NEW_YORK) for hour in (0, 22)]
    for start in at:
        there = booking.Plan(kind, team[0], location, start)
        night = booking.Despite(hours="A crisis")
        book(there, make_patient(at=location), despite=night)

    page.goto(f"/calendar/?on={on}")

    hours = page.locator(".diary-hours li")
    expect(hours).to_have_count(later)
    words = [" ".join(one.split()) for one in hours.all_inner_texts()]
    assert words[:3] == labels
    expect(page.locator(".visit-time").last).to_contain_text("10:30")


def test_without_a_script_everything_is_a_link(page_as, front_desk, visit, day):
    page = page_as(front_desk, java_script_enabled=False)
    page.goto(f"/calendar/?on={day}")

    card_of(page, visit).get_by_role("link").click()
    page.get_by_role("link", name="Move").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Move")


@pytest.mark.parametrize("view", ["day", "week", "list", "agenda"])
def test_each_view_keeps_the_accessibility_rules(page, visit, day, view):
    page.goto(f"/calendar/?on={day}&view={view}&who=")

    axe.check(page)


def test_a_week_of_one_and_the_card_keep_the_accessibility_rules(
    page, visit, day, team
):
    page.goto(f"/calendar/?on={day}&view=week&who={team[0].pk}")
    card_of(page, visit).get_by_role("link").focus()
    page.keyboard.press("i")
    expect(page.get_by_role("dialog", name="Visit")).to_be_visible()

    axe.check(page)


def test_a_phone_shows_one_clinician_at_a_time(page_as, front_desk, visit, day):
    page = page_as(front_desk, viewport={"width": 360, "height": 740})
    page.goto(f"/calendar/?on={day}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    widths = [box["width"] for box in boxes(page.locator(".diary-column"))]
    assert min(widths) > 200


def test_a_phones_list_keeps_together_what_belongs_together(
    page_as, front_desk, visit, day
):
    page = page_as(front_desk, viewport={"width": 360, "height": 740})
    page.goto(f"/calendar/?view=agenda&on={day}")
    row = page.get_by_role("row").filter(has_text="Paula")
    times = row.locator("td").first.locator("span").first
    kind = row.locator(".diary-kind")

    expect(times).to_have_text("10:00 AM – 10:50 AM")
    assert times.bounding_box()["width"] < 180
    assert times.bounding_box()["height"] < 30
    dot = kind.locator(".swatch").bounding_box()
    assert dot["x"] - kind.bounding_box()["x"] < 2
    assert kind.bounding_box()["width"] < 120


def boxes(found):
    return [found.nth(n).bounding_box() for n in range(found.count())]
