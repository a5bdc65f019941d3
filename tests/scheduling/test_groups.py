"""Somebody more comes to a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice.announcements import waiting
from scheduling import booking, groups, undoing, visits
from scheduling.models import Appointment
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type


@layer
def session(plan, clinician, patient, front_desk) -> Appointment:
    """A group of two seats, one of them taken."""
    plan = replace(plan, type=make_type(clinician, name="Group", seats=2))
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


@layer
def other(location):
    return cast.make_patient(at=location)


def join(session, patient, by, now=cast.MONDAY):
    return groups.join(appointment=session, patient=patient, by=by, now=now)


def test_a_seat_is_taken_and_announced(session, other, front_desk):
    attendee = join(session, other, front_desk)

    assert attendee.status == Status.SCHEDULED
    assert waiting().filter(patient=other, kind="attendee.booked").exists()


def test_a_full_group_takes_nobody_more(session, other, location, front_desk):
    join(session, other, front_desk)

    with pytest.raises(booking.TooManyPatients, match="2 seats"):
        join(session, cast.make_patient(at=location), front_desk)


def test_a_cancelled_seat_is_free_again(session, other, location, front_desk):
    first, last = session.attendees.get(), cast.make_patient(at=location)
    join(session, other, front_desk)
    with pytest.raises(booking.TooManyPatients):
        join(session, last, front_desk)
    visits.cancel(
        attendees=[first],
        status=Status.CANCELLED,
        reason="Ill",
        by=front_desk,
        now=cast.MONDAY,
    )

    join(session, last, front_desk)

    coming = session.attendees.filter(status=Status.SCHEDULED)
    assert {one.patient for one in coming} == {other, last}


def test_a_group_is_not_booked_for_more_than_its_seats(
    plan, clinician, location, front_desk
):
    plan = replace(plan, type=make_type(clinician, name="Group", seats=2))
    three = [cast.make_patient(at=location) for _one in range(3)]

    with pytest.raises(booking.TooManyPatients):
        booking.book(plan=plan, patients=three, by=front_desk, now=cast.MONDAY)


def test_nobody_joins_twice(session, patient, front_desk):
    with pytest.raises(groups.AlreadyOnList):
        join(session, patient, front_desk)


def test_nobody_joins_who_is_elsewhere_then(session, other, plan, location, front_desk):
    colleague = cast.make_clinician(at=location)
    elsewhere = replace(
        plan, clinician=colleague, type=make_type(colleague, name="Intake")
    )
    booking.book(
        plan=elsewhere,
        patients=[other],
        by=front_desk,
        now=cast.MONDAY,
        despite=booking.Despite(hours="Exception"),
    )

    with pytest.raises(booking.PatientElsewhere):
        join(session, other, front_desk)


def test_nobody_joins_what_is_over(session, other, front_desk):
    with pytest.raises(groups.NotPossible):
        join(session, other, front_desk, now=at(16))


def test_joining_by_mistake_counts_nowhere(session, other, front_desk):
    before = Mark.of(session)
    join(session, other, front_desk)

    undoing.undo(
        appointment=session,
        before=before,
        after=Mark.of(session),
        by=front_desk,
        now=cast.MONDAY,
    )

    assert session.attendees.get(patient=other).is_withdrawn
    assert session.attendees.get(is_withdrawn=False).status == Status.SCHEDULED


def test_who_joined_by_mistake_joins_again(session, other, front_desk):
    before = Mark.of(session)
    first = join(session, other, front_desk)
    undoing.undo(
        appointment=session,
        before=before,
        after=Mark.of(session),
        by=front_desk,
        now=cast.MONDAY,
    )

    again = join(session, other, front_desk)

    assert again.pk == first.pk
    assert (again.is_withdrawn, again.status) == (False, Status.SCHEDULED)
    assert again.reason == ""
