"""Phone PINs: drawn, told once, compared without a trace, locked after five wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging import phone_pins
from messaging.models import PhonePin
from practice.models import Role, Task, TrailEntry
from tests import cast
from tests.messaging.households import aged

pytestmark = pytest.mark.django_db


@pytest.fixture
def adult(location):
    return aged(40, location)


@pytest.fixture
def pin(adult, front_desk, now):
    return phone_pins.make(patient=adult, by=front_desk, now=now)


def wrong(pin):
    return f"{(int(pin) + 1) % 1_000_000:06d}"


def test_a_pin_has_six_digits_and_stands_nowhere(pin, adult):
    row = PhonePin.objects.get()

    assert len(pin) == 6
    assert pin.isdigit()
    assert pin not in row.secret
    assert phone_pins.whose(pin, among=[adult], now=cast.MONDAY) == adult


def test_another_pin_ends_the_first(pin, adult, front_desk, now):
    other = phone_pins.make(patient=adult, by=front_desk, now=now)

    assert phone_pins.whose(other, among=[adult], now=cast.MONDAY) == adult
    assert pin == other or phone_pins.whose(pin, among=[adult], now=cast.MONDAY) is None


def test_five_wrong_tries_lock_it_and_another_opens_it(pin, adult, front_desk, now):
    for _try in range(5):
        assert phone_pins.whose(wrong(pin), among=[adult], now=cast.MONDAY) is None
    assert phone_pins.whose(pin, among=[adult], now=cast.MONDAY) is None
    assert PhonePin.objects.get().is_locked

    other = phone_pins.make(patient=adult, by=front_desk, now=now)
    assert phone_pins.whose(other, among=[adult], now=cast.MONDAY) == adult


def test_the_fifth_wrong_try_is_told_once(pin, adult):
    for _try in range(7):
        phone_pins.whose(wrong(pin), among=[adult], now=cast.MONDAY)

    assert TrailEntry.objects.filter(kind="phone_pin.locked").count() == 1
    task = Task.objects.get(kind="phone_pin.locked")
    assert (task.patient, task.for_role) == (adult, Role.FRONT_DESK)
    assert task.path == f"/patients/{adult.pk}/phone-pin/"


def test_four_wrong_tries_are_nobodys_affair(pin, adult):
    for _try in range(4):
        phone_pins.whose(wrong(pin), among=[adult], now=cast.MONDAY)
    phone_pins.whose(pin, among=[adult], now=cast.MONDAY)

    assert not Task.objects.exists()


def test_another_pin_that_is_locked_is_another_task(pin, adult, front_desk, now):
    later = now + timedelta(hours=1)
    for at in (now, later):
        digits = phone_pins.make(patient=adult, by=front_desk, now=at)
        for _try in range(5):
            phone_pins.whose(wrong(digits), among=[adult], now=at)

    assert Task.objects.filter(kind="phone_pin.locked").count() == 2


@pytest.mark.parametrize("strange", ["", "1", "1234567", "12345a", "٣٣٣٣٣٣", "12 456"])
def test_what_is_no_pin_takes_no_try(pin, adult, strange):
    assert phone_pins.whose(strange, among=[adult], now=cast.MONDAY) is None
    assert PhonePin.objects.get().tries == 0


def test_each_of_two_with_one_phone_is_known_by_their_own(
    pin, adult, location, front_desk, now
):
    other = aged(50, location)
    theirs = phone_pins.make(patient=other, by=front_desk, now=now)
    both = [adult, other]

    assert phone_pins.whose(theirs, among=both, now=cast.MONDAY) == (
        None if pin == theirs else other
    )
    assert not PhonePin.objects.filter(tries__gt=0).exists()


@pytest.mark.parametrize("years", [3, 12, 17])
def test_minors_have_none(location, front_desk, now, years):
    with pytest.raises(phone_pins.NoPinForThem):
        phone_pins.make(patient=aged(years, location), by=front_desk, now=now)


def test_a_pin_is_ended_and_both_are_in_the_trail(pin, adult, front_desk):
    assert phone_pins.end(patient=adult, by=front_desk)
    assert not phone_pins.end(patient=adult, by=front_desk)

    kinds = TrailEntry.objects.filter(kind__startswith="phone_pin.")
    assert [one.kind for one in kinds.order_by("pk")] == [
        "phone_pin.made",
        "phone_pin.ended",
    ]
    assert not TrailEntry.objects.filter(reason__contains=pin).exists()


def test_hashes_are_encrypted_anew_and_still_open(pin, adult):
    before = PhonePin.objects.get().secret

    assert phone_pins.rotate_secrets() == 1
    assert PhonePin.objects.get().secret != before
    assert phone_pins.whose(pin, among=[adult], now=cast.MONDAY) == adult


def test_who_died_hears_of_nothing(adult, front_desk, now):
    from practice import patients

    patients.record_death(patient=adult, by=cast.FOUNDER, now=now, died_on=None)

    assert not phone_pins.may_have(type(adult).objects.get(pk=adult.pk), now=now)
