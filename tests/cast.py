"""The cast: people and places of the tests, made by the actions that staff use.

`make_*` answers a complete, plain example; name only what the test is about.
"""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.test import Client

from practice import (
    acts,
    break_glass,
    caregivers,
    contacts,
    locations,
    patients,
    staffing,
    work,
)
from practice.models import (
    BreakGlass,
    Caregiver,
    ContactKind,
    ContactPoint,
    Location,
    Patient,
    Practice,
    Role,
    StaffMember,
    Task,
)
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # six days before US clocks change
PASSWORD = "gentle-harbour-lantern-41"
FOUNDER = Automation("test set-up")
AREAS = (212, 213, 305, 312, 415, 512, 602, 617, 713, 917)
_numbers = itertools.count(1)


@contextmanager
def by_hand() -> Iterator[None]:
    """Rows may be written past the actions: where a bad state is the point."""
    act = acts.Act("2026-03-02 15:00:00", None, "by hand", "test.by_hand", "", True)  # noqa: FBT003
    with transaction.atomic(), acts.acting(act):
        yield


def make_practice(**details: Any) -> Practice:
    usual = {
        "name": "Linden Street Practice",
        "time_zone": "America/New_York",
        "phone": "+12125550100",
        "crisis_line": "In a crisis call or text 988, at any hour.",
        "crisis_line_es": "En una crisis llame o escriba al 988, a cualquier hora.",
    }
    return locations.found(by=FOUNDER, **usual | details)


def choose_words(practice: Practice, **words: str) -> None:
    """`choose_words(practice, patient="client")`: what its pages say from now on."""
    with by_hand():
        for name, word in words.items():
            setattr(practice, f"{name}_word", word)
        practice.save()


def make_location(**details: Any) -> Location:
    number = next(_numbers)
    usual = {
        "name": f"Place {number}",
        "short_name": f"P{number}",
        "address": f"{number} Linden Street\nNew York, NY 10001",
        "time_zone": "America/New_York",
        "phone": make_phone(),
    }
    return locations.add(by=FOUNDER, **usual | details)


def make_staff(
    *roles: Role, at: Location | list[Location], **details: Any
) -> StaffMember:
    number = next(_numbers)
    usual: dict[str, Any] = {
        "name": f"Sam Staff{number}",
        "email": f"staff{number}@example.test",
        "password": PASSWORD,
    }
    places = at if isinstance(at, list) else [at]
    return staffing.add_staff(
        roles=roles, locations=places, by=FOUNDER, **usual | details
    )


def make_clinician(*, at: Location | list[Location], **details: Any) -> StaffMember:
    staff = make_staff(Role.CLINICIAN, at=at, **details)
    staffing.describe_clinician(
        staff=staff, credentials="LCSW", speciality="Counselling", by=FOUNDER
    )
    return staff


def make_patient(*, at: Location, now: datetime = MONDAY, **details: Any) -> Patient:
    number = next(_numbers)
    usual = {
        "given_name": "Pat",
        "family_name": f"Example{number}",
        "born_on": date(1984, 5, 17),
    }
    return patients.register(homes=[at], by=FOUNDER, now=now, **usual | details)


def make_caregiver(
    patient: Patient, *, name: str = "Casey Kin", **details: Any
) -> Caregiver:
    """Somebody with a relation to a patient and, unless given, no rights."""
    caregiver = caregivers.introduce(name=name, language="en", by=FOUNDER)
    usual = {"relation": "partner", "starts_on": MONDAY.date()}
    caregivers.authorise(
        caregiver=caregiver, patient=patient, by=FOUNDER, **usual | details
    )
    return caregiver


def make_contact(owner: Patient | Caregiver, **details: Any) -> ContactPoint:
    """A phone that may be texted and called, unless given otherwise."""
    usual: dict[str, Any] = {"kind": ContactKind.PHONE, "value": make_phone()}
    if details.get("kind", ContactKind.PHONE) == ContactKind.PHONE:
        usual |= {"may_text": True, "may_call": True}
    return contacts.add(owner=owner, by=FOUNDER, now=MONDAY, **usual | details)


def make_phone() -> str:
    """A number nobody has: the 555-01xx range is kept for fiction."""
    area, line = divmod(next(_numbers), 100)
    return f"+1{AREAS[area % len(AREAS)]}55501{line:02}"


def break_in(
    person: StaffMember, patient: Patient, *, now: datetime = MONDAY
) -> BreakGlass:
    """`person` opens a chart by break-glass, for an hour."""
    return break_glass.open_chart(
        staff=person,
        patient=patient,
        reason="crisis",
        explanation="",
        by=person,
        now=now,
    )


def sign_in(person: StaffMember) -> Client:
    """A browser that `person` has signed in on just now, second factor included."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    proof = {"at": time.time()}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**proof, "method": "password", "email": person.email},
        {**proof, "method": "mfa", "type": "totp"},
    ]
    session.save()
    return client


def make_task(
    *, to: Role | StaffMember, now: datetime = MONDAY, **details: Any
) -> Task:
    """A task that is already late, unless given otherwise."""
    usual: dict[str, Any] = {"kind": "test.call", "title": "Call back"}
    usual["due_at"] = now
    return work.raise_task(to=to, by=FOUNDER, now=now, **usual | details)
