"""The staff page by keyboard: finding people, going places, hiding the screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from practice import staffing
from tests.cast import make_patient

pytestmark = pytest.mark.browser

COVERED = "document.documentElement.hasAttribute('data-covered')"


@pytest.fixture
def ann(location):
    return make_patient(at=location, given_name="Ann", family_name="Sparrow")


@pytest.fixture
def anna(location):
    return make_patient(at=location, given_name="Anna", family_name="Swift")


@pytest.fixture
def page(page_as, front_desk):
    page = page_as(front_desk)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    return page


def test_a_slash_finds_a_person_and_enter_opens_the_chart(page, ann, anna):
    page.keyboard.press("/")
    page.keyboard.type("ann")
    expect(page.get_by_role("option")).to_have_count(2)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna Swift")


def test_what_is_found_is_announced(page, ann):
    page.keyboard.press("Control+k")

    page.keyboard.type("sparrow")

    expect(page.locator("[data-palette-status]")).to_have_text("1 person found.")
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-activedescendant", "palette-option-0")


def test_enter_before_the_answer_opens_nobody_among_several(page, ann, anna):
    page.keyboard.press("/")
    page.keyboard.type("ann")

    page.keyboard.press("Enter")

    expect(page.get_by_role("option")).to_have_count(2)
    assert page.url.endswith("/")
    assert "/patients/" not in page.url


def test_closing_the_search_forgets_who_was_found(page, ann):
    page.keyboard.press("/")
    page.keyboard.type("sparrow")
    expect(page.get_by_role("option")).to_have_count(1)

    page.keyboard.press("Escape")

    expect(page.locator("#palette")).not_to_contain_text("Sparrow")


def test_without_a_script_search_is_a_page(page_as, front_desk, ann):
    page = page_as(front_desk, java_script_enabled=False)
    page.goto("/")

    page.get_by_role("searchbox", name="Find a person").fill("sparrow")
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text("Ann Sparrow")


def test_two_keys_lead_to_a_page(page):
    page.keyboard.press("g")
    page.keyboard.press("p")

    expect(page).to_have_title(re.compile("^Patients"))


def test_keys_typed_into_a_field_are_letters(page):
    page.goto("/patients/new/")
    page.get_by_label("Legal given name").focus()

    page.keyboard.type("gpb/")

    expect(page.get_by_label("Legal given name")).to_have_value("gpb/")
    assert not page.evaluate(COVERED)


def test_a_person_may_switch_single_keys_off(page_as, front_desk):
    staffing.switch_shortcuts(staff=front_desk, are_on=False, by=front_desk)
    page = page_as(front_desk)
    page.goto("/")

    page.keyboard.press("b")
    page.keyboard.press("/")

    assert not page.evaluate(COVERED)
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_one_key_hides_the_screen_and_any_key_brings_it_back(page):
    page.keyboard.press("b")

    expect(page.get_by_role("heading", name="Screen hidden")).to_be_visible()
    expect(page.locator("#content")).to_be_hidden()
    expect(page).to_have_title(re.compile("^Screen hidden"))
    page.keyboard.press("Escape")
    expect(page.locator("#content")).to_be_visible()
    expect(page).to_have_title(re.compile("^Today"))


def test_the_keyboard_walks_along_a_list(page, ann, anna):
    page.goto("/patients/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")

    focused = page.evaluate("document.activeElement.closest('tr')?.rowIndex")
    assert focused == 1


def test_help_lists_the_keys_of_the_page(page):
    page.keyboard.press("?")

    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Hide the screen")
    expect(dialog.locator("[data-shortcut-list]")).to_contain_text("Patients")


def test_counter_mode_shows_initials_on_every_page(page, ann):
    page.get_by_label("You and this screen").click()
    page.get_by_role("button", name="Counter mode").click()

    page.goto("/patients/")

    expect(page.get_by_text("Ann Sparrow")).to_be_hidden()
    expect(page.locator(".name-initials").first).to_have_text("AS")


def test_a_chosen_theme_stays(page):
    page.get_by_label("You and this screen").click()
    page.get_by_role("button", name="Dark").click()

    page.goto("/tasks/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
