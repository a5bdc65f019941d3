"""Booking, moving, cancelling, series and groups, as the front desk does them.

Clicks are counted; typing is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from practice import clock, duty, zones
from scheduling import booking
from scheduling.models import Appointment, Series
from scheduling.states import Status
from tests import cast
from tests.browser.hands import Hand, spot
from tests.cast import FOUNDER
from tests.scheduling.conftest import WEEK, make_type

pytestmark = pytest.mark.browser
ZONE = "America/New_York"


def workday(weeks=1):
    """A Tuesday, at least `weeks` from now, where the practice is."""
    today = zones.local_day(clock.now(), ZONE)
    ahead = (1 - today.weekday()) % 7
    return today + timedelta(days=ahead + 7 * weeks)


def on(day, hour):
    return zones.instant(day, time(hour), ZONE)


@pytest.fixture
def ready(clinician, location):
    """A type that somebody offers, on a Tuesday that is still to come."""
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=FOUNDER)
    return booking.Plan(make_type(clinician), clinician, location, on(workday(), 10))


@pytest.fixture
def visit(ready, patient, front_desk):
    return booking.book(plan=ready, patients=[patient], by=front_desk, now=clock.now())


def test_a_known_patient_is_booked_in_three_clicks(page_as, ready, patient, front_desk):
    page = page_as(front_desk)
    page.goto("/")
    hand = Hand(page)

    page.keyboard.press("/")
    page.keyboard.type("patie")
    hand.click("option", "Paula Patience")
    hand.click("link", "^Book$")
    hand.click("button", "9:00 AM")
    page.wait_for_url(re.compile(r"/visits/\d+/$"))

    assert hand.clicks == 3
    assert Appointment.objects.get().attendees.get().patient == patient


@pytest.fixture
def busy_practice(ready, location):
    """Where more than one type is offered, by more than one clinician."""
    other = cast.make_clinician(at=location, name="Adam Another")
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=FOUNDER)
    return make_type(
        ready.clinician, name="Intake", clinicians=[ready.clinician, other]
    )


@pytest.fixture
def calendar(page_as, ready, front_desk):
    """The calendar of a day on which nothing is booked."""
    page = page_as(front_desk, viewport={"width": 1280, "height": 900})
    page.goto(f"/calendar/?on={workday()}&who={ready.clinician.pk}")
    page.wait_for_load_state("networkidle")
    return page


def test_a_slot_of_the_calendar_is_booked_in_three_clicks(calendar, ready, patient):
    hand = Hand(calendar)

    hand.point(*spot(calendar, 0, 10))
    calendar.wait_for_url(re.compile(r"/visits/new/"))  # loaded, so that it searches
    calendar.locator("#whom-query").fill("patie")
    hand.click("link", "Paula Patience")
    hand.click("button", "^Book$")
    calendar.get_by_text("Undo").first.wait_for()

    assert hand.clicks == 3
    assert Appointment.objects.get().starts_at == on(workday(), 10)


def test_a_new_caller_is_booked_in_four_clicks(calendar, ready):
    hand = Hand(calendar)

    hand.point(*spot(calendar, 0, 10))
    hand.click("link", "New patient")
    form = calendar.locator("form.form")
    form.get_by_label("Legal given name").fill("Nadia")
    form.get_by_label("Legal family name").fill("Newcomer")
    form.get_by_label("Date of birth").fill("1991-04-30")
    hand.click("button", "Open chart")
    hand.click("button", "^Book$")
    calendar.get_by_text("Undo").first.wait_for()

    [guest] = Appointment.objects.get().attendees.all()
    assert hand.clicks == 4
    assert guest.patient.family_name == "Newcomer"


def test_the_next_free_time_is_two_clicks_from_the_chart(
    page_as, ready, visit, patient, busy_practice, front_desk
):
    page = page_as(front_desk)
    page.goto(reverse("patient", args=[patient.pk]))
    hand = Hand(page)

    hand.click("link", "^Book$")
    hand.click("button", "9:00 AM")
    page.wait_for_url(re.compile(r"/visits/\d+/$"))

    newest = Appointment.objects.latest("pk")
    assert hand.clicks == 2
    assert (newest.type, newest.clinician) == (ready.type, ready.clinician)


def test_a_wish_changes_the_times_at_once(page_as, ready, patient, front_desk):
    page = page_as(front_desk)
    page.goto(f"{reverse('book')}?patient={patient.pk}")

    page.get_by_text("Days, hours, gender").click()
    page.get_by_text("Afternoon", exact=True).click()
    page.get_by_role("button", name="9:00 AM").first.wait_for(state="detached")

    assert page.locator("button[name=slot]").first.inner_text().endswith("PM")
    assert "part=afternoon" in page.url


def test_of_two_ways_that_are_ticked_each_time_says_its_own(
    page_as, ready, patient, front_desk
):
    kind = make_type(ready.clinician, name="Talk", is_telehealth=True, is_by_phone=True)
    page = page_as(front_desk)
    page.goto(f"{reverse('book')}?patient={patient.pk}&type={kind.pk}&asked=1")
    first = page.locator("button[name=slot]").first
    expect(first).to_contain_text("In person")

    wishes = page.get_by_role("form", name="What is looked for")
    wishes.get_by_text("Telehealth", exact=True).click()
    wishes.get_by_text("Phone", exact=True).click()
    expect(first).to_contain_text("Telehealth")
    first.click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))

    assert Appointment.objects.get().modality == "telehealth"


def test_a_taken_time_offers_the_nearest_and_keeps_what_was_typed(
    page_as, ready, visit, location, front_desk, troubles
):
    other, page = cast.make_patient(at=location), page_as(front_desk)
    wishes = f"patient={other.pk}&type={ready.type.pk}&clinician={ready.clinician.pk}"
    path = f"{reverse('book')}?{wishes}&location={location.pk}&at={workday()}T10:00"
    page.goto(path)

    page.get_by_label("Note for the desk").fill("Needs the ramp")
    page.get_by_role("button", name="Book", exact=True).click()
    troubles.take("422", page)
    page.get_by_text("has another visit").first.wait_for()
    kept = page.get_by_label("Note for the desk").input_value()
    page.get_by_role("button", name=re.compile("11:00 AM")).first.click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))

    assert kept == "Needs the ramp"
    assert Appointment.objects.latest("pk").starts_at == on(workday(), 11)


def test_a_visit_is_moved_in_two_clicks_and_taken_back_in_one(
    page_as, visit, front_desk
):
    page = page_as(front_desk)
    page.goto(reverse("visit", args=[visit.pk]))
    hand = Hand(page)
    before = visit.starts_at

    hand.click("link", "^Move$")
    hand.click("button", "3:00 PM")
    page.wait_for_url(f"**{reverse('visit', args=[visit.pk])}")
    visit.refresh_from_db()
    moved = visit.starts_at
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.get_by_text("Nobody was told").wait_for()

    visit.refresh_from_db()
    assert hand.clicks == 2
    assert moved != before
    assert visit.starts_at == before


def test_a_visit_is_cancelled_in_three_clicks_and_taken_back_in_one(
    page_as, visit, front_desk
):
    page = page_as(front_desk)
    page.goto(reverse("visit", args=[visit.pk]))
    hand = Hand(page)

    hand.click("link", "Cancel visit")
    page.get_by_text("Ill", exact=True).click()
    hand.clicks += 1
    hand.click("button", "Cancel the visit")
    page.get_by_text("Cancelled.", exact=True).wait_for()
    visit.refresh_from_db()
    was_live = visit.is_live
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.get_by_text("Nobody was told").wait_for()

    visit.refresh_from_db()
    assert hand.clicks == 3
    assert (was_live, visit.is_live) == (False, True)


def spring(first):
    """The Tuesday before the clocks go forward in New York, a year or less ahead."""
    days = (first + timedelta(days=step) for step in range(366))
    return next(day for day in days if day.weekday() == 1 and is_before_spring(day))


def is_before_spring(day):
    noon = [on(day + timedelta(days=7 * week), 12) for week in (0, 1)]
    return noon[1] - noon[0] == timedelta(days=7, hours=-1)


def test_a_series_keeps_its_time_across_the_clock_change_and_skips_a_conflict(
    page_as, ready, patient, location, front_desk
):
    first = spring(workday())
    third = first + timedelta(days=14)
    booking.book(
        plan=replace(ready, starts_at=on(third, 10)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=clock.now(),
    )
    page = page_as(front_desk)
    wishes = f"patient={patient.pk}&type={ready.type.pk}&clinician={ready.clinician.pk}"
    page.goto(
        f"{reverse('series_new')}?{wishes}&location={location.pk}&at={first}T10:00"
    )

    page.get_by_label("After a number of visits").check()
    page.get_by_label("How many visits").fill("4")
    page.get_by_role("button", name="Show the visits").click()
    page.get_by_text("The clocks change before this visit").wait_for()
    row = page.locator("li.series-conflict")
    assert "has another visit" in row.inner_text()
    row.get_by_role("combobox").select_option(label="Leave out")
    page.get_by_role("button", name="Book these visits").click()
    page.get_by_text("3 visits booked").wait_for()

    visits = Series.objects.get().appointments.order_by("starts_at")
    days = [first + timedelta(days=7 * week) for week in (0, 1, 3)]
    assert [one.starts_at for one in visits] == [on(day, 10) for day in days]


def test_all_here_except_one_is_two_clicks(
    page_as, ready, clinician, location, front_desk
):
    kind = make_type(clinician, name="Group", seats=6)
    five = [cast.make_patient(at=location) for _one in range(5)]
    soon = (clock.now() + timedelta(hours=1)).replace(second=0, microsecond=0)
    group = booking.book(
        plan=replace(ready, type=kind, starts_at=soon),
        patients=five,
        despite=booking.Despite(hours="The test runs at any hour."),
        by=FOUNDER,
        now=clock.now(),
    )
    page = page_as(front_desk)
    page.goto(reverse("visit", args=[group.pk]))
    hand = Hand(page)

    page.locator("fieldset").get_by_text(five[2].display_name).click()
    hand.clicks += 1
    hand.click("button", "Those ticked are here")
    page.get_by_text("Arrived.", exact=True).wait_for()

    found = [one.status for one in group.attendees.order_by("pk")]
    here = Status.ARRIVED
    assert hand.clicks == 2
    assert found == [here, here, Status.SCHEDULED, here, here]


def test_booking_works_without_a_script(page_as, ready, patient, front_desk):
    page = page_as(front_desk, java_script_enabled=False)
    page.goto(f"{reverse('book')}?at={workday()}T10:00&clinician={ready.clinician.pk}")

    page.locator("#whom-query").fill("patie")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("Paula Patience")).click()
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))

    assert Appointment.objects.get().starts_at == on(workday(), 10)
