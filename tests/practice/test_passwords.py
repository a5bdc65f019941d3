"""Which passwords are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from practice.models import StaffMember

OF_OURS = [
    "Wellhouse2026",
    "wellhouse-wellhouse",
    "PracticeClinic99!",
    "LindenStreet2026",
    "linden street harlem",
    "reception-therapy-1",
    "w3llhouse.therapy",
]
FINE = [
    "gentle-harbour-lantern-41",
    "wellhouse turnip marble violin",
    "q7$Vd0!xZr2&kLp",
    "pass phrases are long enough",
    "contraseña de tres erizos",
    "正しい馬のバッテリーの留め金です",
    "x" * 4 + "marble violin turnip " * 5 + "end",
]


@pytest.mark.parametrize("password", FINE)
def test_a_strong_password_is_taken(password, location):
    validate_password(
        password, StaffMember(name="Fran Desk", email="fran@example.test")
    )


@pytest.mark.parametrize("password", OF_OURS)
def test_a_password_of_words_everybody_here_knows_is_refused(password, location):
    with pytest.raises(ValidationError, match="everybody here knows"):
        validate_password(password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-words", "at least 12"),
        ("password123456", "common"),
        ("fran@example.test", "similar"),
        ("x" * 129, "at most 128"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(password, reason, db):
    staff = StaffMember(name="Fran Desk", email="fran@example.test")

    with pytest.raises(ValidationError, match=reason):
        validate_password(password, staff)


def test_128_characters_are_taken(db):
    validate_password("marble violin turnip ".ljust(128, "s"))
