"""Own words are looked at as they are typed, and saved as they were typed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from messaging.models import Template
from tests.browser import axe
from tests.messaging.worded import FIRST, REFUSED

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_typed_is_seen_as_it_arrives(page_as, manager, width):
    page = page_as(manager, viewport={"width": width, "height": 800})
    page.goto(reverse("wording_edit", args=["booked", "en"]))

    page.get_by_label("Words").fill(REFUSED)
    expect(page.get_by_text("tells what kind of care")).to_be_visible()
    axe.check(page)

    page.get_by_label("Words").fill(FIRST)
    expect(page.get_by_text("see you on Tue 3 March")).to_be_visible()
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_text("Waits for approval")).to_be_visible()
    assert Template.objects.get().text == FIRST
