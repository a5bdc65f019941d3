"""A visit is dragged: what was done on purpose goes along only where it still is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import duty
from practice.versions import ChangedMeanwhile
from scheduling import booking, catalogue, placing
from scheduling.booking import Despite
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at

BY, NOW = cast.FOUNDER, cast.MONDAY
HOUR = timedelta(hours=1)


@layer
def other(plan, location):
    """Somebody else who offers the same."""
    found = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=found, location=location, spans=WEEK, by=BY)
    catalogue.change_type(
        kind=plan.type,
        clinicians=[plan.clinician, found],
        locations=[],
        instructions={},
        by=BY,
    )
    return found


@pytest.fixture
def evening(plan, patient):
    """A visit outside the hours."""
    return booking.book(
        plan=replace(plan, starts_at=at(18)),
        patients=[patient],
        despite=Despite(hours="Asked for it"),
        by=BY,
        now=NOW,
    )


def drag(visit, **to):
    usual = {"starts_at": visit.starts_at, "length": visit.length, "by": BY, "now": NOW}
    return placing.place(visit=visit, **usual | to)


def test_nobody_is_dragged_into_the_leave_of_another_clinician(evening, other):
    duty.record_absence(
        staff=other,
        kind="leave",
        starts_at=at(0),
        ends_at=at(0, day=5),
        cover=None,
        by=BY,
    )

    with pytest.raises(booking.OutsideHours, match="is away"):
        drag(evening, clinician_id=other.pk)


def test_nor_to_an_hour_that_another_clinician_has_not(evening, other):
    with pytest.raises(booking.OutsideHours, match="no free hours"):
        drag(evening, clinician_id=other.pk)


def test_a_visit_outside_the_hours_is_made_shorter_and_not_longer(evening):
    visit = drag(evening, length=HOUR / 2)

    assert (visit.length, visit.outside_reason) == (HOUR / 2, "Asked for it")
    with pytest.raises(booking.OutsideHours):
        drag(visit, length=2 * HOUR)


def test_a_visit_beside_another_is_alone_with_another_clinician(
    plan, patient, location, other
):
    first = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    second = booking.book(
        plan=plan,
        patients=[cast.make_patient(at=location)],
        despite=Despite(beside=first, beside_reason="In crisis"),
        by=BY,
        now=NOW,
    )

    visit = drag(second, clinician_id=other.pk)

    assert (visit.double_of, visit.double_reason) == (None, "")


def test_who_drags_what_somebody_else_has_moved_is_told(plan, patient):
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    stale = type(visit).objects.get(pk=visit.pk)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=BY, now=NOW)

    with pytest.raises(ChangedMeanwhile, match="Tue 3 Mar 2026, 2:00 PM"):
        drag(stale, starts_at=at(11))
