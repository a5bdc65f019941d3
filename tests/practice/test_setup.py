"""What a new practice still has to do."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from practice import day_sheets, duty, locations, setup, staffing
from practice.models import Clinician, Role
from tests.cast import FOUNDER, MONDAY, make_location, make_practice, make_staff

pytestmark = pytest.mark.django_db


def done():
    return [step.is_done for step in setup.steps()]


def step(title):
    return next(step for step in setup.steps() if step.title == title)


def test_at_first_nothing_is_done():
    assert done() == [False] * 9


def test_in_the_end_everything_is_done():
    make_practice()
    place = make_location()
    span = (0, time(9), time(17))
    locations.set_hours(location=place, spans=[span], by=FOUNDER)
    people = [
        make_staff(Role.MANAGER, Role.CLINICIAN, at=place, name=name)
        for name in ("Ann", "Ben")
    ]
    for person in people:
        facts = {"credentials": "MD", "speciality": "Psychiatry"}
        staffing.describe_clinician(staff=person, by=FOUNDER, **facts)
        duty.set_duty_hours(staff=person, location=place, spans=[span], by=FOUNDER)
    duty.put_on_call(
        staff=people[0],
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(days=1),
        rank=1,
        by=FOUNDER,
    )

    day_sheets.change_passphrase(location=place, by=FOUNDER, now=MONDAY)

    assert done() == [True] * 9


def test_the_step_leads_to_the_first_location_without_hours(location, far_location):
    span = (0, time(9), time(17))
    locations.set_hours(location=location, spans=[span], by=FOUNDER)

    found = step("Say when you are open")

    assert not found.is_done
    assert found.url == f"/settings/locations/{far_location.pk}/hours/"


def test_a_location_that_is_not_used_needs_no_hours(location, far_location):
    span = (0, time(9), time(17))
    locations.set_hours(location=location, spans=[span], by=FOUNDER)
    locations.change(location=far_location, is_active=False, by=FOUNDER, now=MONDAY)

    assert step("Say when you are open").is_done


def test_the_step_leads_to_the_first_clinician_without_facts(location):
    person = make_staff(Role.CLINICIAN, at=location)
    assert not Clinician.objects.exists()

    found = step("Describe the clinicians")

    assert not found.is_done
    assert found.url == f"/team/{person.pk}/clinician/"


def test_the_step_leads_to_the_first_clinician_without_hours(clinician):
    assert step("Describe the clinicians").is_done
    assert step("Set duty hours").url == f"/team/{clinician.pk}/"
