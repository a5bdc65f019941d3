"""Conflicts of a whole series at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import duty
from scheduling import booking, catalogue, foreseeing
from tests import cast
from tests.scheduling.conftest import at


@pytest.fixture
def plans(plan) -> list[booking.Plan]:
    """Each half hour of a fortnight's days, inside the hours and out of them."""
    steps = range(14 * 48)
    first = at(0)
    return [
        replace(plan, starts_at=first + step * timedelta(minutes=30)) for step in steps
    ]


@pytest.fixture
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


def test_they_are_those_of_each_visit_alone(plans, full_week, patient, now):
    found = foreseeing.conflicts_of(plans, [patient], now=now)

    alone = [booking.conflict_of(plan, [patient], now=now) for plan in plans]
    assert found == alone
    assert len({words.split(" at ")[0] for words in found}) > 3


def test_rooms_count_too(plan, location, clinician, patient, front_desk, now):
    catalogue.add_room(location=location, name="One", by=cast.FOUNDER)
    plan = replace(
        plan,
        type=catalogue.change_type(
            kind=plan.type,
            clinicians=[clinician],
            locations=[],
            instructions={},
            needs_room=True,
            by=cast.FOUNDER,
        ),
    )
    booking.book(plan=plan, patients=[patient], by=front_desk, now=now)
    visit = replace(plan, starts_at=at(10, 30))

    [found] = foreseeing.conflicts_of([visit], [patient], now=now)

    assert found == booking.conflict_of(visit, [patient], now=now)


def test_the_number_of_queries_does_not_grow_with_the_days(plans, patient, now):
    with CaptureQueriesContext(connection) as few:
        foreseeing.conflicts_of(plans[:1], [patient], now=now)
    with CaptureQueriesContext(connection) as many:
        foreseeing.conflicts_of(plans, [patient], now=now)

    assert len(many) == len(few)
