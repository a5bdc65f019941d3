"""Paper and the counter: initials, unless full names are asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from practice import caregivers
from tests.cast import FOUNDER, MONDAY, make_contact, make_patient

pytestmark = pytest.mark.browser

# What a printer would have got: the text of the page as paper shows it.
INSTEAD_OF_PRINTING = """
window.print = () => {
  window.dispatchEvent(new Event("beforeprint"));
  window.printed = document.body.innerText;
};
"""
NAMES = re.compile("Quincannon|Quillfeather|Zanzibarski|Kestrelina|Vorn", re.I)


@pytest.fixture
def chart(location):
    """Somebody whose names stand in as many places as a chart has."""
    patient = make_patient(
        at=location,
        given_name="Quillfeather",
        family_name="Zanzibarski",
        preferred_name="Quincannon",
        name_in_room="Quincannon",
    )
    mail = "quillfeather.zanzibarski@example.test"
    make_contact(patient, kind="email", value=mail, may_write=True)
    kin = caregivers.introduce(name="Kestrelina Vorn", language="en", by=FOUNDER)
    caregivers.authorise(
        caregiver=kin,
        patient=patient,
        relation="partner",
        starts_on=MONDAY.date(),
        by=FOUNDER,
    )
    return f"/patients/{patient.pk}/"


@pytest.fixture
def page(page_as, front_desk):
    page = page_as(front_desk)
    page.add_init_script(INSTEAD_OF_PRINTING)
    return page


def ask_to_print(page, button):
    """Print from the menu of the person, and give back what is on the paper."""
    page.get_by_label("You and this screen").click()
    page.get_by_role("button", name="Print this page").click()
    page.emulate_media(media="print")
    # On paper the dialog is not there to be clicked: the press is the script's.
    page.evaluate(
        "words => [...document.querySelectorAll('#print-choice button')]"
        ".find(each => each.textContent.includes(words)).click()",
        button,
    )
    return page.evaluate("window.printed")


def test_paper_carries_initials_and_the_time(page, chart):
    page.goto(chart)

    paper = ask_to_print(page, "Print initials")

    assert not NAMES.search(paper)
    assert {"QZ", "KV", "q…@example.test"} <= set(paper.split())
    assert re.search(r"printed \w+day, .*\d:\d\d.* · FD", paper)


def test_full_names_are_printed_for_who_asks_for_them(page, chart):
    page.goto(chart)

    paper = ask_to_print(page, "Print full names")

    for name in ("Quincannon", "Quillfeather Zanzibarski", "Kestrelina Vorn"):
        assert name in paper
    assert "quillfeather.zanzibarski@example.test" in paper


def test_full_names_were_asked_for_once(page, chart):
    page.goto(chart)
    ask_to_print(page, "Print full names")

    page.evaluate("window.print()")

    assert not NAMES.search(page.evaluate("window.printed"))


def test_the_browsers_own_printing_carries_initials_too(page, chart):
    page.goto(chart)
    page.emulate_media(media="print")

    page.evaluate("window.print()")

    assert not NAMES.search(page.evaluate("window.printed"))


def test_at_the_counter_no_name_of_a_chart_is_left(page, chart):
    page.goto(chart)
    page.get_by_label("You and this screen").click()

    page.get_by_role("button", name="Counter mode").click()

    expect(page.locator("#content")).not_to_contain_text(NAMES, use_inner_text=True)


def test_the_list_is_printed_in_initials(page, chart):
    page.goto("/patients/")

    paper = ask_to_print(page, "Print initials")

    assert "QZ" in paper
    assert not NAMES.search(paper)


def test_a_dialog_of_a_menu_gives_the_focus_back_to_the_menu(page, chart):
    page.goto(chart)
    page.get_by_label("You and this screen").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Print this page").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Print initials")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_label("You and this screen")).to_be_focused()
