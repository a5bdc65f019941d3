"""A form that is sent twice is taken once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from practice import submissions
from practice.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return uuid4()


@pytest.fixture
def press(front_desk, now):
    """Press the button of the form with that key; `done` counts what happened."""
    done = []

    def act():
        done.append(len(done) + 1)
        return f"/patients/{len(done)}/"

    def press(key, by=front_desk, act=act):
        return submissions.once(key, by=by, now=now, act=act)

    press.done = done
    return press


def test_a_second_press_leads_where_the_first_did(press, key):
    paths = [press(key), press(key)]

    assert paths == ["/patients/1/", "/patients/1/"]
    assert press.done == [1]


def test_another_form_is_another_act(press):
    paths = [press(uuid4()), press(uuid4())]

    assert paths == ["/patients/1/", "/patients/2/"]


def test_a_colleague_at_the_same_desk_does_not_do_it_again(press, key, clinician):
    press(key)

    assert press(key, by=clinician) == "/patients/1/"
    assert press.done == [1]


def test_what_was_refused_may_be_pressed_again(press, key):
    def refuse():
        raise ValueError("The date is wrong.")

    with pytest.raises(ValueError, match="wrong"):
        press(key, act=refuse)

    assert press(key) == "/patients/1/"


def test_a_breach_of_the_databases_rules_is_not_taken_for_a_second_press(press, key):
    def breach():
        raise IntegrityError("another rule")

    with pytest.raises(IntegrityError, match="another rule"):
        press(key, act=breach)
    assert not Submission.objects.exists()


def test_old_submissions_are_forgotten(press, key, now):
    young = uuid4()
    press(key)
    press(young)
    Submission.objects.filter(key=key).update(
        taken_at=now - submissions.KEPT - timedelta(seconds=1)
    )

    assert submissions.forget_old(now=now) == 1
    assert Submission.objects.get().key == young
