"""The undo minute of visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import duty, patients
from practice.announcements import waiting
from practice.trail import keep
from scheduling import booking, delays, undoing, visits
from scheduling.models import Appointment
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_type

NOW = at(10, 15)
NOTHING = Mark(0, 0)


@layer
def visit(plan, patient, front_desk) -> Appointment:
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


def undo(visit, before, *, by, now=NOW):
    after = Mark.of(visit)
    return undoing.undo(appointment=visit, before=before, after=after, by=by, now=now)


def test_a_booking_by_mistake_counts_nowhere(visit, plan, patient, front_desk):
    undo(visit, NOTHING, by=front_desk, now=cast.MONDAY)

    assert visit.attendees.get().is_withdrawn
    booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)


def test_nobody_is_told_of_what_was_undone(visit, front_desk):
    undo(visit, NOTHING, by=front_desk, now=cast.MONDAY)

    assert not waiting().filter(ids__appointment=visit.pk).exists()


def test_a_move_goes_back_and_calendars_hear_of_it(visit, plan, front_desk):
    before = Mark.of(visit)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)

    undo(visit, before, by=front_desk)

    visit.refresh_from_db()
    assert (visit.starts_at, visit.version) == (at(10), 3)


@pytest.mark.parametrize("act", [visits.confirm, visits.arrive, visits.mark_no_show])
def test_a_status_goes_back(visit, front_desk, act):
    before = Mark.of(visit)
    act(attendees=[visit.attendees.get()], by=front_desk, now=NOW)

    undo(visit, before, by=front_desk)

    assert visit.attendees.get().status == Status.SCHEDULED


def test_a_cancellation_takes_its_time_back(visit, front_desk):
    before = Mark.of(visit)
    cancel(visit, front_desk)

    undo(visit, before, by=front_desk)

    visit.refresh_from_db()
    assert visit.is_live
    assert visit.attendees.get().status == Status.SCHEDULED


def test_not_when_somebody_else_has_the_time_by_then(visit, plan, location, front_desk):
    before = Mark.of(visit)
    cancel(visit, front_desk)
    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=front_desk, now=NOW)

    with pytest.raises(booking.SlotTaken, match="given to somebody else"):
        undo(visit, before, by=front_desk)


def test_not_after_the_minute(visit, front_desk):
    before = Mark.of(visit)
    visits.confirm(attendees=[visit.attendees.get()], by=front_desk, now=NOW)

    with pytest.raises(undoing.TooLate):
        undo(visit, before, by=front_desk, now=NOW + timedelta(minutes=1))


def test_not_what_somebody_did_after_it(visit, front_desk):
    before = Mark.of(visit)
    visits.confirm(attendees=[visit.attendees.get()], by=front_desk, now=NOW)
    after = Mark.of(visit)
    visits.arrive(attendees=[visit.attendees.get()], by=front_desk, now=NOW)

    with pytest.raises(undoing.TooLate):
        undoing.undo(
            appointment=visit, before=before, after=after, by=front_desk, now=NOW
        )


@pytest.mark.parametrize("text", ["", "1", "1.2.3", "a.b", "٣.1", "9" * 30 + ".1"])
def test_an_address_that_marks_nothing_is_told(text):
    with pytest.raises(undoing.TooLate):
        Mark.read(text)


def cancel(visit, by):
    visits.cancel(
        attendees=[visit.attendees.get()],
        status=Status.CANCELLED,
        reason="Ill",
        by=by,
        now=NOW,
    )


@pytest.fixture
def meanwhile(plan, patient, location, front_desk):
    """Books the patient with somebody else at ten."""
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=cast.FOUNDER)
    kind = make_type(other, name="Intake")
    theirs = replace(plan, type=kind, clinician=other)
    return lambda: booking.book(plan=theirs, patients=[patient], by=front_desk, now=NOW)


def test_not_where_the_patient_is_elsewhere_by_then(visit, plan, front_desk, meanwhile):
    before = Mark.of(visit)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)
    meanwhile()

    with pytest.raises(booking.PatientElsewhere, match="already has a visit then"):
        undo(visit, before, by=front_desk)


def test_two_visits_at_once_on_purpose_are_so_again(
    plan, patient, front_desk, meanwhile
):
    meanwhile()
    both = booking.Despite(patient_elsewhere=True)
    visit = booking.book(
        plan=plan, patients=[patient], despite=both, by=front_desk, now=cast.MONDAY
    )
    before = Mark.of(visit)
    cancel(visit, front_desk)

    undo(visit, before, by=front_desk)

    assert visit.attendees.get().status == Status.SCHEDULED


def test_nobody_comes_again_who_died_meanwhile(visit, patient, front_desk):
    before = Mark.of(visit)
    cancel(visit, front_desk)
    patients.record_death(patient=patient, died_on=None, by=front_desk, now=NOW)

    with pytest.raises(booking.NotInCare):
        undo(visit, before, by=front_desk)


def test_a_delay_said_since_is_not_taken_for_the_act(visit, plan, front_desk):
    before, later = Mark.of(visit), replace(plan, starts_at=at(14))
    visit = booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)
    soon = NOW + timedelta(seconds=9)
    delays.say_behind(visits=[visit], minutes=20, by=front_desk, now=soon)

    undo(visit, before, by=front_desk, now=soon)

    kinds = set(waiting().values_list("kind", flat=True))
    assert kinds == {"attendee.booked", delays.BEHIND}


def test_what_somebody_was_told_of_is_not_undone(visit, plan, front_desk):
    before, later = Mark.of(visit), replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)
    row = waiting().get(kind="appointment.moved")
    row.taken_at = NOW
    keep(row, by=front_desk, kind="announcement.told")

    with pytest.raises(undoing.TooLate):
        undo(visit, before, by=front_desk)

    assert waiting().filter(kind="attendee.booked").exists()
