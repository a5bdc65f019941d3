"""A front desk's and a clinician's ordinary acts, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from practice.models import Patient, Task
from tests import cast

pytestmark = pytest.mark.browser


def test_a_new_caller_has_a_chart_in_two_clicks(page_as, front_desk):
    page = page_as(front_desk)
    page.goto("/")

    page.get_by_role("link", name="New patient").click()
    form = page.locator("form.form")
    form.get_by_label("Legal given name").fill("Nadia")
    form.get_by_label("Legal family name").fill("Newcomer")
    form.get_by_label("Date of birth").fill("1991-04-30")
    form.get_by_label("Phone").fill("(212) 555-0123")
    page.get_by_role("button", name="Open chart").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Nadia Newcomer", use_inner_text=True
    )
    expect(page.get_by_text("(212) 555-0123")).to_be_visible()


def test_wrong_input_loses_nothing_and_says_where(page_as, front_desk, troubles):
    page = page_as(front_desk)
    page.goto("/patients/new/")
    form = page.locator("form.form")

    form.get_by_label("Legal given name").fill("Nadia")
    form.get_by_label("Date of birth").fill("2199-01-01")
    page.get_by_role("button", name="Open chart").click()

    troubles.take("422", page)
    assert form.get_by_label("Legal given name").input_value() == "Nadia"
    field = form.get_by_label("Date of birth")
    assert field.get_attribute("aria-invalid") == "true"
    expect(form.get_by_text("in the future").first).to_be_visible()


def test_a_person_is_found_from_anywhere_by_keyboard(page_as, front_desk, patient):
    page = page_as(front_desk)
    page.goto("/team/")

    page.keyboard.press("/")
    page.keyboard.type("patie")
    page.get_by_role("option", name=re.compile("Paula Patience")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/patients/{patient.pk}/")


def test_a_pause_is_taken_back_from_the_toast(page_as, front_desk, patient):
    page = page_as(front_desk)
    page.goto(f"/patients/{patient.pk}/pause/")
    form = page.locator("form.form")

    form.get_by_label("Reason").fill("Hospital")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.wait_for_load_state()

    assert Patient.objects.get(pk=patient.pk).state == "active"


def test_a_task_is_done_in_one_click_and_undone_in_another(page_as, clinician, patient):
    cast.make_task(to=clinician, patient=patient)
    page = page_as(clinician)
    page.goto("/")

    page.get_by_role("button", name=re.compile("Done.*Call back")).click()
    page.wait_for_load_state()
    assert Task.objects.get().done_by == clinician
    page.get_by_role("button", name=re.compile("Undo")).click()
    page.wait_for_load_state()

    assert Task.objects.get().done_by is None


def test_a_chart_of_elsewhere_opens_with_a_reason_only(page_as, stranger, patient):
    page = page_as(stranger)
    page.goto(f"/patients/{patient.pk}/break-glass/")
    form = page.locator("form.form")
    assert not page.get_by_text("555").count()

    form.get_by_label("The patient is on the phone or here").check()
    form.get_by_label("Explanation").fill("She stands at our desk in Phoenix today")
    page.get_by_role("button", name="Open the chart").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Paula Patience", use_inner_text=True
    )
    expect(page.get_by_text("Every look is recorded")).to_be_visible()


def test_the_main_acts_work_without_script(page_as, front_desk, patient):
    page = page_as(front_desk, java_script_enabled=False)
    page.goto("/")

    page.get_by_role("searchbox").fill("patience")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Paula Patience")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Paula Patience", use_inner_text=True
    )
