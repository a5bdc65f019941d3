"""Where one thing ends and the next begins: to the minute, and not a minute more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from practice import duty
from scheduling import booking, catalogue, groups, never_twice, undoing, visits
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_type

NOW, BY, MINUTE = cast.MONDAY, cast.FOUNDER, timedelta(minutes=1)


def book(plan, *patients, now=NOW):
    return booking.book(plan=plan, patients=patients, by=BY, now=now)


@layer
def other(plan, location):
    """A plan with somebody else, for the same hours."""
    colleague = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=colleague, location=location, spans=WEEK, by=BY)
    return replace(plan, type=make_type(colleague, name="Other"), clinician=colleague)


@pytest.mark.parametrize("start", [at(9, 10), at(10, 50)])
def test_a_patient_goes_straight_from_one_visit_to_the_next(
    plan, other, patient, start
):
    book(plan, patient)

    book(replace(other, starts_at=start), patient)


@pytest.mark.parametrize("start", [at(9), at(16, 10)])
def test_hours_hold_from_the_first_to_the_last_minute(plan, patient, start):
    beyond = -MINUTE if start == at(9) else MINUTE

    with pytest.raises(booking.OutsideHours):
        book(replace(plan, starts_at=start + beyond), patient)
    book(replace(plan, starts_at=start), patient)


@pytest.mark.parametrize(
    ("begins", "ends", "is_free"),
    [
        (at(9), at(10), True),
        (at(10, 50), at(12), True),
        (at(9), at(10, 1), False),
        (at(10, 49), at(12), False),
    ],
)
def test_an_absence_and_lunch_take_no_minute_more_than_they_say(
    plan, patient, location, begins, ends, is_free
):
    clinician = plan.clinician
    lunch = {"on": begins.date(), "starts": begins.time(), "ends": ends.time()}
    absent = {"kind": "leave", "starts_at": begins, "ends_at": ends, "cover": None}

    with transaction.atomic():
        catalogue.protect_time(clinician=clinician, location=location, by=BY, **lunch)
        assert (booking.conflict_of(plan, [patient], now=NOW) == "") is is_free
        transaction.set_rollback(True)

    duty.record_absence(staff=clinician, by=BY, **absent)
    assert (booking.conflict_of(plan, [patient], now=NOW) == "") is is_free


@pytest.mark.parametrize("column", ["clinician", "room"])
def test_the_database_refuses_a_visit_that_is_put_upon_another(
    plan, other, patient, location, column
):
    room = catalogue.add_room(location=location, name="1", by=BY)
    mine = plan if column == "clinician" else other
    book(replace(plan, room=room), patient)
    second = replace(mine, room=room, starts_at=at(14))
    late = book(second, cast.make_patient(at=location))
    late.starts_at, late.ends_at = at(10, 30), at(11)
    late.taken_from, late.taken_until = at(10, 30), at(11)
    if column == "clinician":
        late.room = None

    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        cast.by_hand(),
    ):
        late.save()

    assert never_twice.is_overlap(refused.value)


@pytest.mark.parametrize(("seconds", "is_late"), [(59, False), (60, True)])
def test_the_undo_minute_lasts_a_minute(plan, patient, seconds, is_late):
    visit = book(plan, patient)
    marks = {"before": Mark(0, 0), "after": Mark.of(visit)}
    then = NOW + timedelta(seconds=seconds)

    try:
        undoing.undo(appointment=visit, by=BY, now=then, **marks)
        found = False
    except undoing.TooLate:
        found = True

    assert found is is_late


def test_a_reopened_visit_needs_its_room_as_well(plan, other, patient, location):
    room = catalogue.add_room(location=location, name="1", by=BY)
    visit = book(replace(plan, room=room), patient)
    [attendee] = visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Ill",
        by=BY,
        now=NOW,
    )
    book(replace(other, room=room), cast.make_patient(at=location))

    with pytest.raises(booking.SlotTaken, match="given to somebody else"):
        visits.correct(
            attendee=attendee, status=Status.SCHEDULED, reason="Well", by=BY, now=NOW
        )


def test_a_seat_that_was_given_away_is_not_undone_back(plan, clinician, location):
    kind = make_type(clinician, name="Group", seats=2)
    one, two, three = (cast.make_patient(at=location) for _one in range(3))
    group = book(replace(plan, type=kind), one, two)
    before = Mark.of(group)
    visits.cancel(
        attendees=[group.attendees.get(patient=one)],
        status=Status.CANCELLED,
        reason="Ill",
        by=BY,
        now=NOW,
    )
    after = Mark.of(group)
    groups.join(appointment=group, patient=three, by=BY, now=NOW)

    with pytest.raises((undoing.TooLate, booking.TooManyPatients)):
        undoing.undo(appointment=group, before=before, after=after, by=BY, now=NOW)
    assert visits.seats_taken(group) == 2


@pytest.mark.parametrize("start", [at(9, 10), at(10, 50)])
def test_a_clinician_goes_straight_from_one_visit_to_the_next(
    plan, patient, location, start
):
    """In whatever order they are booked: the later first, or the earlier."""
    book(plan, patient)

    visit = book(replace(plan, starts_at=start), cast.make_patient(at=location))

    assert visit.is_live


def test_a_full_group_takes_nobody_back_and_loses_nobody(plan, clinician, location):
    """Who had a seat keeps it, also where the type has fewer by now."""
    kind = make_type(clinician, name="Group", seats=2)
    one, two, three = (cast.make_patient(at=location) for _one in range(3))
    group = book(replace(plan, type=kind), one, two)
    first, second = group.attendees.order_by("pk")
    why = {"reason": "Ill", "by": BY, "now": NOW}
    visits.cancel(attendees=[first], status=Status.CANCELLED, **why)
    groups.join(appointment=group, patient=three, by=BY, now=NOW)

    with pytest.raises(booking.TooManyPatients):
        visits.correct(attendee=first, status=Status.SCHEDULED, **why)
    catalogue.change_type(
        kind=kind, clinicians=[clinician], locations=[], instructions={}, seats=2, by=BY
    )
    visits.correct(attendee=second, status=Status.CONFIRMED, **why)

    assert visits.seats_taken(group) == 2


def test_half_a_day_before_somebody_may_be_there(plan, patient):
    visit = book(plan, patient)
    early, wanted = at(10) - visits.SOON, visit.attendees.all()

    with pytest.raises(visits.TooEarly):
        visits.arrive(attendees=wanted, by=BY, now=early - MINUTE)
    [attendee] = visits.arrive(attendees=wanted, by=BY, now=early)

    assert attendee.status == Status.ARRIVED
