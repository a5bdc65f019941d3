"""What a page hears about its own sign-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session

from tests.cast import sign_in


def test_the_answer_about_a_sign_in_that_is_over_takes_no_cookie_away(front_desk):
    client = sign_in(front_desk)
    Session.objects.all().delete()

    answer = client.get("/session/status/")

    assert answer.json()["signed_in"] is False
    assert settings.SESSION_COOKIE_NAME not in answer.cookies


def test_another_page_takes_the_dead_cookie_away(front_desk):
    client = sign_in(front_desk)
    Session.objects.all().delete()

    answer = client.get("/")

    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
