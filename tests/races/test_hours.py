"""Two unlike acts on the same hour: a room, a buffer, a series, a swap, an undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import duty
from practice.rules import NotPossible
from scheduling import booking, catalogue, groups, series, undoing, visits
from scheduling.booking import SlotTaken, TooManyPatients
from scheduling.models import Appointment, Series
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Conflicts, Wish
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, BY, MANY = cast.MONDAY, cast.FOUNDER, 8
HOUR = timedelta(hours=1)


@pytest.fixture
def people(location):
    return [cast.make_patient(at=location) for _one in range(MANY)]


@pytest.fixture
def plan(clinician, location):
    work(clinician, location)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


@pytest.fixture
def team(plan, location):
    """Eight who offer one type, and one room for all of them."""
    catalogue.add_room(location=location, name="1", by=BY)
    team = [plan.clinician, *(cast.make_clinician(at=location) for _one in range(7))]
    for one in team[1:]:
        work(one, location)
    return team


@pytest.fixture
def in_a_room(plan, team):
    kind = make_type(plan.clinician, name="Room", needs_room=True, clinicians=team)
    return [replace(plan, type=kind, clinician=one) for one in team]


def work(clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)


def book(plan, *patients):
    return booking.book(plan=plan, patients=patients, by=BY, now=NOW)


def move(visit, plan):
    return booking.move(appointment=visit, plan=plan, by=BY, now=NOW)


def cancel(visit):
    why = {"status": Status.CANCELLED, "reason": "Ill"}
    [attendee] = visits.cancel(attendees=visit.attendees.all(), by=BY, now=NOW, **why)
    return attendee


def reopen(attendee):
    why = {"status": Status.SCHEDULED, "reason": "Not ill"}
    return visits.correct(attendee=attendee, by=BY, now=NOW, **why)


def undo(visit, before, after):
    return undoing.undo(appointment=visit, before=before, after=after, by=BY, now=NOW)


def overlaps():
    """Pairs of live visits of one clinician, or in one room, that share a minute."""
    rows = list(Appointment.objects.live())
    return [
        (one.pk, other.pk)
        for one in rows
        for other in rows
        if one.pk < other.pk
        and one.taken_from < other.taken_until
        and other.taken_from < one.taken_until
        and (
            one.clinician_id == other.clinician_id
            or (one.room_id is not None and one.room_id == other.room_id)
        )
    ]


def kinds(outcome):
    return {type(error) for error in outcome.errors}


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_room_goes_to_one_of_many_visits_that_move_into_it(
    in_a_room, people, _round
):
    there = [
        book(replace(plan, starts_at=at(9 + n)), people[n])
        for n, plan in enumerate(in_a_room)
    ]
    noon = [replace(plan, starts_at=at(9, day=4)) for plan in in_a_room]

    outcome = run_together(MANY, lambda n: move(there[n], noon[n]))

    assert (len(outcome.results), kinds(outcome)) == (1, {SlotTaken})
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_room_goes_to_one_of_many_visits_that_are_reopened(
    in_a_room, people, _round
):
    """Each is another clinician's: only the room's lock keeps them apart."""
    freed = [cancel(book(plan, people[n])) for n, plan in enumerate(in_a_room)]

    outcome = run_together(MANY, lambda n: reopen(freed[n]))

    assert (len(outcome.results), kinds(outcome)) == (1, {SlotTaken})
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_times_that_meet_only_by_their_buffers_go_to_one(
    plan, people, clinician, _round
):
    kind = make_type(
        clinician,
        name="With a pause",
        buffer_before=timedelta(minutes=10),
        buffer_after=timedelta(minutes=10),
    )
    times = [at(10), at(11, 5)]  # one ends at 10:50, its pause at 11:00

    outcome = run_together(
        MANY,
        lambda n: book(replace(plan, type=kind, starts_at=times[n % 2]), people[n]),
    )

    assert (len(outcome.results), kinds(outcome)) == (1, {SlotTaken})


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_series_and_a_booking_do_not_both_get_a_day(plan, people, _round):
    weekly = Rule(WEEKS, 1, weekday=1, starts_on=date(2026, 3, 3), count=4)
    wish, third = Wish(plan, weekly), replace(plan, starts_at=at(10, 15, day=17))

    def act(n):
        if n:
            return book(third, people[1])
        return series.begin(wish=wish, patients=people[:1], by=BY, now=NOW)

    outcome = run_together(2, act)

    assert (len(outcome.results), overlaps()) == (1, [])
    assert kinds(outcome) in ({SlotTaken}, {Conflicts})
    assert Appointment.objects.count() == (4 if Series.objects.exists() else 1)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_visits_that_want_each_others_time_do_not_wait_for_ever(
    plan, people, location, _round
):
    other = cast.make_clinician(at=location)
    work(other, location)
    kind = make_type(plan.clinician, name="Both", clinicians=[plan.clinician, other])
    plans = [replace(plan, type=kind, clinician=one) for one in (plan.clinician, other)]
    there = [book(one, people[n]) for n, one in enumerate(plans)]

    outcome = run_together(2, lambda n: move(there[n], plans[1 - n]))

    assert (outcome.results, kinds(outcome)) == ([], {SlotTaken})
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_last_seat_of_a_group_goes_to_one(plan, people, clinician, _round):
    kind = make_type(clinician, name="Group", seats=3)
    group = book(replace(plan, type=kind), *people[:2])

    outcome = run_together(
        6,
        lambda n: groups.join(appointment=group, patient=people[2 + n], by=BY, now=NOW),
    )

    assert (len(outcome.results), kinds(outcome)) == (1, {TooManyPatients})
    assert visits.seats_taken(group) == 3


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_last_seat_is_not_reopened_for_one_and_given_to_another(
    plan, people, clinician, _round
):
    kind = make_type(clinician, name="Group", seats=2)
    group = book(replace(plan, type=kind), *people[:2])
    why = {"status": Status.CANCELLED, "reason": "Ill"}
    first = group.attendees.first()
    visits.cancel(attendees=[first], by=BY, now=NOW, **why)

    def act(n):
        if n:
            return groups.join(appointment=group, patient=people[2], by=BY, now=NOW)
        return reopen(first)

    outcome = run_together(2, act)

    assert (len(outcome.results), kinds(outcome)) == (1, {TooManyPatients})
    assert visits.seats_taken(group) == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_what_is_undone_gets_its_old_time_only_if_nobody_has_it(plan, people, _round):
    visit = book(plan, people[0])
    before = Mark.of(visit)
    move(visit, replace(plan, starts_at=at(14)))
    after = Mark.of(visit)

    def act(n):
        return book(plan, people[n]) if n else undo(visit, before, after)

    outcome = run_together(4, act)

    assert (len(outcome.results), kinds(outcome)) == (1, {SlotTaken})
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_what_is_undone_goes_back_to_a_clinician_whom_nobody_took_meanwhile(
    in_a_room, people, _round
):
    """All go back to one clinician and one room, from as many others."""
    [first, *others] = in_a_room
    marks = []
    for n, plan in enumerate(others):
        visit = book(replace(first, starts_at=at(10)), people[n])
        before = Mark.of(visit)
        move(visit, replace(plan, starts_at=at(9 + n, day=4)))
        marks.append((visit, before, Mark.of(visit)))

    outcome = run_together(len(marks), lambda n: undo(*marks[n]))

    assert (len(outcome.results), kinds(outcome)) == (1, {SlotTaken})
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_who_acts_on_a_visit_that_just_moved_away_is_told_or_done(
    plan, people, location, _round
):
    other = cast.make_clinician(at=location)
    work(other, location)
    both = make_type(plan.clinician, name="Both", clinicians=[plan.clinician, other])
    visit = book(replace(plan, type=both), people[0])
    there = replace(plan, type=both, clinician=other)

    def act(n):
        return cancel(visit) if n else move(visit, there)

    outcome = run_together(2, act)

    assert all(issubclass(kind, NotPossible) for kind in kinds(outcome))
    assert len(outcome.results) >= 1
