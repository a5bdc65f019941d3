"""Conflicts of a whole series at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import duty, patients
from scheduling import booking, catalogue, foreseeing
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_type


@pytest.fixture
def plans(plan) -> list[booking.Plan]:
    """Each half hour of a fortnight's days, inside the hours and out of them."""
    steps = range(14 * 48)
    first = at(0)
    return [
        replace(plan, starts_at=first + step * timedelta(minutes=30)) for step in steps
    ]


@layer
def full_week(plan, location, patient, clinician, front_desk, now) -> None:
    """A visit of another, one of the patient elsewhere, lunch, a day away."""
    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=front_desk, now=now)
    booking.book(
        plan=replace(plan, starts_at=at(14, day=5)),
        patients=[patient],
        by=front_desk,
        now=now,
    )
    catalogue.protect_time(
        clinician=clinician,
        location=location,
        weekday=3,
        starts=at(12).time(),
        ends=at(13).time(),
        by=cast.FOUNDER,
    )
    duty.record_absence(
        kind="other",
        cover=None,
        staff=clinician,
        starts_at=at(9, day=9),
        ends_at=at(12, day=9),
        by=cast.FOUNDER,
    )


def elsewhere(patient, location, starts_at, now):
    """A visit of somebody with another clinician."""
    other = cast.make_clinician(at=location)
    kind = make_type(other, name="Elsewhere")
    plan = booking.Plan(kind, other, location, starts_at)
    despite = booking.Despite(hours="Asked for")
    booking.book(
        plan=plan, patients=[patient], by=cast.FOUNDER, now=now, despite=despite
    )


def test_they_are_those_of_each_visit_alone(plans, full_week, patient, now):
    found = foreseeing.conflicts_of(plans, [patient], now=now)

    alone = [booking.conflict_of(plan, [patient], now=now) for plan in plans]
    assert found == alone
    assert len({words.split(" at ")[0] for words in found}) > 3


def test_each_visit_is_looked_at_for_those_who_come_to_it(
    plans, full_week, patient, location, now
):
    """Of a couple sometimes one, sometimes the other, sometimes both."""
    partner = cast.make_patient(at=location)
    elsewhere(patient, location, at(11, day=4), now)
    comers = [[patient], [partner], [patient, partner]]
    wanted = [(plan, comers[number % 3]) for number, plan in enumerate(plans)]

    found = foreseeing.conflicts_of_each(wanted, now=now)

    alone = [booking.conflict_of(plan, people, now=now) for plan, people in wanted]
    assert found == alone
    assert sum("already has a visit then" in words for words in found) == 2


def test_who_left_is_in_the_way_of_their_own_visits_alone(
    plans, hours, patient, location, now
):
    partner = cast.make_patient(at=location)
    patients.end_care(patient=partner, reason="Moved", by=cast.FOUNDER, now=now)
    free = [plan for plan in plans if plan.starts_at.hour == 9][3]
    wanted = [(free, [patient]), (free, [patient, partner])]

    found = foreseeing.conflicts_of_each(wanted, now=now)

    assert found[0] == ""
    assert "nobody books for them" in found[1]


def test_rooms_count_too(plan, location, clinician, patient, front_desk, now):
    catalogue.add_room(location=location, name="One", by=cast.FOUNDER)
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=cast.FOUNDER)
    both = [clinician, other]
    kind = make_type(clinician, name="In a room", needs_room=True, clinicians=both)
    there = [cast.make_patient(at=location)]
    taken = replace(plan, type=kind)
    booking.book(plan=taken, patients=there, by=front_desk, now=now)
    visit = replace(taken, clinician=other, starts_at=at(10, 30))

    [found] = foreseeing.conflicts_of([visit], [patient], now=now)

    assert "No room" in found
    assert found == booking.conflict_of(visit, [patient], now=now)


def test_the_number_of_queries_does_not_grow_with_the_days(plans, patient, now):
    with CaptureQueriesContext(connection) as few:
        foreseeing.conflicts_of(plans[:1], [patient], now=now)
    with CaptureQueriesContext(connection) as many:
        foreseeing.conflicts_of(plans, [patient], now=now)

    assert len(many) == len(few)
