"""One form in the hands of several, who all press at once."""

from __future__ import annotations

from datetime import time

import pytest

from practice import caregivers, contacts, duty, locations, patients, staffing
from practice.models import (
    Caregiver,
    Caregiving,
    ContactPoint,
    DutyHours,
    Location,
    LocationHours,
    Patient,
    Practice,
    StaffMember,
)
from practice.versions import ChangedMeanwhile, Shown
from tests import cast
from tests.races.together import run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY, NOW = cast.FOUNDER, cast.MONDAY
MANY = 5
SPANS = [[(0, time(8), time(9 + number))] for number in range(MANY)]


@pytest.fixture
def acts(of_charts, of_places):
    """What a form shows, and what pressing its button does, by what is changed."""
    return of_charts | of_places


@pytest.fixture
def of_charts(patient):
    phone, kin = cast.make_contact(patient), cast.make_caregiver(patient)
    family, number = kin.caregivings.get(), str(phone.phone)
    same = {"language": "en", "own_chart": None}

    def rename(n, **seen):
        return patients.change_details(
            patient=patient, pronouns=f"p{n}", now=NOW, **seen
        )

    def label(n, **seen):
        return contacts.change(
            point=phone, value=number, label=f"l{n}", now=cast.MONDAY, **seen
        )

    def move(n, **seen):
        return caregivers.change(caregiving=family, household=f"h{n}", now=NOW, **seen)

    def describe(n, **seen):
        return caregivers.describe(caregiver=kin, name=f"C{n}", **same, **seen)

    return {
        Patient: (shows(patient), rename),
        ContactPoint: (shows(phone), label),
        Caregiving: (shows(family), move),
        Caregiver: (shows(kin), describe),
    }


@pytest.fixture
def of_places(clinician, location, practice):
    hours = LocationHours.history.filter(location=location)
    duties = DutyHours.history.filter(staff=clinician, location=location)
    at = {"staff": clinician, "location": location}

    def rename(n, **seen):
        return staffing.change_staff(staff=clinician, name=f"C{n}", phone="", **seen)

    def call(n, **seen):
        return locations.change_practice(practice=practice, name=f"Elm {n}", **seen)

    def direct(n, **seen):
        return locations.change(
            location=location, directions=f"Bus {n}", now=NOW, **seen
        )

    def open_at(n, **seen):
        return locations.set_hours(location=location, spans=SPANS[n], **seen)

    def work_at(n, **seen):
        return duty.set_duty_hours(**at, spans=SPANS[n], **seen)

    return {
        StaffMember: (shows(clinician), rename),
        Practice: (shows(practice), call),
        Location: (shows(location), direct),
        LocationHours: (Shown.now(hours), open_at),
        DutyHours: (Shown.now(duties), work_at),
    }


def shows(record):
    return Shown.record(type(record), record.pk)


MODELS = [Patient, ContactPoint, Caregiving, Caregiver, StaffMember, Practice]
MODELS += [Location, LocationHours, DutyHours]


@pytest.mark.parametrize("model", MODELS)
def test_of_many_who_press_at_once_one_saves_and_the_others_are_told(acts, model):
    shown, act = acts[model]
    before = model.history.count()

    outcome = run_together(MANY, lambda number: act(number, by=BY, seen=shown))

    assert len(outcome.results) == 1
    assert [type(error) for error in outcome.errors] == [ChangedMeanwhile] * (MANY - 1)
    assert all("test set-up" in str(error) for error in outcome.errors)
    assert model.history.count() == before + 1
