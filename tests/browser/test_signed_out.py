"""Automatic log-off in the browser: a warning, a cover, and no lost typing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.cast import sign_in

pytestmark = pytest.mark.browser

FORM = "/patients/new/"
TOKEN = "document.querySelector('main [name=csrfmiddlewaretoken]').value"


@pytest.fixture
def typed_page(page_as):
    """`typed_page(person, 125)`: a form half filled in, so many seconds to the end."""

    def open_form(person, seconds):
        page = page_as(person)
        page.route(f"**{FORM}", lambda route: _hurry(route, seconds))
        page.goto(FORM)
        page.get_by_label("Legal given name").fill("Half typed")
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    return open_form


def _hurry(route, seconds):
    answer = route.fetch()
    text = answer.text().replace('idle-seconds="900"', f'idle-seconds="{seconds}"')
    route.fulfill(response=answer, body=text)


def _come_back(page, person):
    cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
    place = "/".join(page.url.split("/")[:3])
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": place}]
    )


def test_two_minutes_before_the_end_the_page_asks(typed_page, front_desk):
    page = typed_page(front_desk, 126)  # a slow machine types before it is asked
    warning = page.get_by_role("dialog", name="Still here?")
    expect(warning).to_be_visible()

    page.get_by_role("button", name="Stay signed in").click()

    expect(page.get_by_label("Legal given name")).to_have_value("Half typed")


def test_at_the_end_the_page_is_covered(typed_page, front_desk):
    page = typed_page(front_desk, 2)
    Session.objects.all().delete()

    expect(page.get_by_role("heading", name="You have been signed out")).to_be_visible()
    expect(page.locator("#content")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#content")).to_be_hidden()


def test_the_same_person_finds_what_they_typed(typed_page, front_desk):
    page = typed_page(front_desk, 2)
    old = page.evaluate(TOKEN)
    Session.objects.all().delete()
    expect(page.locator("#signed-out")).to_be_visible()

    _come_back(page, front_desk)

    expect(page.get_by_label("Legal given name")).to_have_value("Half typed")
    expect(page.locator("#content")).to_be_visible()
    assert page.evaluate(TOKEN) != old


def test_another_person_finds_an_empty_form(typed_page, front_desk, manager):
    page = typed_page(front_desk, 2)
    Session.objects.all().delete()
    expect(page.locator("#signed-out")).to_be_visible()
    page.unroute(f"**{FORM}")

    _come_back(page, manager)

    expect(page.locator("body")).to_have_attribute("data-staff", str(manager.pk))
    expect(page.get_by_label("Legal given name")).to_have_value("")


def test_a_page_left_open_goes_when_another_person_signs_in(
    page_as, front_desk, manager
):
    page = page_as(front_desk)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    _come_back(page, manager)

    other = page.context.new_page()
    other.goto("/")

    expect(page.locator("body")).to_have_attribute("data-staff", str(manager.pk))
