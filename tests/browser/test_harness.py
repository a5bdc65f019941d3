"""The browser harness hears what a page complains of."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import axe

pytestmark = pytest.mark.browser


def test_a_signed_in_page_keeps_the_accessibility_rules(page_as, front_desk):
    page = page_as(front_desk)

    page.goto("/")

    expect(page.get_by_role("main")).to_be_visible()
    axe.check(page)


def test_what_the_content_policy_refuses_is_heard(page_as, troubles):
    page = page_as()
    page.goto("/accounts/login/")

    page.evaluate("document.body.setAttribute('style', 'color: red')")

    troubles.take("Content Security Policy", page)


def test_a_broken_script_is_heard(page_as, troubles):
    page = page_as()
    page.goto("/accounts/login/")

    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    page.wait_for_timeout(100)

    troubles.take("broken", page)


def test_axe_finds_words_that_are_too_faint_in_the_dark_alone(page_as):
    page = page_as()
    page.goto("/accounts/login/")

    page.evaluate("document.querySelector('label').style.color = 'rgb(80, 80, 80)'")

    assert not any("color-contrast" in line for line in axe.violations(page, "light"))
    assert any("color-contrast" in line for line in axe.violations(page, "dark"))


def test_axe_finds_a_nameless_button(page_as):
    page = page_as()
    page.goto("/accounts/login/")

    page.evaluate("document.body.append(document.createElement('button'))")

    assert any("button-name" in line for line in axe.violations(page, "light"))
