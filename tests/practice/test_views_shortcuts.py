"""Each person decides about single-key shortcuts for themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse


def test_a_person_switches_their_shortcuts_off(as_, front_desk):
    answer = as_(front_desk).post(reverse("shortcuts"), {"enabled": "off"})

    front_desk.refresh_from_db()
    assert answer.status_code == 302
    assert front_desk.shortcuts_enabled is False


def test_a_person_switches_their_shortcuts_on_again(as_, front_desk):
    browser = as_(front_desk)
    browser.post(reverse("shortcuts"), {"enabled": "off"})

    browser.post(reverse("shortcuts"), {"enabled": "on"})

    front_desk.refresh_from_db()
    assert front_desk.shortcuts_enabled is True


def test_the_page_stays_where_it_was(as_, front_desk):
    answer = as_(front_desk).post(reverse("shortcuts"), {"next": "/tasks/"})

    assert answer.url == "/tasks/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com"])
def test_nobody_is_sent_to_another_site(as_, front_desk, elsewhere):
    answer = as_(front_desk).post(reverse("shortcuts"), {"next": elsewhere})

    assert answer.url == "/"


def test_looking_switches_nothing(as_, front_desk):
    assert as_(front_desk).get(reverse("shortcuts")).status_code == 405


def test_a_page_says_whether_shortcuts_are_off(as_, front_desk):
    browser = as_(front_desk)

    browser.post(reverse("shortcuts"), {"enabled": "off"})

    assert 'data-shortcuts="off"' in browser.get("/").content.decode()
