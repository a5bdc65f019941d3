"""A patient's week on the simulated phone, and what the front desk sees of it.

The demo runs a worker and a sender beside the site; here the test does their turns,
between what the browser does.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from messaging import sending
from messaging.channels import simulated
from practice import clock, demo_clock, duty
from practice.models import DemoMark, Role, Task
from practice.modes import Mode
from scheduling import booking, tasks_reminders
from scheduling.booking import Plan
from scheduling.states import Status
from tests import cast
from tests.browser import axe
from tests.browser.daylight import zone_at
from tests.scheduling.conftest import make_type

pytestmark = [
    pytest.mark.browser,
    pytest.mark.site(MODE="demo", SMS_BACKEND="simulated"),
]
ALL_WEEK = [(day, time(0), time(23, 59)) for day in range(7)]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def demo(practice, settings, monkeypatch):
    """This process is the demo's worker, and sees at once that its clock was moved."""
    settings.MODE, settings.SMS_BACKEND = Mode.DEMO, "simulated"
    monkeypatch.setattr(clock, "_SECONDS_KEPT", 0.0)
    DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())
    yield
    demo_clock.set_back()


@pytest.fixture
def place(demo):
    """Where it is about ten in the morning, whenever the test runs."""
    return cast.make_location(name="Elm", short_name="Elm", time_zone=zone_at(10))


@pytest.fixture
def desk(place):
    return cast.make_staff(Role.FRONT_DESK, at=place, name="Dora Desk")


@pytest.fixture
def plan(place):
    """In four days, at two in the afternoon."""
    clinician = cast.make_clinician(at=place, name="Cleo Clinician")
    duty.set_duty_hours(
        staff=clinician, location=place, spans=ALL_WEEK, by=cast.FOUNDER
    )
    kind = make_type(clinician, may_be_moved_by_link=True)
    local = clock.real_now().astimezone(ZoneInfo(place.time_zone)) + 4 * DAY
    starts_at = local.replace(hour=14, minute=0, second=0, microsecond=0)
    return Plan(kind, clinician, place, starts_at)


@pytest.fixture
def paula(place):
    return somebody(place, "Paula", "en")


def somebody(place, name, language):
    person = cast.make_patient(
        at=place,
        given_name=name,
        family_name="Patience",
        written_language=language,
        time_zone=place.time_zone,
        now=clock.real_now(),
    )
    cast.make_contact(person)
    return person


def book(plan, person, desk):
    visit = booking.book(plan=plan, patients=[person], by=desk, now=clock.now())
    return visit.attendees.get()


def turn():
    """What worker and sender do within a minute or two."""
    tasks_reminders.plan_reminders(now=clock.now())
    tasks_reminders.hand_reminders_over(now=clock.now())
    tasks_reminders.tell_news(now=clock.now())
    sending.send_due(now=clock.now)
    simulated.report(now=clock.now())


def phone_of(person):
    return simulated.phone_of(str(person.contact_points.get().phone))


def pick_up(page_as, person, **options):
    page = page_as(None, **options)
    page.goto(f"/demo/phone/{phone_of(person).pk}/")
    return page


def press(page, word):
    """A quick reply, and what the site does about it."""
    page.locator(".phone-quick").get_by_role("button", name=word, exact=True).click()
    expect(page.locator(".said-in .said-words").last).to_have_text(word)
    turn()
    look(page)


def newest(page):
    return page.locator(".said-out .said-words").last


def go_to(page, title):
    """Move the clock to the next message of that kind, and let it leave."""
    line = page.locator("#phone-ahead .line").filter(has_text=title).first
    line.get_by_role("button").click()
    expect(page.locator(".demo-bar-moved time")).to_be_visible()
    turn()
    look(page)


def ahead(page, minutes):
    """Move the clock on its own page."""
    page.get_by_role("link", name=re.compile("Clock|Set back")).click()
    page.locator(f"button[name=minutes][value='{minutes}']").click()
    page.wait_for_url("**/demo/phone/**")


def look(page):
    """What the phone does every two seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_patients_week(page_as, plan, paula, desk):
    attendee = book(plan, paula, desk)
    page = pick_up(page_as, paula)
    staff = page_as(desk)

    # The notice of the booking comes by itself, while somebody types.
    ahead(page, 15)
    typing = page.get_by_label("Text to the practice")
    typing.fill("Is ther")
    turn()
    expect(newest(page)).to_contain_text("your visit is booked")
    expect(typing).to_have_value("Is ther")

    # Two days before: the reminder, confirmed.
    go_to(page, "Two days before")
    expect(newest(page)).to_contain_text("Reply C to confirm")
    press(page, "C")
    expect(newest(page)).to_contain_text("is confirmed")
    attendee.refresh_from_db()
    assert attendee.status == Status.CONFIRMED
    staff.goto(f"/board/?on={plan.starts_at:%Y-%m-%d}")
    line = staff.locator(".board-line").filter(has_text="Paula Patience")
    expect(line).to_be_visible()
    expect(line).not_to_contain_text("Unconfirmed")
    staff.goto("/messages/")
    expect(staff.get_by_text("Everything is answered")).to_be_visible()

    # Another time, by the link that R sends.
    press(page, "R")
    expect(newest(page)).to_contain_text("choose another time")
    with page.context.expect_page() as opened:
        newest(page).get_by_role("link").click()
    choose(opened.value)
    visit = attendee.appointment
    visit.refresh_from_db()
    assert visit.starts_at != plan.starts_at
    staff.goto(f"/patients/{paula.pk}/")
    why = staff.locator("section", has=staff.get_by_text("last and next 7 days")).last
    expect(why).to_contain_text("Two days before")
    expect(why).to_contain_text("Delivered")


def choose(link):
    """The patient's own page: who they are, and another time."""
    link.get_by_label("Day").fill("17")
    link.get_by_label("Month").select_option("5")
    link.get_by_label("Year").fill("1984")
    link.get_by_role("button", name="Continue").click()
    expect(link.get_by_text("the clock was moved")).to_be_visible()
    link.locator("details summary").first.click()
    link.locator(".times-one").nth(1).click()
    link.locator("form:has(.times) button[type=submit]").click()
    expect(link.get_by_role("status")).to_be_visible()


def test_stop_start_and_a_cancel_that_meant_the_visit(page_as, plan, paula, desk):
    attendee = book(plan, paula, desk)
    turn()
    page = pick_up(page_as, paula)
    staff = page_as(desk)

    press(page, "STOP")
    expect(page.locator(".said-reply").last).to_contain_text("been unsubscribed")
    expect(page.get_by_text("This phone said STOP")).to_be_visible()
    staff.goto(f"/patients/{paula.pk}/")
    why = staff.locator("section", has=staff.get_by_text("last and next 7 days")).last
    expect(why).to_contain_text("Will not go as it stands")

    press(page, "START")
    expect(page.get_by_text("This phone said STOP")).not_to_be_visible()
    expect(page.locator(".said-reply").last).to_contain_text("been re-subscribed")

    press(page, "CANCEL")
    expect(page.get_by_text("This phone said STOP")).to_be_visible()
    attendee.refresh_from_db()
    assert attendee.status == Status.SCHEDULED
    staff.goto("/tasks/")
    expect(staff.locator("main")).to_contain_text("Texted CANCEL")
    assert Task.objects.open().filter(kind="contact.meant_the_visit").exists()


def test_whoever_reads_spanish_is_written_to_in_spanish(page_as, plan, place, desk):
    person = somebody(place, "Rosa", "es")
    attendee = book(plan, person, desk)
    turn()
    page = pick_up(page_as, person, viewport={"width": 360, "height": 740})
    ahead(page, 15)
    turn()
    expect(newest(page)).to_contain_text("su cita es el")
    go_to(page, "Two days before")
    expect(newest(page)).to_contain_text("Responda C")

    press(page, "Sí")

    expect(newest(page)).to_contain_text("se confirma")
    attendee.refresh_from_db()
    assert attendee.status == Status.CONFIRMED


def test_what_the_carrier_does_is_seen_on_both_sides(page_as, plan, paula, desk):
    book(plan, paula, desk)
    turn()
    page = pick_up(page_as, paula)
    page.get_by_role("button", name="Phone cannot be reached").click()
    expect(
        page.get_by_role("button", name="Phone cannot be reached", pressed=True)
    ).to_be_visible()

    go_to(page, "Two days before")

    expect(page.locator(".said-never").last).to_contain_text("never arrived")
    expect(page.locator(".said-never").last).to_contain_text("not delivered")


def test_the_phones_keep_the_accessibility_rules(page_as, plan, paula, desk):
    book(plan, paula, desk)
    turn()
    page = pick_up(page_as, paula)
    press(page, "STOP")
    paths = [page.url, "/demo/phone/", "/demo/clock/"]

    for path in paths:
        page.goto(path)
        axe.check(page)
        for width in (820, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(WIDER) <= 0, (path, width)


def test_a_phone_works_without_a_script(page_as, paula, plan, desk):
    book(plan, paula, desk)
    page = pick_up(page_as, paula, java_script_enabled=False)

    page.get_by_label("Text to the practice").fill("May I bring my dog?")
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".said-in")).to_contain_text("May I bring my dog?")
    staff = page_as(desk)
    staff.goto("/messages/")
    expect(staff.locator(".talks")).to_contain_text("May I bring my dog?")
