"""PINs: which digits are taken, how they are kept, how often they may be wrong."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from practice import encryption, pins, signing_in
from practice.models import Pin, StaffMember, TrailEntry
from tests.practice.desks import OTHER_PIN, PIN, give_pin

pytestmark = pytest.mark.django_db
EASY = ["1234", "4321", "0123", "7890", "9876", "1111", "1212", "123123", "2580"]
EASY += ["1984", "2003", "19840517", "17051984", "87654321", "00000000", "1122"]
WRONG_SHAPE = ["", "123", "123456789", "12a4", "٤٠٧١", "4071\n", " 4071", "４０７１"]


def try_wrongly(person, times):
    for _turn in range(times):
        with pytest.raises((pins.WrongPin, pins.PinLocked)):
            pins.prove(staff=person, pin=OTHER_PIN)


@pytest.mark.parametrize("pin", [*EASY, *WRONG_SHAPE])
def test_what_everybody_tries_first_is_no_pin(front_desk, pin, now):
    with pytest.raises(pins.PinTooEasy):
        pins.set_pin(staff=front_desk, pin=pin, by=front_desk, now=now)

    assert not Pin.objects.exists()


def test_the_end_of_the_own_phone_number_is_no_pin(front_desk, now):
    front_desk.phone = "+12125550187"

    with pytest.raises(pins.PinTooEasy, match="phone"):
        pins.check("0187", staff=front_desk)


@given(st.from_regex(r"[0-9]{4,8}", fullmatch=True))
def test_a_pin_is_taken_or_refused_with_a_sentence(pin):
    words = "."
    try:
        pins.check(pin, staff=StaffMember(name="Nobody"))
    except pins.PinTooEasy as refusal:
        words = str(refusal)

    assert words.endswith(".")


def test_most_pins_are_taken(front_desk):
    taken = 0
    for number in range(10_000):
        try:
            pins.check(f"{number:04}", staff=front_desk)
        except pins.PinTooEasy:
            continue
        taken += 1

    assert taken > 9_500


def test_a_pin_is_hashed_and_the_hash_encrypted(front_desk):
    give_pin(front_desk)

    secret = Pin.objects.get().secret
    assert PIN not in secret
    assert "$" not in secret
    assert check_password(PIN, encryption.decrypt(secret))


def test_rotating_the_keys_keeps_every_pin(front_desk):
    give_pin(front_desk)
    before = Pin.objects.get().secret

    assert signing_in.rotate_secrets() == 1

    assert Pin.objects.get().secret != before
    pins.prove(staff=front_desk, pin=PIN)


def test_the_right_digits_give_the_tries_back(front_desk):
    give_pin(front_desk)
    try_wrongly(front_desk, 4)

    pins.prove(staff=front_desk, pin=PIN)

    assert Pin.objects.get().tries == 0


def test_a_wrong_pin_says_how_many_tries_are_left(front_desk):
    give_pin(front_desk)
    try_wrongly(front_desk, 3)

    with pytest.raises(pins.WrongPin, match=r"1 try is left"):
        pins.prove(staff=front_desk, pin=OTHER_PIN)


def test_five_wrong_tries_lock_it_and_the_right_one_opens_no_more(front_desk):
    give_pin(front_desk)
    try_wrongly(front_desk, 5)

    with pytest.raises(pins.PinLocked):
        pins.prove(staff=front_desk, pin=PIN)

    assert TrailEntry.objects.filter(kind="staff.pin_locked").count() == 1


def test_the_database_knows_no_sixth_try(front_desk):
    row = Pin.objects.get(staff=give_pin(front_desk))

    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.filter(pk=row.pk).update(tries=6)


def test_who_has_no_pin_proves_nothing(front_desk):
    with pytest.raises(pins.PinLocked):
        pins.prove(staff=front_desk, pin=PIN)


def test_another_pin_starts_afresh(front_desk):
    give_pin(front_desk)
    try_wrongly(front_desk, 5)

    give_pin(front_desk, "73902")

    pins.prove(staff=front_desk, pin="73902")


def test_setting_and_removing_a_pin_are_in_the_trail(front_desk):
    give_pin(front_desk)

    assert pins.remove_pin(staff=front_desk, by=front_desk)
    assert not pins.remove_pin(staff=front_desk, by=front_desk)

    lines = TrailEntry.objects.filter(kind__startswith="staff.pin").order_by("pk")
    assert [line.kind for line in lines] == ["staff.pin_set", "staff.pin_removed"]
    assert not [line for line in lines if PIN in f"{line.reason}{line.actor}"]
