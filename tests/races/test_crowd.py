"""Two hundred at one hour, from eight processes: one gets it, all others a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import duty
from scheduling import booking, visits
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.races.crowd import ATTEMPTS, PROCESSES, RUSHES, crowd
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, BY = cast.MONDAY, cast.FOUNDER
SHORT = timedelta(minutes=20)


@pytest.fixture
def people(location):
    """One for each process."""
    return [cast.make_patient(at=location) for _one in range(PROCESSES)]


@pytest.fixture
def plan(clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


def book(plan, patient):
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW)


def call_off(visit):
    reason = {"status": Status.CALLED_OFF, "reason": "For the next rush"}
    visits.cancel(attendees=visit.attendees.all(), by=BY, now=NOW, **reason)


def one_won(rush):
    """The visit of the one; the others read that the time is taken, and no more."""
    [winner] = rush.results
    assert {name for name, _words in rush.refusals} == {"SlotTaken"}
    assert len(rush.refusals) == ATTEMPTS - 1
    assert all(
        "another visit" in words or "given" in words for _, words in rush.refusals
    )
    [there] = Appointment.objects.live().filter(starts_at=at(10))
    assert there.pk == winner
    return there


def test_one_of_two_hundred_bookings_wins(plan, people):
    def act(number):
        return book(plan, people[number % PROCESSES]).pk

    with crowd(act) as rush:
        for _round in range(RUSHES):
            call_off(one_won(rush()))


def test_one_of_two_hundred_moves_wins(plan, people):
    """Each visit is short, so that two hundred of one clinician fit into weeks."""
    short = replace(plan, length=SHORT)
    days = [day for day in range(3, 31) if at(9, day=day).weekday() < 5]
    free = [at(9, day=day) + SHORT * turn for day in days for turn in range(3)]
    free += [at(13, day=day) + SHORT * turn for day in days for turn in range(9)]
    there = [
        book(replace(short, starts_at=free[number]), people[number % PROCESSES])
        for number in range(ATTEMPTS)
    ]

    def act(number):
        moved = booking.move(appointment=there[number], plan=short, by=BY, now=NOW)
        return moved.pk

    with crowd(act) as rush:
        for _round in range(RUSHES):
            winner = one_won(rush())
            back = next(one.starts_at for one in there if one.pk == winner.pk)
            plan_back = replace(short, starts_at=back)
            booking.move(appointment=winner, plan=plan_back, by=BY, now=NOW)


def test_one_of_two_hundred_reopened_visits_wins(plan):
    """Of as many people: whoever lost has no other visit then."""
    called_off = []
    for _attempt in range(ATTEMPTS):
        visit = book(plan, cast.make_patient(at=plan.location))
        call_off(visit)
        called_off.append(visit.attendees.get())

    def act(number):
        status = {"status": Status.SCHEDULED, "reason": "Not called off"}
        attendee = called_off[number]
        return visits.correct(
            attendee=attendee, by=BY, now=NOW, **status
        ).appointment_id

    with crowd(act) as rush:
        for _round in range(RUSHES):
            call_off(one_won(rush()))
