"""The desk's day in a real browser, its clicks counted."""

from __future__ import annotations

import re
from datetime import time, timedelta

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
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser
ALL_WEEK = [(day, time(0), time(23, 59)) for day in range(7)]


class Clicks:
    """Presses on a page, counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def __call__(self, role, name, **more):
        self.page.get_by_role(role, name=name, **more).first.click()
        self.count += 1


@pytest.fixture
def place(practice):
    """Where it is about ten in the morning, whenever the test runs."""
    ahead = 10 - clock.now().hour
    ahead += 24 if ahead < -12 else 0
    return cast.make_location(
        name="Elm", short_name="Elm", time_zone=f"Etc/GMT{-ahead:+d}"
    )


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
    with page.expect_response(lambda answer: "part=1" in answer.url) as answered:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    return answered.value


def test_somebody_is_checked_in_with_one_click(page_as, desk, visit):
    page = page_as(desk)
    page.goto("/board/")
    click = Clicks(page)

    click("button", re.compile("^Arrived"))

    expect(lane(page, "arrived")).to_contain_text("Paula Patience")
    expect(lane(page, "expected")).not_to_contain_text("Paula Patience")
    assert click.count == 1


def test_a_walk_in_takes_two_clicks_from_the_chart(page_as, desk, plan, place):
    person = cast.make_patient(at=place, given_name="Wanda", now=clock.now())
    assert person.state == PatientState.ACTIVE
    page = page_as(desk)
    page.goto(f"/patients/{person.pk}/")
    click = Clicks(page)

    click("link", "Walk-in")
    click("button", "Here now")

    expect(lane(page, "arrived")).to_contain_text("Wanda")
    assert click.count == 2


def test_a_clinician_falls_out_in_one_act_and_is_back_in_one(
    page_as, desk, visit, plan
):
    page = page_as(desk)
    page.goto("/board/")
    click = Clicks(page)

    click("link", "Clinician ill")
    page.get_by_label("Who is ill").select_option(label="Cleo Clinician")
    click("button", "Show the visits")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    click("button", "Do this")

    expect(page.locator(".toast")).to_contain_text("the visits are seen to")
    assert click.count == 3
    assert Appointment.objects.get().starts_at > plan.starts_at
    click("button", "Undo")
    expect(page.locator(".toast")).to_contain_text("as they were")
    assert Appointment.objects.get().starts_at == plan.starts_at


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
    expect(lane(page, "expected")).to_contain_text("unconfirmed")
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

    expect(lane(page, "expected")).to_contain_text("unconfirmed")
    page.mouse.move(0, 0)
    assert poll(page).status == 200
    expect(lane(page, "expected")).not_to_contain_text("unconfirmed")


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
    click = Clicks(page)

    click("button", re.compile("^Left message"))

    expect(page.get_by_role("heading", name=re.compile("Called today"))).to_be_visible()
    assert click.count == 1
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
