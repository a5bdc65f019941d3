"""The desk's day in a real browser, its clicks counted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from practice import clock, duty
from practice.models import CallAttempt, Role
from practice.states import PatientState
from scheduling import booking, visits
from scheduling.booking import Plan
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.browser import axe
from tests.browser.daylight import zone_at
from tests.browser.hands import Hand
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser
ALL_WEEK = [(day, time(0), time(23, 59)) for day in range(7)]


@pytest.fixture
def place(practice):
    """Where it is about ten in the morning, whenever the test runs."""
    return cast.make_location(name="Elm", short_name="Elm", time_zone=zone_at(10))


@pytest.fixture
def desk(place):
    return cast.make_staff(Role.FRONT_DESK, at=place, name="Dora Desk")


@pytest.fixture
def plan(place):
    """In half an hour."""
    clinician = cast.make_clinician(at=place, name="Cleo Clinician")
    duty.set_duty_hours(
        staff=clinician, location=place, spans=ALL_WEEK, by=cast.FOUNDER
    )
    kind = make_type(clinician, length=timedelta(minutes=20))
    starts_at = (clock.now() + timedelta(minutes=30)).replace(second=0, microsecond=0)
    return Plan(kind, clinician, place, starts_at)


@pytest.fixture
def visit(plan, place, desk):
    person = cast.make_patient(
        at=place, given_name="Paula", family_name="Patience", now=clock.now()
    )
    cast.make_contact(person)
    return booking.book(plan=plan, patients=[person], by=desk, now=clock.now())


def lane(page, name):
    return page.locator(f".board-lane-{name}")


def poll(page):
    """What the board does every few seconds."""
    with page.expect_response(lambda answer: "/board/" in answer.url) as answered:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    return answered.value


def test_the_desks_day_is_there_without_a_click(page_as, desk, visit):
    page = page_as(desk)

    page.goto("/")

    expect(lane(page, "expected")).to_contain_text("Paula Patience")
    expect(page.get_by_role("button", name=re.compile("^Arrived"))).to_be_visible()


def test_todays_board_comes_up_to_date_by_itself(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/")
    page.mouse.move(0, 0)
    assert poll(page).status == 204

    visits.arrive(attendees=visit.attendees.all(), by=desk, now=clock.now())

    assert poll(page).status == 200
    expect(lane(page, "arrived")).to_contain_text("Paula Patience")


@pytest.mark.parametrize("path", ["/", "/board/"])
def test_somebody_is_checked_in_with_one_click(page_as, desk, visit, path):
    page = page_as(desk)
    page.goto(path)
    hand = Hand(page)

    hand.click("button", "^Arrived")

    expect(lane(page, "arrived")).to_contain_text("Paula Patience")
    expect(lane(page, "expected")).not_to_contain_text("Paula Patience")
    assert hand.clicks == 1
    assert urlsplit(page.url).path == path


@pytest.fixture
def over(place, plan, desk):
    """A visit that ended half an hour ago, of which nobody said how it went."""
    now = clock.now()
    earlier = replace(plan, starts_at=plan.starts_at - timedelta(minutes=80))
    person = cast.make_patient(at=place, given_name="Olga", now=now)
    return booking.book(
        plan=earlier, patients=[person], by=desk, now=now - timedelta(hours=3)
    )


@pytest.mark.parametrize("path", ["/", "/board/"])
@pytest.mark.parametrize(
    ("button", "outcome"),
    [("^Completed", Status.COMPLETED), ("^Did not come", Status.NO_SHOW)],
)
def test_an_outcome_is_said_with_one_click(page_as, desk, over, path, button, outcome):
    page = page_as(desk)
    page.goto(path)
    hand = Hand(page)

    hand.press(
        lane(page, "missing").get_by_role("button", name=re.compile(button)).first
    )

    expect(page.locator(".toast").first).to_be_visible()
    expect(lane(page, "missing")).not_to_contain_text("Olga")
    assert hand.clicks == 1
    assert over.attendees.get().status == outcome


def test_the_day_is_closed_with_one_click(page_as, desk, over):
    page = page_as(desk)
    page.goto("/board/")
    hand = Hand(page)

    hand.click("link", "^Close the day")

    expect(page.get_by_role("heading", name="Close the day")).to_be_visible()
    expect(page.get_by_text("Olga")).to_be_visible()
    assert hand.clicks == 1


def test_the_next_are_told_with_one_click_that_a_clinician_is_behind(
    page_as, desk, plan, place, visit
):
    waiting = booking.book(
        plan=replace(plan, starts_at=plan.starts_at - timedelta(minutes=35)),
        patients=[cast.make_patient(at=place, given_name="Wilma", now=clock.now())],
        by=desk,
        now=clock.now(),
    )
    visits.arrive(attendees=waiting.attendees.all(), by=desk, now=clock.now())
    page = page_as(desk)
    page.goto("/board/")
    hand = Hand(page)

    hand.click("button", "^15 min behind")

    expect(lane(page, "expected")).to_contain_text("clinician 15 min behind")
    assert hand.clicks == 1


def test_a_walk_in_takes_two_clicks_from_the_chart(page_as, desk, plan, place):
    person = cast.make_patient(at=place, given_name="Wanda", now=clock.now())
    assert person.state == PatientState.ACTIVE
    page = page_as(desk)
    page.goto(f"/patients/{person.pk}/")
    hand = Hand(page)

    hand.click("link", "Walk-in")
    hand.click("button", "Here now")

    expect(page.get_by_text("Undo").first).to_be_visible()
    assert hand.clicks == 2
    assert Appointment.objects.get().attendees.get().status == Status.ARRIVED


def test_a_walk_in_takes_two_clicks_from_the_board(page_as, desk, plan, place):
    cast.make_patient(at=place, given_name="Wanda", now=clock.now())
    page = page_as(desk)
    page.goto("/board/")
    hand = Hand(page)

    hand.click("link", "^Walk-in")
    page.wait_for_url(re.compile(r"/walk-in/"))  # loaded, so that it searches
    page.keyboard.type("wand")
    hand.click("button", "^Here now")

    expect(lane(page, "arrived")).to_contain_text("Wanda")
    assert hand.clicks == 2


def test_a_clinician_falls_out_in_one_act_and_is_back_in_one(
    page_as, desk, visit, plan, place
):
    more = [
        booking.book(
            plan=replace(plan, starts_at=plan.starts_at + timedelta(hours=hours)),
            patients=[cast.make_patient(at=place, now=clock.now())],
            by=desk,
            now=clock.now(),
        )
        for hours in (1, 2)
    ]
    page = page_as(desk)
    page.goto("/board/")
    hand = Hand(page)

    hand.click("link", "Clinician ill")
    hand.click("link", "^Cleo Clinician")
    expect(page.get_by_role("radio", checked=True)).to_have_count(3)
    hand.click("button", "Do this")

    expect(page.locator(".toast")).to_contain_text("the visits are seen to")
    assert hand.clicks == 3
    assert Appointment.objects.get(pk=visit.pk).starts_at > plan.starts_at
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("as they were")
    for one in (visit, *more):
        assert Appointment.objects.get(pk=one.pk).starts_at == one.starts_at


def test_the_board_comes_up_to_date_by_itself(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/")
    page.mouse.move(0, 0)
    assert poll(page).status == 204

    visits.arrive(attendees=visit.attendees.all(), by=desk, now=clock.now())

    assert poll(page).status == 200
    expect(lane(page, "arrived")).to_contain_text("Paula Patience")


def test_what_is_being_typed_stays_while_others_work(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/")
    page.get_by_label(re.compile("^More about")).click()
    page.get_by_label("Running late").fill("25")

    visits.confirm(attendees=visit.attendees.all(), by=desk, now=clock.now())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)

    expect(page.get_by_label("Running late")).to_have_value("25")
    expect(page.get_by_label("Running late")).to_be_focused()
    expect(lane(page, "expected")).to_contain_text("Unconfirmed")
    page.get_by_role("button", name="Note").click()
    expect(lane(page, "expected")).to_contain_text("running late 25 min")


def test_a_line_does_not_go_from_under_the_pointer(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/")
    button = page.get_by_role("button", name=re.compile("^Arrived"))
    button.hover()
    visits.confirm(attendees=visit.attendees.all(), by=desk, now=clock.now())

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)

    expect(lane(page, "expected")).to_contain_text("Unconfirmed")
    page.mouse.move(0, 0)
    assert poll(page).status == 200
    expect(lane(page, "expected")).not_to_contain_text("Unconfirmed")


def test_a_pointer_that_was_left_on_a_button_holds_up_nothing(page_as, desk, visit):
    page = page_as(desk)
    page.clock.install()
    page.goto("/board/")
    page.get_by_role("button", name=re.compile("^Arrived")).hover()
    visits.confirm(attendees=visit.attendees.all(), by=desk, now=clock.now())

    page.clock.run_for(11_000)
    waits = page.get_by_text("Something changed")
    expect(waits).to_be_visible()
    page.clock.run_for(11_000)

    expect(lane(page, "expected")).not_to_contain_text("Unconfirmed")
    expect(waits).not_to_be_visible()


def test_the_keyboard_keeps_its_place_on_a_new_board(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/")
    page.mouse.move(0, 0)
    page.get_by_role("button", name=re.compile("^Arrived")).focus()
    booking.book(
        plan=Plan(
            visit.type,
            visit.clinician,
            visit.location,
            visit.starts_at + timedelta(hours=1),
        ),
        patients=[cast.make_patient(at=visit.location, now=clock.now())],
        by=desk,
        now=clock.now(),
    )

    assert poll(page).status == 200

    expect(page.locator(".board-lane-expected .board-line")).to_have_count(2)
    expect(page.locator(f"#act-expected-{visit.pk}-scheduled-next")).to_be_focused()


def test_a_call_is_noted_with_one_click(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/calls/")
    hand = Hand(page)

    hand.click("button", "^Left message")

    expect(page.get_by_role("heading", name=re.compile("Called today"))).to_be_visible()
    assert hand.clicks == 1
    assert CallAttempt.objects.get().outcome == "left_message"


def test_a_day_is_confirmed_from_the_phone_without_a_script(page_as, desk, visit):
    page = page_as(desk, java_script_enabled=False)
    page.goto("/board/calls/")

    page.get_by_role("button", name=re.compile("^Confirmed")).click()

    expect(page.locator(".toast")).to_contain_text("Confirmed.")
    assert visit.attendees.get().status == Status.CONFIRMED


def test_the_board_keeps_the_accessibility_rules(page_as, desk, visit, plan):
    page = page_as(desk)
    page.goto("/board/")
    axe.check(page)

    page.goto(f"/board/away/?who={plan.clinician.pk}&on={visit.starts_at:%Y-%m-%d}")

    axe.check(page)
    page.goto("/board/calls/")
    axe.check(page)
