"""Many guesses at one PIN at once, and many tabs that leave one PC at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from practice import pins, workstations
from practice.models import KeptSignIn, Pin, TrailEntry
from practice.workstations import SignIn
from tests import cast
from tests.practice import desks
from tests.practice.desks import PIN, arrive, give_pin, visit, who
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = cast.MONDAY


@pytest.fixture
def fran(front_desk):
    return give_pin(front_desk)


@pytest.fixture
def compared(monkeypatch):
    """The digits that were compared with somebody's PIN."""
    seen = []
    compare = pins.check_password

    def listen(pin, hashed):
        seen.append(pin)
        return compare(pin, hashed)

    monkeypatch.setattr(pins, "check_password", listen)
    return seen


@pytest.mark.parametrize("_round", ROUNDS)
def test_twenty_guesses_at_once_are_five(fran, compared, _round):
    def guess(number):
        pins.prove(staff=fran, pin=f"{9000 + number}")

    outcome = run_together(20, guess)

    assert outcome.results == []
    assert len(compared) == 5
    assert {type(error) for error in outcome.errors} <= {pins.WrongPin, pins.PinLocked}
    assert Pin.objects.get().tries == 5


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_pages_of_one_pc_guess_no_more_often(fran, compared, _round):
    token = desks.token(visit(Client(), fran))
    browsers = [Client() for _guess in range(12)]

    def guess(number):
        browsers[number].cookies["wellhouse-workstation"] = token
        return desks.come_back(browsers[number], fran, f"{9000 + number}").status_code

    outcome = run_together(12, guess)

    assert outcome.errors == []
    assert set(outcome.results) == {422}
    assert len(compared) == 5
    assert 1 <= TrailEntry.objects.filter(kind="staff.pin_locked").count() <= 5


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_right_pin_pressed_twice_lets_its_person_in(fran, _round):
    token = desks.token(visit(Client(), fran))
    browsers = [Client(), Client()]

    def press(number):
        browsers[number].cookies["wellhouse-workstation"] = token
        return desks.come_back(browsers[number], fran, PIN)["Location"]

    outcome = run_together(2, press)

    assert outcome.errors == []
    assert outcome.results == ["/tasks/", "/tasks/"]
    assert [who(browser) for browser in browsers] == [fran.pk, fran.pk]
    assert Pin.objects.get().tries == 0


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_tabs_that_leave_a_pc_keep_one_sign_in(fran, clinician, _round):
    token = desks.token(visit(Client(), clinician))
    sign_in = SignIn(fran, [{"method": "mfa"}], NOW)

    outcome = run_together(
        8, lambda _tab: workstations.keep(sign_in, token=token, path="/", now=NOW)
    )

    assert outcome.errors == []
    assert set(outcome.results) == {token}
    assert KeptSignIn.objects.filter(staff=fran).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_pin_typed_while_everybody_is_signed_out_leaves_a_whole_answer(fran, _round):
    desk = arrive(visit(Client(), fran), cast.make_staff("manager", at=[]))
    other = Client()
    other.cookies["wellhouse-workstation"] = desks.token(desk)

    acts = [
        lambda: desk.post(reverse("switch_forget")),
        lambda: desks.come_back(other, fran),
    ]
    outcome = run_together(2, lambda number: acts[number]().status_code)

    assert outcome.errors == []
    assert set(outcome.results) <= {302, 422}
    assert not KeptSignIn.objects.exists()
