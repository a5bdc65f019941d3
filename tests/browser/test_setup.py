"""A manager sets the calendar up: types, hours with what they hit, holidays."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from playwright.sync_api import expect

from practice import clock, duty
from practice.models import Closure, Task
from scheduling import booking
from scheduling.models import Appointment, AppointmentType
from tests.cast import FOUNDER
from tests.scheduling.conftest import make_type

pytestmark = pytest.mark.browser
EVERY_DAY = [(day, time(0), time(23, 59)) for day in range(7)]


@pytest.fixture
def visit(clinician, location, patient) -> Appointment:
    """Tomorrow, within hours that hold every day."""
    now = clock.now()
    duty.set_duty_hours(staff=clinician, location=location, spans=EVERY_DAY, by=FOUNDER)
    start = (now + timedelta(days=1)).replace(hour=16, minute=0, second=0)
    plan = booking.Plan(
        make_type(clinician), clinician, location, start.replace(microsecond=0)
    )
    return booking.book(plan=plan, patients=[patient], by=FOUNDER, now=now)


def test_a_manager_adds_a_type_and_gives_it_to_a_clinician(
    page_as, manager, clinician, location
):
    page = page_as(manager)
    page.goto("/settings/")
    page.get_by_role("link", name="Appointment types").click()
    page.get_by_role("link", name="Add a type").first.click()

    page.get_by_role("textbox", name="Name").fill("Family session")
    page.get_by_label("Plum").check()
    page.get_by_label("Minutes of the visit").fill("80")
    page.get_by_label(clinician.name).check()
    page.get_by_label("In Spanish").fill("Venga temprano.")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_text("“Family session” can be booked.")).to_be_visible()
    kind = AppointmentType.objects.get()
    assert (kind.colour, kind.length) == ("#a2539c", timedelta(minutes=80))
    assert kind.offers.get().clinician == clinician


def test_a_manager_sees_the_visits_that_a_change_of_hours_hits(
    page_as, manager, clinician, patient, visit, troubles
):
    page = page_as(manager)
    page.goto("/settings/calendar/hours/")
    page.get_by_role("link", name=f"Hours : {clinician.name}").click()
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    for field in page.locator("input[name$=_from], input[name$=_until]").all():
        field.fill("")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("What this change hits")).to_be_visible()
    expect(page.get_by_text(patient.display_name).first).to_be_visible()
    troubles.take("422", page)
    page.get_by_role("button", name="Save all the same").click()

    expect(page.get_by_text("1 visit is on the front desk's list")).to_be_visible()
    page.goto(Task.objects.get(kind="calendar.loose_ends").path)
    expect(page.get_by_text("Outside the hours", exact=True)).to_be_visible()
    visit.refresh_from_db()
    assert visit.is_live


def test_a_manager_closes_for_a_holiday_of_next_year(page_as, manager, location):
    page = page_as(manager)
    page.goto("/settings/calendar/holidays/")
    page.get_by_role("navigation", name="Year").get_by_role("link").last.click()

    row = page.get_by_role("listitem").filter(has_text="Thanksgiving Day")
    row.get_by_role("button", name="Close").click()

    expect(row.get_by_text("Closed")).to_be_visible()
    closure = Closure.objects.get()
    assert closure.location is None
    assert closure.starts_on.year == date.today().year + 1  # noqa: DTZ011
