"""Words for ears: numbers digit by digit, and the strictest manners at a number."""

from __future__ import annotations

from datetime import time

import pytest

from messaging import spoken
from messaging.spoken import Manners
from tests import cast
from tests.messaging.hooking import PHONE


@pytest.mark.parametrize(
    ("number", "aloud"),
    [
        ("(212) 555-0123", "2 1 2, 5 5 5, 0 1 2 3"),
        ("911", "9 1 1"),
        ("", ""),
        ("+49 30 901820", "4 9, 3 0, 9 0 1 8 2 0"),
    ],
)
def test_a_number_is_said_digit_by_digit(number, aloud):
    assert spoken.digit_by_digit(number) == aloud


@pytest.mark.django_db
def test_at_a_number_that_nobody_has_nothing_may_be_said(practice):
    assert spoken.manners(PHONE) == Manners()


@pytest.mark.django_db
def test_of_several_with_a_number_the_strictest_counts(patient, location):
    allows = {"may_name_practice": True, "may_leave_voicemail": True}
    cast.make_contact(patient, value=PHONE, **allows)
    assert spoken.manners(PHONE) == Manners(True, True, True)  # noqa: FBT003

    family = cast.make_caregiver(patient)
    cast.make_contact(family, value=PHONE)
    assert spoken.manners(PHONE) == Manners()


@pytest.mark.django_db
def test_hours_that_are_safe_keep_visits_from_being_spoken_of(patient):
    hours = {"safe_from": time(9), "safe_until": time(17)}
    cast.make_contact(patient, value=PHONE, may_name_practice=True, **hours)

    assert not spoken.manners(PHONE).is_free
