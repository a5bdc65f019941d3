"""Booking and moving: what the desk can do, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from practice import duty, patients
from practice.models import Announcement
from practice.rules import NotPossible
from scheduling import booking, catalogue, never_twice, visits
from scheduling.booking import Despite
from scheduling.models import Appointment, Attendee
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import at, make_type

NOW = cast.MONDAY


def book(plan, *people, by, **more):
    return booking.book(plan=plan, patients=people, by=by, now=NOW, **more)


def test_a_booked_visit_is_the_clinicians_and_the_patients(plan, patient, front_desk):
    visit = book(plan, patient, by=front_desk)

    attendee = visit.attendees.get()
    assert (visit.starts_at, visit.ends_at) == (at(10), at(10, 50))
    assert (attendee.patient, attendee.status) == (patient, Status.SCHEDULED)


def test_a_booking_is_announced_for_after_the_undo_minute(plan, patient, front_desk):
    visit = book(plan, patient, by=front_desk)

    told = Announcement.objects.get(kind="attendee.booked")
    assert told.ids == {"appointment": visit.pk}
    assert told.not_before == NOW + timedelta(minutes=1)


def test_nobody_has_two_visits_at_once(plan, patient, location, front_desk):
    book(plan, patient, by=front_desk)
    other = cast.make_patient(at=location)

    with pytest.raises(booking.SlotTaken, match="has another visit that overlaps"):
        book(replace(plan, starts_at=at(10, 30)), other, by=front_desk)

    assert Appointment.objects.count() == 1


def test_a_visit_may_begin_when_another_ends(plan, patient, location, front_desk):
    book(plan, patient, by=front_desk)

    book(
        replace(plan, starts_at=at(10, 50)),
        cast.make_patient(at=location),
        by=front_desk,
    )

    assert Appointment.objects.count() == 2


def test_buffers_are_nobody_elses(plan, clinician, patient, location, front_desk):
    kind = make_type(clinician, name="Long", buffer_after=timedelta(minutes=10))
    book(replace(plan, type=kind), patient, by=front_desk)

    with pytest.raises(booking.SlotTaken):
        book(
            replace(plan, starts_at=at(10, 55)),
            cast.make_patient(at=location),
            by=front_desk,
        )


def test_the_same_instant_written_in_another_zone_is_taken(
    plan, patient, location, front_desk
):
    book(plan, patient, by=front_desk)
    elsewhere = plan.starts_at.astimezone(cast.MONDAY.tzinfo)

    with pytest.raises(booking.SlotTaken):
        book(
            replace(plan, starts_at=elsewhere),
            cast.make_patient(at=location),
            by=front_desk,
        )


@pytest.mark.parametrize("moment", [at(8), at(16, 30), at(10, day=7)])
def test_nobody_books_outside_the_hours(plan, patient, front_desk, moment):
    with pytest.raises(booking.OutsideHours, match="no free hours"):
        book(replace(plan, starts_at=moment), patient, by=front_desk)


@pytest.mark.parametrize("length", [-1, 13])
def test_a_visit_lasts_up_to_half_a_day(plan, patient, front_desk, length):
    with pytest.raises(booking.OutsideHours, match="up to 12 hours"):
        book(replace(plan, length=timedelta(hours=length)), patient, by=front_desk)


def test_outside_the_hours_with_a_reason(plan, patient, front_desk):
    early = replace(plan, starts_at=at(8))

    visit = book(early, patient, by=front_desk, despite=Despite(hours="She asked."))

    assert visit.outside_reason == "She asked."


def test_nobody_books_while_the_clinician_is_away(plan, patient, front_desk):
    duty.record_absence(
        staff=plan.clinician,
        kind="leave",
        starts_at=at(0),
        ends_at=at(23),
        cover=None,
        by=front_desk,
    )

    with pytest.raises(booking.OutsideHours, match="is away"):
        book(plan, patient, by=front_desk)


def test_nobody_books_lunch(plan, patient, location, front_desk):
    catalogue.protect_time(
        clinician=plan.clinician,
        location=location,
        weekday=1,
        starts=at(10, 30).time(),
        ends=at(11).time(),
        words="Lunch",
        by=front_desk,
    )

    with pytest.raises(booking.OutsideHours):
        book(plan, patient, by=front_desk)


def test_nobody_books_for_who_died(plan, patient, front_desk):
    patients.record_death(patient=patient, died_on=None, by=front_desk, now=NOW)

    with pytest.raises(booking.NotInCare, match="Deceased"):
        book(plan, patient, by=front_desk)


def test_a_patient_has_one_visit_at_a_time(
    plan, patient, location, front_desk, clinician
):
    book(plan, patient, by=front_desk)
    other = cast.make_clinician(at=location)
    kind = make_type(other, name="Intake")
    duty.set_duty_hours(
        staff=other,
        location=location,
        spans=[(1, at(9).time(), at(17).time())],
        by=front_desk,
    )
    also = replace(plan, type=kind, clinician=other)

    with pytest.raises(booking.PatientElsewhere, match="already has a visit"):
        book(also, patient, by=front_desk)
    book(also, patient, by=front_desk, despite=Despite(patient_elsewhere=True))

    assert Attendee.objects.filter(patient=patient).count() == 2


def test_a_visit_for_two_has_an_outcome_for_each(plan, patient, location, front_desk):
    visit = book(plan, patient, cast.make_patient(at=location), by=front_desk)
    first, second = visit.attendees.order_by("pk")

    visits.complete(attendees=[first], by=front_desk, now=at(10, 45))
    visits.mark_no_show(attendees=[second], by=front_desk, now=at(10, 45))

    found = [one.status for one in visit.attendees.order_by("pk")]
    assert found == [Status.COMPLETED, Status.NO_SHOW]


def test_deliberately_beside_another_with_a_reason(plan, patient, location, front_desk):
    first = book(plan, patient, by=front_desk)
    despite = Despite(beside=first, beside_reason="A crisis.")

    second = book(plan, cast.make_patient(at=location), by=front_desk, despite=despite)

    assert second.double_of == first


def test_never_a_third_beside_two(plan, patient, location, front_desk):
    first = book(plan, patient, by=front_desk)
    despite = Despite(beside=first, beside_reason="A crisis.")
    book(plan, cast.make_patient(at=location), by=front_desk, despite=despite)

    with pytest.raises(NotPossible):
        book(plan, cast.make_patient(at=location), by=front_desk, despite=despite)


def test_a_moved_visit_asks_to_be_confirmed_again(plan, patient, front_desk):
    visit = book(plan, patient, by=front_desk)
    visits.confirm(attendees=visit.attendees.all(), by=front_desk, now=NOW)

    moved = booking.move(
        appointment=visit, plan=replace(plan, starts_at=at(14)), by=front_desk, now=NOW
    )

    assert (moved.starts_at, moved.version) == (at(14), 2)
    assert moved.attendees.get().status == Status.SCHEDULED


def test_a_visit_moves_a_little_over_its_own_time(plan, patient, front_desk):
    visit = book(plan, patient, by=front_desk)

    moved = booking.move(
        appointment=visit,
        plan=replace(plan, starts_at=at(10, 15)),
        by=front_desk,
        now=NOW,
    )

    assert moved.starts_at == at(10, 15)


def test_no_visit_moves_to_a_time_that_is_over(plan, patient, front_desk):
    next_week = replace(plan, starts_at=at(10, day=10))
    visit = book(next_week, patient, by=front_desk)

    with pytest.raises(booking.OutsideHours, match="Tue 3 Mar 2026, 9:00 AM is over"):
        booking.move(
            appointment=visit,
            plan=replace(plan, starts_at=at(9)),
            by=front_desk,
            now=at(15),
        )


def test_a_visit_that_has_its_time_already_may_last_longer(plan, patient, front_desk):
    visit = book(plan, patient, by=front_desk)

    moved = booking.move(
        appointment=visit,
        plan=replace(plan, length=timedelta(hours=1)),
        by=front_desk,
        now=at(10, 10),
    )

    assert moved.ends_at == at(11)


@pytest.mark.parametrize("column", ["clinician", "room"])
def test_the_database_refuses_what_the_look_did_not_see(
    plan, patient, location, front_desk, clinician, column
):
    room = catalogue.add_room(location=location, name="1", by=front_desk)
    visit = book(replace(plan, room=room), patient, by=front_desk)
    other = clinician if column == "clinician" else cast.make_clinician(at=location)
    visit.pk, visit._state.adding = None, True
    visit.clinician, visit.room = other, room if column == "room" else None

    with pytest.raises(IntegrityError) as refused, cast.by_hand():
        visit.save()

    assert never_twice.is_overlap(refused.value)
