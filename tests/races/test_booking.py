"""One hour, and many who want it: exactly one gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import duty
from scheduling import booking, catalogue, visits
from scheduling.booking import SlotTaken
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, MANY = cast.MONDAY, 8


@pytest.fixture
def people(location):
    return [cast.make_patient(at=location) for _one in range(MANY)]


@pytest.fixture
def plan(clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=cast.FOUNDER)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


def book(plan, patient, by):
    return booking.book(plan=plan, patients=[patient], by=by, now=NOW)


def one_won(outcome, visits_there):
    """One result, and a sentence for everybody else."""
    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {SlotTaken}
    live = Appointment.objects.live().filter(starts_at=at(10))
    assert live.count() == 1
    assert Appointment.objects.count() == visits_there


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_bookings_wins(plan, people, front_desk, _round):
    outcome = run_together(MANY, lambda n: book(plan, people[n], front_desk))

    one_won(outcome, visits_there=1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_moves_wins(plan, people, front_desk, _round):
    days = [3, 4, 5, 6, 9, 10, 11, 12]
    there = [
        book(replace(plan, starts_at=at(14, day=day)), patient, front_desk)
        for day, patient in zip(days, people, strict=True)
    ]

    outcome = run_together(
        MANY,
        lambda n: booking.move(appointment=there[n], plan=plan, by=front_desk, now=NOW),
    )

    one_won(outcome, visits_there=MANY)


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_reopened_visits_wins(plan, people, front_desk, _round):
    attendees = []
    for patient in people:
        attendee = book(plan, patient, front_desk).attendees.get()
        visits.cancel(
            attendees=[attendee],
            status=Status.CANCELLED,
            reason="Ill",
            by=front_desk,
            now=NOW,
        )
        attendees.append(attendee)

    outcome = run_together(
        MANY,
        lambda n: visits.correct(
            attendee=attendees[n],
            status=Status.SCHEDULED,
            reason="Not cancelled",
            by=front_desk,
            now=NOW,
        ),
    )

    one_won(outcome, visits_there=MANY)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_room_goes_to_one_of_two_clinicians(
    plan, people, location, _round, front_desk
):
    catalogue.add_room(location=location, name="1", by=front_desk)
    team = [plan.clinician, *(cast.make_clinician(at=location) for _one in range(3))]
    for one in team[1:]:
        duty.set_duty_hours(staff=one, location=location, spans=WEEK, by=front_desk)
    kind = catalogue.add_type(
        name="In a room", needs_room=True, clinicians=team, by=front_desk
    )

    outcome = run_together(
        4,
        lambda n: book(
            replace(plan, type=kind, clinician=team[n]), people[n], front_desk
        ),
    )

    one_won(outcome, visits_there=1)
