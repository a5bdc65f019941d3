"""A visit's link on a phone: in Spanish, by thumb, and without a word too much."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from practice import clock, duty
from scheduling import booking, visit_link
from scheduling.models import Attendee
from scheduling.states import Status
from tests import cast
from tests.browser import axe
from tests.scheduling.conftest import WEEK, make_type

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "es-US"}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def attendee(transactional_db, clinician, location):
    """A Spanish-reading patient's visit on a workday, three days ahead or more."""
    patient = cast.make_patient(at=location, written_language="es")
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=cast.FOUNDER)
    kind = make_type(clinician, may_be_moved_by_link=True)
    local = clock.now().astimezone(ZoneInfo(location.time_zone)) + timedelta(days=3)
    while local.weekday() > 4:
        local += timedelta(days=1)
    starts_at = local.replace(hour=10, minute=0, second=0, microsecond=0)
    visit = booking.book(
        plan=booking.Plan(kind, clinician, location, starts_at),
        patients=[patient],
        by=cast.FOUNDER,
        now=clock.now(),
    )
    return visit.attendees.get()


@pytest.fixture
def page(attendee, page_as):
    """The link's page, after the birth date."""
    page = page_as(**PHONE)
    page.goto(path_to(attendee))
    page.get_by_label("Día").fill("17")
    page.get_by_label("Mes").select_option("5")
    page.get_by_label("Año").fill("1984")
    page.get_by_role("button", name="Continuar").click()
    return page


def path_to(attendee):
    token = visit_link.make(attendee=attendee, by=cast.FOUNDER, now=clock.now())
    return reverse("link", args=[token])


def status_of(attendee):
    return Attendee.objects.get(pk=attendee.pk).status


def check(page):
    axe.check(page)
    assert page.evaluate(OVERFLOW) <= 0


def test_a_patient_who_reads_spanish_confirms(page, attendee):
    expect(page.locator("html")).to_have_attribute("lang", "es")
    check(page)

    page.locator("button[value=confirm]").click()

    expect(page.get_by_role("status")).to_be_visible()
    check(page)
    assert status_of(attendee) == Status.CONFIRMED


def test_a_patient_chooses_another_time(page, attendee):
    page.locator("details summary").first.click()
    check(page)

    page.locator(".times-one").nth(1).click()
    page.locator("form:has(.times) button[type=submit]").click()

    expect(page.get_by_role("status")).to_be_visible()
    visit = attendee.appointment
    before = visit.starts_at
    visit.refresh_from_db()
    assert visit.starts_at != before


def test_who_chooses_no_time_is_asked_to(page, troubles):
    page.locator("details summary").first.click()

    page.locator("form:has(.times) button[type=submit]").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".times").first).to_be_visible()
    troubles.take("422", page)


def test_a_patient_cancels_and_reads_that_it_worked(page, attendee):
    page.locator("details summary").nth(1).click()
    check(page)

    page.locator("button[value=cancel]").click()

    expect(page.get_by_role("status")).to_be_visible()
    check(page)
    assert status_of(attendee) == Status.CANCELLED


def test_the_visit_goes_into_the_calendar(page):
    with page.expect_download() as download:
        page.locator("form[action$='/calendar/'] button").click()

    assert download.value.suggested_filename == "calendar.ics"
    assert b"BEGIN:VEVENT" in download.value.path().read_bytes()


def test_without_script_everything_works(page_as, attendee):
    page = page_as(**PHONE, java_script_enabled=False)
    page.goto(path_to(attendee))
    page.locator("[name=born_on_day]").fill("17")
    page.locator("[name=born_on_month]").select_option("5")
    page.locator("[name=born_on_year]").fill("1984")
    page.locator(".button-primary").click()

    page.locator("button[value=confirm]").click()

    expect(page.get_by_role("status")).to_be_visible()


def test_a_dead_link_says_so_and_gives_the_phone(page_as, attendee, troubles):
    path = path_to(attendee)
    visit = attendee.appointment
    plan = booking.Plan(
        visit.type,
        visit.clinician,
        visit.location,
        visit.starts_at + timedelta(hours=2),
    )
    booking.move(appointment=visit, plan=plan, by=cast.FOUNDER, now=clock.now())
    page = page_as(**PHONE)

    answer = page.goto(path)

    assert answer.status == 410
    troubles.take("410", page)
    expect(page.locator("main a[href^='tel:']")).to_be_visible()
    check(page)
