"""A conversation at the desk: counted while one types, sent, taken back, done."""

from __future__ import annotations

import pytest

from tests import cast
from tests.messaging.incoming import NUMBER, text

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(patient):
    cast.make_contact(patient, value=NUMBER)
    return text("May I bring my dog?").conversation


def test_a_reply_is_counted_sent_taken_back_and_done(page_as, talk, front_desk):
    page = page_as(front_desk)
    page.goto(f"/messages/{talk.pk}/")
    page.fill("textarea[name=body]", "x" * 170)
    page.get_by_text("charged as 2 texts").wait_for()

    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Sent in a minute.").wait_for()
    page.keyboard.press("z")
    page.get_by_text("Taken back: it was not sent.").wait_for()

    assert page.input_value("textarea[name=body]") == "x" * 170
    page.locator("h1").click()
    page.keyboard.press("e")
    page.wait_for_url("**/messages/")
