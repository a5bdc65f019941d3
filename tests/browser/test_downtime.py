"""A day without the site: the sheet opens from the disk, paper comes in afterwards."""

from __future__ import annotations

import re
from datetime import time

import pytest
from playwright.sync_api import expect

from practice import clock, day_sheets, locations
from practice.models import PaperEntry, Role
from practice.sheet_plans import path_of
from tests.browser import axe
from tests.cast import FOUNDER, make_contact, make_patient, make_task

pytestmark = pytest.mark.browser
WEEK = [(day, time(8), time(18)) for day in range(7)]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def evening(location):
    """Tonight's sheet of a place where something is to do about two people."""
    locations.set_hours(location=location, spans=WEEK, by=FOUNDER)
    for name in ("Zoë Ñandú-李", HOSTILE):
        patient = make_patient(at=location, given_name=name, family_name="Vorn")
        make_contact(patient, value="+12125550143")
        make_task(to=Role.FRONT_DESK, patient=patient, now=clock.now())
    now = clock.now()
    passphrase = day_sheets.change_passphrase(location=location, by=FOUNDER, now=now)
    sheet = day_sheets.write_now(location=location, by=FOUNDER, now=now)
    return path_of(sheet), passphrase, sheet


def test_without_the_site_the_sheet_opens_from_the_disk(page_as, evening):
    path, passphrase, _sheet = evening
    page = page_as()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.get_by_label("Passphrase").fill("ABCD")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the passphrase")

    page.get_by_label("Passphrase").fill(passphrase.lower().replace("-", " "))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Harlem: day sheet")).to_be_visible()
    expect(page.get_by_text("Zoë Ñandú-李 Vorn")).to_be_visible()
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert axe.violations(page, "light") == []
    assert asked == [path.as_uri()]
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Zoë")).to_have_count(0)


def test_a_manager_makes_the_passphrase_and_prints_a_sheet(page_as, manager, evening):
    _path, _passphrase, sheet = evening
    page = page_as(manager)
    page.goto("/downtime/")

    page.get_by_role("link", name="Change that of Harlem").click()
    page.get_by_role("button", name="Make another one").click()
    expect(page.locator("code")).to_have_text(re.compile(r"^(\w{4}-){4}\w{4}$"))
    page.get_by_role("link", name="It is in the envelope").click()
    row = page.locator("section", has=page.get_by_role("heading", name="Harlem"))
    row.get_by_role("button", name="Write one now").click()

    title = f"Harlem: day sheet {sheet.pk + 1}"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.evaluate("document.documentElement.dataset.counter = 'on'")
    expect(page.get_by_text("Zoë Ñandú-李")).to_be_hidden()


@pytest.mark.parametrize("has_script", [True, False])
def test_afterwards_one_line_after_the_other_is_put_in(
    page_as, front_desk, evening, has_script, troubles
):
    _path, _passphrase, sheet = evening
    page = page_as(front_desk, java_script_enabled=has_script)
    page.goto("/downtime/paper/note/")

    for line, words in (("1", "Came by for a form."), ("2", "Rang again.")):
        page.get_by_label("Line on the sheet").fill(line)
        page.get_by_label("Time").fill("00:01")
        page.get_by_label("Who", exact=False).first.fill("Zoë")
        page.get_by_label("What happened").fill(words)
        page.get_by_role("button", name="Put it in").click()
        page.get_by_label(re.compile("Zoë Ñandú-李 Vorn, born")).check()
        page.get_by_role("button", name="Put it in").click()
        expect(page.get_by_text(f"sheet {sheet.pk}, line {line}")).to_be_visible()

    assert page.get_by_label("Line on the sheet").input_value() == "3"
    assert PaperEntry.objects.count() == 2
    for _line in range(2):  # it asked whom each line is about
        troubles.take("422", page)
