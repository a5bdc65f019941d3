"""Two people at one PC: leaving, coming back, and typing that waits for somebody."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.cast import sign_in
from tests.practice.desks import OTHER_PIN, PIN, give_pin

pytestmark = pytest.mark.browser

FORM = "/patients/new/"
STORED = "JSON.stringify(sessionStorage)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = [1280, 820, 360]
FINGERPRINT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def fran(front_desk):
    return give_pin(front_desk)


@pytest.fixture
def mary(manager):
    return give_pin(manager, OTHER_PIN)


def arrive(page: Page, person) -> None:
    """Sign somebody in on the PC, as after a full sign-in."""
    cookie = sign_in(person).cookies["wellhouse-session"]
    place = "/".join(page.url.split("/")[:3])
    known = {"name": cookie.key, "value": cookie.value, "url": place}
    page.context.add_cookies([known])  # type: ignore[list-item]


# What a tab tells the others before the server knows of it.
LEAVING = """new BroadcastChannel("wellhouse").postMessage(
  { left: document.body.dataset.staff })"""


def leave(page: Page) -> None:
    page.get_by_label("You and this screen").click()
    page.get_by_role("button", name="Switch person").click()
    page.wait_for_url("**/switch/")


def come_back(page: Page, name: str, pin: str) -> None:
    page.locator(".face", has_text=name).click()
    expect(page.get_by_label("Your PIN")).to_be_focused()
    page.keyboard.type(pin)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/switch/" not in url)


@pytest.fixture
def desk(page_as, fran, mary):
    """A PC that Mary left on Today, with Fran's form half filled in."""
    page = page_as(mary)
    page.goto("/")
    leave(page)
    arrive(page, fran)
    page.goto(FORM)
    page.get_by_label("Legal given name").fill("Half typed")
    page.get_by_label("Spoken language").select_option("es")
    return page


def test_what_was_typed_waits_for_its_person(desk):
    leave(desk)
    come_back(desk, "Mary", OTHER_PIN)
    desk.goto(FORM)
    expect(desk.get_by_label("Legal given name")).to_have_value("")
    leave(desk)

    come_back(desk, "Fran", PIN)

    desk.wait_for_url(f"**{FORM}")
    expect(desk.get_by_label("Legal given name")).to_have_value("Half typed")
    expect(desk.get_by_label("Spoken language")).to_have_value("es")
    expect(desk.get_by_text("What you typed before you left")).to_be_visible()


def test_nobody_else_can_read_what_is_kept(desk):
    leave(desk)

    come_back(desk, "Mary", OTHER_PIN)

    stored = desk.evaluate(STORED)
    assert "draft:" in stored
    assert "Half typed" not in stored


def test_what_came_back_waits_a_second_time(desk):
    for _turn in range(2):
        leave(desk)
        come_back(desk, "Fran", PIN)
        expect(desk.get_by_label("Legal given name")).to_have_value("Half typed")

    assert "draft:" not in desk.evaluate(STORED)


def test_signing_out_forgets_what_was_typed(desk):
    leave(desk)
    come_back(desk, "Mary", OTHER_PIN)
    desk.get_by_label("You and this screen").click()

    desk.get_by_role("button", name="Sign out").click()

    desk.wait_for_url("**/accounts/login/**")
    assert "draft:" not in desk.evaluate(STORED)


def test_a_form_that_was_sent_back_waits_too(desk, troubles):
    desk.get_by_label("Date of birth").first.fill("2199-01-01")
    desk.get_by_role("button", name="Open chart").click()
    expect(desk.locator("form.form [aria-invalid=true]").first).to_be_visible()
    troubles.take("422", desk)
    leave(desk)

    come_back(desk, "Fran", PIN)

    expect(desk.get_by_label("Legal given name")).to_have_value("Half typed")


def test_all_of_it_by_keyboard(page_as, fran, mary):
    page = page_as(mary)
    page.goto("/")
    leave(page)
    arrive(page, fran)
    page.goto("/tasks/")
    page.wait_for_load_state("networkidle")

    page.keyboard.press("w")
    page.wait_for_url("**/switch/")
    page.get_by_role("radio", name="Fran Desk").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")

    page.wait_for_url("**/tasks/")
    expect(page.locator("body")).to_have_attribute("data-staff", str(fran.pk))


def test_all_of_it_without_a_script(page_as, fran, mary):
    page = page_as(mary, java_script_enabled=False)
    page.goto("/team/")
    page.get_by_label("You and this screen").click()
    page.get_by_role("button", name="Switch person").click()
    page.get_by_label("Your PIN").fill(OTHER_PIN)
    page.get_by_role("button", name="Open").click()

    page.wait_for_url("**/team/")
    expect(page.locator("body")).to_have_attribute("data-staff", str(mary.pk))


def test_a_covered_page_leads_back_by_pin(page_as, fran):
    page = page_as(fran)
    page.route(f"**{FORM}", lambda route: _hurry(route, seconds=2))
    page.goto(FORM)
    page.get_by_label("Legal given name").fill("Half typed")
    _let_idle_time_pass()
    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()
    page.unroute(f"**{FORM}")

    page.get_by_role("link", name="Come back or switch person").click()
    expect(page.get_by_label("Your PIN")).to_be_focused()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{FORM}")
    expect(page.get_by_label("Legal given name")).to_have_value("Half typed")


def _hurry(route, *, seconds):
    answer = route.fetch()
    text = answer.text().replace('idle-seconds="900"', f'idle-seconds="{seconds}"')
    route.fulfill(response=answer, body=text)


def _let_idle_time_pass():
    """As if nobody had used any screen for an hour."""
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        session["seen_at"] -= 3600
        session.save()


def test_the_other_tabs_are_covered_when_the_person_leaves(desk):
    other = desk.context.new_page()
    other.goto("/tasks/")
    other.wait_for_load_state("networkidle")

    leave(desk)

    expect(other.locator("#signed-out")).to_be_visible()
    expect(other.locator("#content")).to_be_hidden()
    come_back(desk, "Fran", PIN)
    expect(other.locator("#content")).to_be_visible()


def test_a_covered_tab_stays_so_while_the_server_still_lets_them_go(desk):
    other = desk.context.new_page()
    other.goto("/tasks/")
    other.wait_for_load_state("networkidle")

    desk.evaluate(LEAVING)
    expect(other.locator("#signed-out")).to_be_visible()
    with other.expect_response(lambda answer: "/session/" in answer.url) as said:
        pass

    assert said.value.json()["signed_in"]
    other.wait_for_timeout(500)
    expect(other.locator("#signed-out")).to_be_visible()


def test_an_old_page_of_one_person_is_not_shown_to_the_next(desk, mary):
    leave(desk)
    come_back(desk, "Mary", OTHER_PIN)

    desk.go_back()
    desk.wait_for_load_state("networkidle")

    assert "Half typed" not in desk.content()
    if desk.locator("body[data-staff]").count():
        expect(desk.locator("body")).to_have_attribute("data-staff", str(mary.pk))


def test_a_passkey_leads_back_to_the_page_that_was_left(page_as, front_desk):
    page = page_as(front_desk)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": FINGERPRINT})
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add this device or key").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto(FORM)
    page.get_by_label("Legal given name").fill("Half typed")
    leave(page)

    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(f"**{FORM}")
    expect(page.get_by_label("Legal given name")).to_have_value("Half typed")


@pytest.mark.parametrize("width", WIDTHS)
def test_who_is_here_keeps_the_rules(desk, troubles, width):
    desk.set_viewport_size({"width": width, "height": 740})
    leave(desk)
    axe.check(desk)
    assert desk.evaluate(WIDER) <= 0

    desk.get_by_role("radio", name=re.compile("Fran")).check()
    desk.get_by_label("Your PIN").fill("90210")
    desk.get_by_role("button", name="Open").click()

    expect(desk.get_by_text("That is not the PIN")).to_be_visible()
    troubles.take("422", desk)
    expect(desk.get_by_label("Your PIN")).to_be_focused()
    axe.check(desk)
    assert desk.evaluate(WIDER) <= 0
