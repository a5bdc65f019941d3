"""An auditor's story: who changed a phone, when and why; who looked; the file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from practice import clock, contacts, looks, sealing, verifying
from practice.looks import Look
from practice.models import TrailEntry
from practice.verifying import Result
from tests import cast

pytestmark = pytest.mark.browser
WHY = "She says that somebody changed her phone number"


@pytest.fixture
def story(patient, front_desk, stranger, location):
    """A phone was changed for a reason; two people looked, one by break-glass."""
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=front_desk, now=cast.MONDAY)
    at = clock.real_now() - timedelta(hours=2)
    for person, purpose in [(front_desk, "care"), (stranger, "break-glass 1")]:
        ids = [patient.pk]
        looks.write(
            Look(at.isoformat(), person.pk, person.name, "patient", purpose, ids)
        )
    sealing.seal_new()
    verifying.remember(Result(clock.real_now(), is_whole=True))
    return patient


def test_an_auditor_finds_who_changed_a_phone_and_who_looked(page_as, auditor, story):
    page = page_as(auditor)
    page.goto("/")

    page.get_by_role("link", name="Trail", exact=True).click()
    expect(page.get_by_text("Every line is sealed")).to_be_visible()
    expect(page.get_by_text("Verified: whole")).to_be_visible()

    page.get_by_role("link", name=re.compile("Find a patient")).click()
    page.get_by_label("Name, phone or birth date").fill("patience")
    page.get_by_label("Why you look for them").fill(WHY)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("^Lines")).click()
    page.get_by_label("What").select_option("contact.changed")
    page.get_by_role("button", name="Show").click()

    line = page.locator(".trail-line")
    assert "Fran Desk" in line.inner_text()
    assert "Phone changed" in line.inner_text()
    assert "value not shown" in line.inner_text()

    page.get_by_role("link", name="Who looked").click()
    page.get_by_text("Stu Stranger").click()
    visit = page.locator("details[open]")
    assert "Break-glass" in visit.inner_text()
    expect(page.get_by_text("Fran Desk")).to_be_visible()
    assert TrailEntry.objects.get(kind="patient.name_revealed").reason == WHY


def test_what_a_phone_was_before_takes_a_break_glass(page_as, auditor, story):
    line = TrailEntry.objects.get(kind="contact.changed")
    page = page_as(auditor)
    page.goto(f"/trail/{line.pk}/")

    page.get_by_role("link", name="Open the chart by break-glass").click()
    page.get_by_label("Review or complaint").check()
    page.get_by_role("textbox").last.fill(WHY)
    page.get_by_role("button", name="Open the chart").click()

    page.wait_for_url(f"**/trail/{line.pk}/")
    expect(page.locator(".trail-line del").first).to_have_text("(212) 555-0187")
    expect(page.locator(".trail-line ins").first).to_have_text("(212) 555-0188")


def test_without_a_reason_an_auditor_reads_no_name(page_as, auditor, story):
    page = page_as(auditor)
    page.goto(f"/trail/?patient={story.pk}&what=contact.changed")

    expect(page.get_by_text("value not shown")).to_be_visible()
    assert not page.get_by_text("Patience").count()

    page.get_by_role("link", name="Reveal the name").click()
    page.get_by_label("Why you need the name").fill(WHY)
    page.get_by_role("button", name="Reveal").click()

    page.wait_for_url("**/trail/?patient=*")
    expect(page.get_by_text("Paula Patience").first).to_be_visible()


def test_an_auditor_takes_the_lines_along(page_as, auditor, story):
    page = page_as(auditor)
    page.goto("/trail/?what=contact.changed")

    page.get_by_role("link", name="Export as CSV").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the file").click()

    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "trail.csv"
    assert "Contact changed" in text
    assert "Patience" not in text
    page.goto("/trail/?what=trail.exported")
    expect(page.get_by_text("what contact.changed")).to_be_visible()


def test_the_trail_works_without_script(page_as, manager, story):
    page = page_as(manager, java_script_enabled=False)
    page.goto(f"/patients/{story.pk}/")

    page.get_by_role("link", name="History", exact=True).first.click()

    expect(page.get_by_text("Phone changed")).to_be_visible()
    page.get_by_role("link", name="Who looked").click()
    page.get_by_text("Stu Stranger").click()
    expect(page.get_by_text("Break-glass").first).to_be_visible()


def test_one_record_is_lifted_and_a_kind_is_chosen_without_script(
    page_as, manager, story
):
    point = story.contact_points.get()
    page = page_as(manager, java_script_enabled=False)
    page.goto(f"/trail/?what=contact&record=contactpoint&number={point.pk}")
    expect(page.get_by_text("Only Phone, e-mail or address")).to_be_visible()

    page.get_by_role("link", name="Any record").click()
    page.wait_for_url("**/trail/?what=contact")
    page.get_by_label("Kind of record").select_option("patientalert")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No such line")).to_be_visible()

    page.get_by_label("Kind of record").select_option("contactpoint")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".trail-line")).to_have_count(2)
