"""A form that waited for its person while a colleague changed what it shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from practice import contacts
from tests import cast
from tests.browser.test_switching import come_back, leave
from tests.practice.desks import PIN, give_pin

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(patient):
    return cast.make_contact(patient)


def test_what_waited_at_a_shared_pc_takes_back_nothing(
    page_as, front_desk, phone, troubles
):
    page = page_as(give_pin(front_desk))
    page.goto(f"/contacts/{phone.pk}/")
    page.get_by_label("Label").fill("mobile")
    leave(page)
    contacts.change(
        point=phone,
        value=str(phone.phone),
        may_text=False,
        by=front_desk,
        now=cast.MONDAY,
    )
    come_back(page, front_desk.name, PIN)
    expect(page.get_by_label("Label")).to_have_value("mobile")

    page.get_by_role("button", name="Save").click()

    told = page.get_by_text("Somebody changed this while you were typing.")
    expect(told).to_contain_text("May text: yes, now no")
    troubles.take("422", page)
    phone.refresh_from_db()
    assert (phone.may_text, phone.label) == (False, "")


def test_a_form_left_open_is_saved_knowingly_by_a_second_press(
    page_as, front_desk, phone, troubles
):
    page = page_as(front_desk)
    page.goto(f"/contacts/{phone.pk}/")
    contacts.change(
        point=phone,
        value=str(phone.phone),
        may_text=False,
        by=front_desk,
        now=cast.MONDAY,
    )
    page.get_by_label("Label").fill("mobile")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("save what differs here: Label, May text")).to_be_visible()
    troubles.take("422", page)

    page.get_by_label("May text").uncheck()
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/patients/*/")
    phone.refresh_from_db()
    assert (phone.may_text, phone.label) == (False, "mobile")
