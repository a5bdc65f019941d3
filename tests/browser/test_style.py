"""Every component, at every width, keeps the accessibility rules and its bounds."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from practice import clock
from practice.details_link import ask
from tests.browser import axe
from tests.cast import FOUNDER

pytestmark = pytest.mark.browser

WIDTHS = [1280, 820, 360]
# How much wider a select is within its padding than the words it shows.
ROOM = """select => {
  const style = getComputedStyle(select);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const words = pen.measureText(select.selectedOptions[0].text).width;
  const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  return select.clientWidth - padding - words;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_style_page_keeps_the_rules(page_as, practice, width):
    page = page_as(viewport={"width": width, "height": 800})

    page.goto("/style/")

    axe.check(page)
    assert page.evaluate(OVERFLOW) <= 0


def test_a_date_of_birth_stays_on_one_line_of_a_phone(page_as, patient):
    path = reverse("link", args=[ask(patient=patient, by=FOUNDER, now=clock.now())])
    page = page_as(viewport={"width": 360, "height": 800})
    page.goto(path)
    boxes = page.locator(".birth-date :is(input, select)")

    page.get_by_label("Month").select_option(label="September")

    assert len({round(box.bounding_box()["y"]) for box in boxes.all()}) == 1
    assert page.get_by_label("Month").evaluate(ROOM) >= 0


def test_vietnamese_names_are_drawn_by_our_own_fonts(page_as, practice):
    page = page_as()
    fetched: list[str] = []
    page.on("response", lambda answer: fetched.append(answer.url))

    page.goto("/style/")
    page.wait_for_load_state("networkidle")

    assert any("noto-sans-vietnamese" in url for url in fetched)


def test_a_dialog_keeps_the_rules(page_as, practice):
    page = page_as()
    page.goto("/style/")

    page.get_by_role("link", name="Open a dialog").click()

    expect(page.get_by_role("dialog")).to_be_visible()
    axe.check(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_of_the_person_keeps_the_rules(page_as, front_desk, width):
    page = page_as(front_desk, viewport={"width": width, "height": 800})
    page.goto("/")

    page.get_by_label("You and this screen").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    axe.check(page)


def test_a_page_at_twice_the_size_needs_no_scrolling_sideways(page_as, front_desk):
    page = page_as(front_desk, viewport={"width": 640, "height": 400})

    page.goto("/patients/new/")

    assert page.evaluate(OVERFLOW) <= 0


def test_prints_carry_initials(page_as, front_desk, patient):
    page = page_as(front_desk)
    page.goto("/patients/")

    page.emulate_media(media="print")

    expect(page.get_by_text("Paula Patience")).to_be_hidden()
    expect(page.locator(".rail")).to_be_hidden()
