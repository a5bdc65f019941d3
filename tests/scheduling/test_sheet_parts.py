"""The visits on the evening's day sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from practice import patients
from practice.contributions import Ahead
from practice.models import Practice
from practice.sheet_people import People
from scheduling import booking, catalogue, visits
from scheduling.sheet_parts import visits as part_of
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import at


@pytest.fixture
def ahead(location) -> Ahead:
    days = [date(2026, 3, 3), date(2026, 3, 4)]
    return Ahead(location, Practice.objects.get(), days, at(0), at(0, day=5), at(0))


def book(plan, patient, by):
    return booking.book(plan=plan, patients=[patient], by=by, now=cast.MONDAY)


def test_who_comes_stands_in_the_order_of_time(plan, patient, location, ahead):
    room = catalogue.add_room(location=location, name="Room 1", by=cast.FOUNDER)
    book(replace(plan, starts_at=at(14)), patient, cast.FOUNDER)
    book(replace(plan, starts_at=at(9), room=room), patient, cast.FOUNDER)

    rows = part_of(ahead).rows

    assert [row.cells[0] for row in rows] == [
        "Tue 3 Mar 2026, 9:00 AM",
        "Tue 3 Mar 2026, 2:00 PM",
    ]
    assert [row.cells[3] for row in rows] == ["Room 1", "In person"]
    assert {row.patient_id for row in rows} == {patient.pk}


def test_who_cancelled_or_comes_later_is_not_on_it(plan, patient, ahead, front_desk):
    gone = book(plan, patient, front_desk)
    visits.cancel(
        attendees=[gone.attendees.get()],
        status=Status.CANCELLED,
        reason="Ill",
        by=front_desk,
        now=cast.MONDAY,
    )
    book(replace(plan, starts_at=at(9, day=6)), patient, front_desk)

    assert part_of(ahead).rows == []


def test_other_places_have_sheets_of_their_own(plan, patient, ahead, far_location):
    book(plan, patient, cast.FOUNDER)

    assert part_of(replace(ahead, location=far_location)).rows == []


def test_what_somebody_with_a_restricted_chart_comes_for_stays_out(
    plan, patient, ahead
):
    book(plan, patient, cast.FOUNDER)
    patients.restrict(
        patient=patient, is_restricted=True, reason="Staff", by=cast.FOUNDER
    )

    [row] = part_of(ahead).rows

    assert str(plan.type) in row.cells
    assert People([patient.pk]).cells_of(row)[2] == "A visit"
