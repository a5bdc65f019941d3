"""Every component, at every width, keeps the accessibility rules and its bounds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import axe

pytestmark = pytest.mark.browser

WIDTHS = [1280, 820, 360]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_style_page_keeps_the_rules(page_as, practice, width):
    page = page_as(viewport={"width": width, "height": 800})

    page.goto("/style/")

    axe.check(page)
    assert page.evaluate(OVERFLOW) <= 0


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
