"""Many calls guess at one phone PIN at once, and the vendor asks the same twice."""

from __future__ import annotations

import pytest

from messaging import phone_pins
from messaging.models import PhonePin
from practice.models import Task, TrailEntry
from tests import cast
from tests.messaging.hooking import PHONE, VOICE, call, set_up
from tests.messaging.ringing import form
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wrong(settings, patient, front_desk, now):
    """Digits that are not the patient's."""
    set_up(settings)
    cast.make_contact(patient, value=PHONE, may_name_practice=True)
    digits = phone_pins.make(patient=patient, by=front_desk, now=now)
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def press(number, digits):
    step = f"{VOICE}?s=pin&n=1&l=en"
    return call(step, form(number, Digits=digits)).status_code


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_same_step_many_times_at_once_is_one_try(wrong, _round):
    run_together(6, lambda _n: press(1, wrong))

    assert PhonePin.objects.get().tries == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_calls_at_once_are_five_tries_and_one_task(wrong, _round):
    run_together(8, lambda number: press(number, wrong))

    assert PhonePin.objects.get().tries == 5
    assert Task.objects.filter(kind=phone_pins.LOCKED).count() == 1
    assert TrailEntry.objects.filter(kind=phone_pins.LOCKED).count() == 1
