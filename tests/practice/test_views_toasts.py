"""Toasts: for the person they were said to, and for nobody else at the same PC."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.practice.desks import OTHER_PIN, arrive, come_back, give_pin, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
SAID = "Ring Paula Patience back"


@pytest.fixture
def desk(front_desk, patient):
    """A PC whose person pressed a button, of which no page has told yet."""
    desk = arrive(Client(), give_pin(front_desk))
    task = cast.make_task(to=front_desk, title=SAID, patient=patient)
    desk.post(reverse("task_done", args=[task.pk]))
    return desk


def text_of(desk, name):
    return desk.get(reverse(name)).content.decode()


def test_the_next_page_says_what_was_done_and_how_to_undo_it(desk):
    page = text_of(desk, "tasks")

    assert SAID in page
    assert "/reopen/" in page


def test_it_is_said_once(desk):
    desk.get(reverse("tasks"))

    assert settings.TOASTS_COOKIE_NAME in desk.cookies
    assert not desk.cookies[settings.TOASTS_COOKIE_NAME].value


def test_who_leaves_takes_their_toasts_along(desk, manager):
    give_pin(manager, OTHER_PIN)
    leave(desk)
    asked = text_of(desk, "switch")

    arrive(desk, manager)

    assert SAID not in asked + text_of(desk, "today")


def test_signing_out_takes_toasts_along(desk):
    desk.post(reverse("account_logout"))

    assert SAID not in text_of(desk, "account_login")


def test_the_clock_takes_toasts_along_and_says_so(desk, now):
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        page = desk.get("/", follow=True).content.decode()

    assert SAID not in page
    assert "nobody used this screen" in page


def test_an_answer_that_comes_too_late_is_shown_to_nobody_else(
    desk, front_desk, manager
):
    late = desk.cookies[settings.TOASTS_COOKIE_NAME].value
    leave(desk)
    arrive(desk, manager)

    desk.cookies[settings.TOASTS_COOKIE_NAME] = late

    assert SAID not in text_of(desk, "today")


def test_who_comes_back_by_pin_reads_no_old_toast(desk, front_desk):
    leave(desk)

    come_back(desk, front_desk)

    assert SAID not in text_of(desk, "today")


@pytest.mark.parametrize("made_up", ["nonsense", "é", "[]", "gAAAAAB="])
def test_a_cookie_that_somebody_made_up_is_let_go_of(desk, made_up):
    desk.cookies[settings.TOASTS_COOKIE_NAME] = made_up

    answer = desk.get(reverse("tasks"))

    assert answer.status_code == 200
    assert not desk.cookies[settings.TOASTS_COOKIE_NAME].value


def test_one_toast_may_be_long(front_desk):
    desk = arrive(Client(), front_desk)
    task = cast.make_task(to=front_desk, title="x" * 200)

    desk.post(reverse("task_done", args=[task.pk]))

    assert "x" * 200 in text_of(desk, "tasks")
