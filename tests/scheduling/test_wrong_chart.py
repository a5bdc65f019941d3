"""A visit that stands on the wrong chart moves to the right one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import announcements, moving, patients
from practice.moving import CannotMove
from scheduling import booking, visits
from scheduling.models import VisitRisk
from scheduling.states import Status
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at, make_type

BY = cast.FOUNDER
NOW = cast.MONDAY


@pytest.fixture
def row(plan, patient):
    """What is on the wrong chart."""
    visit = booking.book(plan=plan, patients=[patient], by=BY, now=NOW)
    return visit.attendees.get()


@pytest.fixture
def right(location):
    return cast.make_patient(at=location)


def move(row, to):
    return moving.move(row=row, to=to, by=BY)


def test_the_visit_goes_to_the_right_chart_and_back(row, patient, right):
    moved = move(row, right)
    assert (moved.pk, moved.patient) == (row.pk, right)

    assert moving.move_back(row=moved, by=BY).patient == patient


def test_the_right_patient_is_told(row, right):
    move(row, right)

    (waiting,) = announcements.waiting()
    assert waiting.patient == right


def test_what_was_reckoned_of_the_wrong_patient_goes(row, right):
    VisitRisk.objects.create(
        attendee=row,
        points=-5,
        may_need_call=True,
        reasons=[],
        scored_at=NOW,
        status=row.status,
        version=1,
    )

    move(row, right)

    assert not VisitRisk.objects.exists()


def test_nobody_comes_twice_to_one_visit(plan, patient, right):
    visit = booking.book(plan=plan, patients=[patient, right], by=BY, now=NOW)

    with pytest.raises(CannotMove, match="already come"):
        move(visit.attendees.first(), right)


def test_nobody_is_at_two_visits_at_once(row, right, location):
    clinician = cast.make_clinician(at=location)
    other = booking.Plan(make_type(clinician, name="Talk"), clinician, location, at(10))
    booking.book(
        plan=other,
        patients=[right],
        by=BY,
        now=NOW,
        despite=booking.Despite(hours="Asked for"),
    )

    with pytest.raises(CannotMove, match="have a visit then"):
        move(row, right)


def test_a_visit_ahead_does_not_go_to_somebody_who_left(row, right):
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)
    right.refresh_from_db()

    with pytest.raises(CannotMove, match="care has ended"):
        move(row, right)


def test_what_is_over_goes_to_whoever_it_was(row, right):
    visits.complete(attendees=[row], by=BY, now=at(11))
    patients.end_care(patient=right, reason="Moved", by=BY, now=NOW)

    assert move(row, right).status == Status.COMPLETED


def test_a_booking_by_mistake_does_not_move(row, right):
    row.is_withdrawn = True

    assert "by mistake" in moving.also_movable(row).why_not(row, right)


def test_the_page_says_which_visit(row, as_, front_desk, now):
    page = text_of(as_(front_desk).get(url("move", "visit", row.pk)))

    assert "Follow-up, Tue 3 Mar 2026, 10:00 AM" in page


def test_the_page_of_the_visit_leads_there(row, as_, front_desk, now):
    page = as_(front_desk).get(url("visit", row.appointment_id)).content.decode()

    assert url("move", "visit", row.pk) in page


def test_a_moved_visit_can_still_be_moved_in_time(row, right, plan):
    move(row, right)

    moved = booking.move(
        appointment=row.appointment,
        plan=replace(plan, starts_at=at(12)),
        by=BY,
        now=NOW,
    )

    assert moved.attendees.get().patient == right
