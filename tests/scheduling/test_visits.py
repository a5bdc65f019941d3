"""How a visit goes: each status by its action, and what every one of them frees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import duty, patients
from practice.models import Announcement
from practice.states import IllegalMove
from scheduling import booking, calendar_rules, visits
from scheduling.models import Appointment, Attendee
from scheduling.states import CANCELLATIONS, MOVES, OUTCOMES, Status
from tests import cast
from tests.scheduling.conftest import WEEK, at, make_type

NOW = at(10, 15)


@pytest.fixture
def attendee(plan, patient, front_desk) -> Attendee:
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)
    return visit.attendees.get()


def cancel(attendee, by, status=Status.CANCELLED, reason="Ill"):
    return visits.cancel(
        attendees=[attendee], status=status, reason=reason, by=by, now=NOW
    )


def test_a_day_goes_from_confirmed_to_completed(attendee, front_desk):
    for act in (visits.confirm, visits.arrive, visits.start, visits.complete):
        act(attendees=[attendee], by=front_desk, now=NOW)

    attendee.refresh_from_db()
    assert attendee.status == Status.COMPLETED
    assert attendee.status_at == NOW


def test_each_step_is_announced(attendee, front_desk):
    steps = (visits.confirm, visits.arrive, visits.start, visits.complete)
    for act in steps:
        act(attendees=[attendee], by=front_desk, now=NOW)

    told = Announcement.objects.exclude(kind="attendee.booked").order_by("pk")
    assert [row.kind.partition(".")[2] for row in told] == [
        "confirmed",
        "arrived",
        "in_session",
        "completed",
    ]
    assert {row.patient for row in told} == {attendee.patient}


def test_nobody_arrives_days_before(attendee, front_desk):
    with pytest.raises(visits.TooEarly):
        visits.arrive(attendees=[attendee], by=front_desk, now=NOW - timedelta(days=1))


@pytest.mark.parametrize("act", [visits.confirm, visits.arrive, visits.start])
def test_nobody_comes_to_a_visit_that_is_over(attendee, front_desk, act):
    ends_at = attendee.appointment.ends_at

    with pytest.raises(visits.AlreadyOver):
        act(attendees=[attendee], by=front_desk, now=ends_at)

    act(attendees=[attendee], by=front_desk, now=ends_at - timedelta(minutes=1))


def test_who_waited_past_the_end_is_still_seen(attendee, front_desk):
    ends_at = attendee.appointment.ends_at
    visits.arrive(attendees=[attendee], by=front_desk, now=at(10))

    (seen,) = visits.start(attendees=[attendee], by=front_desk, now=ends_at)

    assert seen.status == Status.IN_SESSION


def test_nobody_is_a_no_show_before_the_visit_began(attendee, front_desk):
    calendar_rules.change(no_show_after=timedelta(0), by=front_desk)
    before = at(10) - timedelta(minutes=1)

    with pytest.raises(visits.TooEarly, match="from the start"):
        visits.mark_no_show(attendees=[attendee], by=front_desk, now=before)
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=at(10))


def test_a_no_show_holds_its_time(attendee, front_desk):
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=NOW)

    assert Appointment.objects.get().is_live


@pytest.mark.parametrize("status", sorted(CANCELLATIONS))
def test_a_cancelled_visit_gives_its_time_back(
    attendee, plan, location, front_desk, status
):
    cancel(attendee, front_desk, status)

    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=front_desk, now=cast.MONDAY)
    assert Appointment.objects.live().count() == 1


def test_a_cancellation_says_why(attendee, front_desk):
    with pytest.raises(visits.NoReason):
        cancel(attendee, front_desk, reason=" ")


def test_one_of_two_may_cancel(plan, patient, location, front_desk):
    both = [patient, cast.make_patient(at=location)]
    visit = booking.book(plan=plan, patients=both, by=front_desk, now=cast.MONDAY)

    cancel(visit.attendees.first(), front_desk)

    assert Appointment.objects.get().is_live
    assert visit.attendees.filter(status=Status.SCHEDULED).count() == 1


def test_an_outcome_stands_until_it_is_corrected(attendee, front_desk):
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=NOW)

    with pytest.raises(IllegalMove, match="Correct it"):
        visits.complete(attendees=[attendee], by=front_desk, now=NOW)
    visits.correct(
        attendee=attendee,
        status=Status.COMPLETED,
        reason="She was in the other room.",
        by=front_desk,
        now=NOW,
    )

    attendee.refresh_from_db()
    assert attendee.status == Status.COMPLETED


def test_a_cancellation_is_not_corrected_onto_somebody_elses_time(
    attendee, plan, location, front_desk
):
    cancel(attendee, front_desk)
    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=front_desk, now=cast.MONDAY)

    with pytest.raises(booking.SlotTaken, match="given to somebody else"):
        visits.correct(
            attendee=attendee,
            status=Status.SCHEDULED,
            reason="Wrong person",
            by=front_desk,
            now=NOW,
        )


def test_a_double_stands_alone_when_its_partner_goes(
    attendee, plan, location, front_desk
):
    beside = booking.Despite(beside=attendee.appointment, beside_reason="A crisis")
    second = booking.book(
        plan=plan,
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=cast.MONDAY,
        despite=beside,
    )

    cancel(attendee, front_desk)

    second.refresh_from_db()
    assert (second.double_of, second.double_reason) == (None, "")


def test_every_status_is_in_the_table_of_moves():
    assert set(MOVES) == set(Status)
    assert all(MOVES[outcome] == frozenset() for outcome in OUTCOMES)


@pytest.mark.parametrize("status", [Status.NO_SHOW, Status.COMPLETED, Status.ARRIVED])
def test_nothing_is_set_right_to_what_cannot_have_happened_yet(
    attendee, front_desk, status
):
    with pytest.raises(visits.TooEarly):
        visits.correct(
            attendee=attendee,
            status=status,
            reason="Wrong button",
            by=front_desk,
            now=cast.MONDAY,
        )


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_visit_is_over_an_hour_before_its_time_at_the_earliest(
    attendee, front_desk, minutes
):
    early = at(9) - timedelta(minutes=minutes)

    try:
        visits.complete(attendees=[attendee], by=front_desk, now=early)
        found = True
    except visits.TooEarly:
        found = False

    assert found is not bool(minutes)


@pytest.fixture
def cancelled(attendee, front_desk):
    cancel(attendee, front_desk)
    attendee.refresh_from_db()
    return attendee


def come_again(attendee, by, status=Status.SCHEDULED):
    return visits.correct(
        attendee=attendee, status=status, reason="Wrong person", by=by, now=NOW
    )


def test_nobody_comes_again_who_is_elsewhere_then(
    cancelled, plan, patient, location, front_desk
):
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=front_desk)
    kind = make_type(other, name="Intake")
    theirs = replace(plan, type=kind, clinician=other)
    booking.book(plan=theirs, patients=[patient], by=front_desk, now=cast.MONDAY)

    with pytest.raises(booking.PatientElsewhere):
        come_again(cancelled, front_desk)


def test_nobody_comes_again_who_died(cancelled, patient, front_desk):
    patients.record_death(patient=patient, died_on=None, by=front_desk, now=NOW)

    with pytest.raises(booking.NotInCare):
        come_again(cancelled, front_desk)

    assert come_again(cancelled, front_desk, Status.COMPLETED)  # they had come
