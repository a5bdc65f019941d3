"""How a visit goes: each status by its action, and what every one of them frees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice.models import Announcement
from practice.states import IllegalMove
from scheduling import booking, visits
from scheduling.models import Appointment, Attendee
from scheduling.states import CANCELLATIONS, MOVES, OUTCOMES, Status
from tests import cast
from tests.scheduling.conftest import at

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
    visits.arrive(attendees=[attendee], by=front_desk, now=NOW)

    told = Announcement.objects.get(kind="attendee.arrived")
    assert told.patient == attendee.patient


def test_nobody_arrives_days_before(attendee, front_desk):
    with pytest.raises(visits.TooEarly):
        visits.arrive(attendees=[attendee], by=front_desk, now=NOW - timedelta(days=1))


def test_nobody_is_a_no_show_before_the_visit_began(attendee, front_desk):
    before = NOW - timedelta(minutes=1)

    with pytest.raises(visits.TooEarly):
        visits.mark_no_show(attendees=[attendee], by=front_desk, now=before)


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
