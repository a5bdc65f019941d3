"""The short word after an act, its undo, and what is said when the server is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from practice import clock, work
from practice.models import Role
from tests.browser import axe
from tests.cast import FOUNDER

pytestmark = pytest.mark.browser


@pytest.fixture
def task(front_desk):
    now = clock.now()
    return work.raise_task(
        kind="call",
        title="Call the pharmacy",
        to=Role.FRONT_DESK,
        due_at=now + timedelta(hours=1),
        by=FOUNDER,
        now=now,
    )


def test_an_act_is_undone_with_one_key(page_as, front_desk, task):
    page = page_as(front_desk)
    page.goto("/tasks/")
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".toast")).to_contain_text("Undo")

    page.keyboard.press("u")

    expect(page.locator(".line-title")).to_have_text("Call the pharmacy")


def test_a_toast_waits_for_the_pointer(page_as, front_desk, task):
    page = page_as(front_desk)
    page.goto("/tasks/")
    page.get_by_role("button", name="Done").click()
    toast = page.locator(".toast")

    toast.hover()

    expect(toast).to_have_attribute("data-paused", "")
    page.mouse.move(0, 0)
    expect(toast).not_to_have_attribute("data-paused", "")


def test_a_dismissed_toast_gives_the_focus_back(page_as, front_desk, task):
    page = page_as(front_desk)
    page.goto("/tasks/")
    page.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="Dismiss").click()

    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#content")).to_be_focused()


def test_undo_works_without_a_script(page_as, front_desk, task):
    page = page_as(front_desk, java_script_enabled=False)
    page.goto("/tasks/")
    page.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".line-title")).to_have_text("Call the pharmacy")


def test_a_toast_keeps_the_accessibility_rules(page_as, front_desk, task):
    page = page_as(front_desk)
    page.goto("/tasks/")

    page.get_by_role("button", name="Done").click()

    expect(page.locator(".toast")).to_be_visible()
    axe.check(page)


def test_a_part_that_cannot_be_fetched_is_told(page_as, front_desk, troubles):
    page = page_as(front_desk)
    page.goto("/tasks/")
    page.wait_for_load_state("networkidle")
    page.route("**/parts/", lambda route: route.abort())

    page.evaluate("htmx.ajax('GET', '/parts/', '#content').catch(() => {})")

    expect(page.locator(".toast")).to_contain_text("did not reach the server")
    for words in ("ERR_FAILED", "htmx:afterRequest", "htmx:sendError"):
        troubles.take(words, page)
