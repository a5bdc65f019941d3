"""Stop: on a patient's phone without any script, and at the desk in three presses."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from consent import opt_outs, stop_link
from practice import clock
from tests import cast
from tests.browser import axe
from tests.consent.stopping import NUMBER, stop

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "es-US"}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def point(transactional_db, patient):
    return cast.make_contact(patient, value=NUMBER)


def path_of(point):
    token = stop_link.make(point=point, by=cast.FOUNDER, now=clock.now())
    return reverse("link", args=[token])


def check(page):
    axe.check(page)
    assert page.evaluate(WIDER) <= 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_patient_stops_texts_by_one_press(page_as, point, language):
    page = page_as(**PHONE)
    page.goto(f"{path_of(point)}?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    check(page)

    page.locator("button[value=stop]").click()

    expect(page.get_by_role("status")).to_be_visible()
    check(page)
    assert (NUMBER, "text") in opt_outs.standing([NUMBER])


def test_a_patient_stops_texts_without_any_script(page_as, point):
    page = page_as(**PHONE, java_script_enabled=False)
    page.goto(path_of(point))

    page.locator("button[value=stop]").click()

    expect(page.get_by_role("status")).to_be_visible()
    assert (NUMBER, "text") in opt_outs.standing([NUMBER])


def test_the_desk_writes_down_what_was_said(page_as, point, front_desk, patient):
    stop(channel="call", source="spoken")
    page = page_as(front_desk)
    page.goto(reverse("patient", args=[patient.pk]))
    page.get_by_role("link", name="Asked us to stop").click()
    check(page)

    page.get_by_label("Texts").check()
    page.get_by_label("What they said").fill("Texts wake the baby")
    page.get_by_role("button", name="Stop it").click()

    expect(page.get_by_text("stopped texts")).to_be_visible()
    check(page)


@pytest.mark.parametrize("width", [1280, 820, 360])
def test_what_may_be_sent_is_read_on_any_screen(page_as, clinician, width):
    page = page_as(clinician, viewport={"width": width, "height": 800})

    page.goto(reverse("purposes"))

    expect(page.get_by_role("table")).to_be_visible()
    check(page)
