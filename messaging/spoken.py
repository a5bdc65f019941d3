"""What is said in a call: the practice's words, for ears, and visits in words.

SPOKEN_VISITS: the floors above know visits; each entry has the two methods of Visits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from consent import addresses
from messaging import variables, wordings
from messaging.twiml import Spoken
from practice import contacts
from practice.contributions import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from messaging.models import Delivery
    from practice.models import Patient

NUMBERS = ("phone", "emergency_number", "crisis_line")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is said: its day and time, and by which ids it is known."""

    values: Mapping[str, str]  # day and time
    ids: Mapping[str, int] = field(default_factory=dict)  # of a Message that answers


class Visits(Protocol):
    """One entry of SPOKEN_VISITS."""

    def of_call(self, delivery: Delivery, *, now: datetime) -> Visit | None:
        """What a call is about, as it stands; None where that is true no more."""

    def next_of(
        self, patient: Patient, *, language: str, now: datetime
    ) -> Visit | None:
        """When a patient is expected next."""

    def by_id(self, attendee: int, *, language: str, now: datetime) -> Visit | None:
        """One visit to come, by the id of whoever comes to it."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What may be said to whoever answers a number: the strictest that any chart or
    family member with it asked for.
    """

    may_name_practice: bool = False
    may_leave_voicemail: bool = False
    is_free: bool = False  # to speak of a visit to whoever is who they say


def manners(number: str) -> Manners:
    """One query; of a number that nobody has, the least."""
    found = contacts.addresses_of(list(addresses.points_at({number})))
    phones = [one for one in found if one.kind == "phone"]
    return Manners(
        may_name_practice=bool(phones) and all(one.may_name_practice for one in phones),
        may_leave_voicemail=bool(phones)
        and all(one.may_leave_voicemail for one in phones),
        is_free=bool(phones)
        and all(
            one.may_call and one.may_name_practice and not one.safe_hours
            for one in phones
        ),
    )


def of_call(delivery: Delivery, *, now: datetime) -> Visit | None:
    found = (one.of_call(delivery, now=now) for one in load("SPOKEN_VISITS"))
    return next((visit for visit in found if visit), None)


def next_of(patient: Patient, *, language: str, now: datetime) -> Visit | None:
    found = (
        one.next_of(patient, language=language, now=now)
        for one in load("SPOKEN_VISITS")
    )
    return next((visit for visit in found if visit), None)


def by_id(attendee: int | None, *, language: str, now: datetime) -> Visit | None:
    if attendee is None:
        return None
    found = (
        one.by_id(attendee, language=language, now=now) for one in load("SPOKEN_VISITS")
    )
    return next((visit for visit in found if visit), None)


@dataclass(frozen=True, slots=True)
class Voice:
    """Words for one call; the practice is named only where it may be."""

    loaded: wordings.Wordings
    language: str
    may_name_practice: bool

    def of(self, occasion: str, values: Mapping[str, str] | None = None) -> Spoken:
        """What is said on an occasion, every number digit by digit."""
        known = self.loaded.known(
            self.language, may_name_practice=self.may_name_practice
        )
        written = known["phone"]
        aloud = {name: digit_by_digit(known[name]) for name in NUMBERS}
        if known["practice"] == written:
            aloud["practice"] = aloud["phone"]
        worded = self.loaded.word(
            occasion,
            language=self.language,
            values={**aloud, **(values or {})},
            may_name_practice=self.may_name_practice,
        )
        return Spoken(worded.body, self.language)


def voice(*, language: str, may_name_practice: bool, now: datetime) -> Voice:
    known = language if language in variables.LANGUAGES else variables.LANGUAGES[0]
    return Voice(wordings.load(now=now), known, may_name_practice)


def digit_by_digit(number: str) -> str:
    """So that a machine does not read it as a sum: “2 1 2, 5 5 5, 0 1 2 3”."""
    groups = "".join(one if one.isdigit() else " " for one in number).split()
    return ", ".join(" ".join(group) for group in groups)
