"""The day board: who stands where, and that its counts are its lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import duty, links, patients
from scheduling import booking, delays, visits
from scheduling.board import OVERRUN, Lane, board_of, without_outcome
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
TUESDAY = at(10).date()


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


def board(staff, now, **other):
    asked = {"day": TUESDAY, "today": TUESDAY, "place": None} | other
    return board_of(staff, now=now, **asked)


def lane(found, name):
    return [line.visit_id for line in found.lanes[name]]


def test_who_has_not_confirmed_is_expected_and_unconfirmed(visit, front_desk):
    found = board(front_desk, at(9))

    assert lane(found, Lane.EXPECTED) == [visit.pk]
    assert [line.visit_id for line in found.unconfirmed] == [visit.pk]


def test_who_arrived_waits_from_then_on(visit, front_desk):
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9, 50))

    found = board(front_desk, at(10, 5))

    (line,) = found.lanes[Lane.ARRIVED]
    assert (line.counts, line.minutes) == ("waiting", 15)
    assert not found.lanes[Lane.EXPECTED]


def test_who_waits_longest_stands_first(visit, plan, location, front_desk, kind):
    other = cast.make_patient(at=location)
    later = booking.book(
        plan=booking.Plan(kind, plan.clinician, location, at(11)),
        patients=[other],
        by=front_desk,
        now=at(8),
    )
    visits.arrive(attendees=later.attendees.all(), by=front_desk, now=at(9, 40))
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9, 50))

    found = board(front_desk, at(9, 55))

    assert lane(found, Lane.ARRIVED) == [later.pk, visit.pk]


def test_a_visit_that_is_over_waits_for_its_outcome(visit, front_desk):
    over = visit.ends_at + OVERRUN

    found = board(front_desk, over)

    assert lane(found, Lane.MISSING) == [visit.pk]
    assert without_outcome(over).count() == 1
    assert not without_outcome(over - timedelta(seconds=1)).exists()


def test_of_earlier_days_the_newest_are_listed_and_more_is_said(
    visit, plan, location, front_desk, monkeypatch
):
    newer = booking.book(
        plan=replace(plan, starts_at=at(10, day=4)),
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=at(8),
    )
    monkeypatch.setattr("scheduling.board.MOST_EARLIER", 1)

    now = at(9, day=5)
    found = board(front_desk, now, day=now.date(), today=now.date())

    assert lane(found, Lane.MISSING) == [newer.pk]
    assert found.is_cut


def test_an_earlier_visit_without_outcome_stays_on_todays_board(visit, front_desk):
    next_day = at(9, day=4)

    found = board(front_desk, next_day, day=next_day.date(), today=next_day.date())

    (line,) = found.lanes[Lane.MISSING]
    assert line.on == "Tue 3 Mar"
    assert not board(front_desk, next_day, day=at(9, day=5).date()).lines


def test_a_couple_that_came_together_is_one_line(plan, location, front_desk):
    pair = [cast.make_patient(at=location) for _ in range(2)]
    visit = booking.book(plan=plan, patients=pair, by=front_desk, now=at(8))
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9, 55))

    found = board(front_desk, at(10))

    (line,) = found.lanes[Lane.ARRIVED]
    assert [one.patient_id for one in line.people] == [one.pk for one in pair]
    assert len(line.attendee_ids) == 2
    assert not found.lanes[Lane.EXPECTED]


def test_a_couple_that_came_one_by_one_is_two_lines(plan, location, front_desk):
    pair = [cast.make_patient(at=location) for _ in range(2)]
    visit = booking.book(plan=plan, patients=pair, by=front_desk, now=at(8))
    first, second = visit.attendees.order_by("pk")
    visits.arrive(attendees=[first], by=front_desk, now=at(9, 55))

    found = board(front_desk, at(10))

    assert [line.attendee_ids for line in found.lanes[Lane.ARRIVED]] == [[first.pk]]
    assert [line.attendee_ids for line in found.lanes[Lane.EXPECTED]] == [[second.pk]]


def test_marks_say_what_the_desk_must_know(visit, patient, front_desk):
    attendee = visit.attendees.get()
    delays.say_late(attendee=attendee, minutes=20, by=front_desk, now=at(9))
    delays.say_behind(visits=[visit], minutes=15, by=front_desk, now=at(9))

    (line,) = board(front_desk, at(9, 30)).lanes[Lane.EXPECTED]

    words = [mark.words for mark in line.marks]
    assert words[:2] == ["running late 20 min", "clinician 15 min behind"]
    assert {"Unconfirmed", "first visit", "no phone"} <= set(words)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (patients.record_death, "Deceased"),
        (patients.end_care, "Care ended"),
        (patients.pause, "Paused until 10 Mar 2026"),
    ],
)
def test_who_is_not_simply_awaited_says_so(visit, patient, front_desk, act, words):
    details = {
        patients.record_death: {"died_on": None},
        patients.end_care: {"reason": "Moved"},
        patients.pause: {"reason": "Hospital", "until": at(9, day=10).date()},
    }
    act(patient=patient, by=front_desk, now=at(9), **details[act])

    (coming,) = board(front_desk, at(9, 30)).lanes[Lane.EXPECTED]
    (over,) = board(front_desk, at(12)).lanes[Lane.MISSING]

    assert words in [mark.words for mark in coming.marks]
    assert words in [mark.words for mark in over.marks]


def test_a_visit_of_an_absent_clinician_says_so(visit, clinician, front_desk):
    duty.record_absence(
        staff=clinician,
        kind="illness",
        starts_at=at(8),
        ends_at=at(18),
        cover=None,
        by=front_desk,
    )

    (line,) = board(front_desk, at(9)).lanes[Lane.EXPECTED]

    assert "clinician away" in [mark.words for mark in line.marks]


def test_another_place_sees_nothing_of_it(visit, stranger):
    assert not board(stranger, at(9)).lines


def test_a_chart_that_is_closed_is_private(visit, patient, front_desk):
    patients.restrict(patient=patient, is_restricted=True, by=cast.FOUNDER)

    (line,) = board(front_desk, at(9)).lanes[Lane.EXPECTED]

    assert [one.name for one in line.people] == [""]
    assert line.next is None


def test_minutes_that_pass_change_nothing_and_an_arrival_does(visit, front_desk):
    before = board(front_desk, at(10, 1)).digest

    later = board(front_desk, at(10, 4)).digest
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(10, 4))

    assert later == before
    assert board(front_desk, at(10, 4)).digest != before


def test_the_board_takes_as_many_queries_for_one_visit_as_for_many(
    visit, location, front_desk, clinician, django_assert_num_queries
):
    with django_assert_num_queries(10):  # two about those without a phone
        board(front_desk, at(9))
    other = make_type(clinician, name="Short", length=timedelta(minutes=20))
    for n in range(6):
        booking.book(
            plan=booking.Plan(other, clinician, location, at(11 + n)),
            patients=[cast.make_patient(at=location)],
            by=front_desk,
            now=at(8),
        )

    with django_assert_num_queries(10):
        found = board(front_desk, at(9))

    assert len(found.lanes[Lane.EXPECTED]) == 7


@pytest.mark.parametrize("may_be_told", [True, False])
def test_a_child_whose_parent_may_be_called_is_not_without_a_phone(
    plan, location, front_desk, may_be_told
):
    child = cast.make_patient(at=location, born_on=at(0).date().replace(year=2016))
    mother = cast.make_caregiver(child, relation="parent", may_be_told=may_be_told)
    cast.make_contact(mother)
    booking.book(plan=plan, patients=[child], by=front_desk, now=at(8))

    (line,) = board(front_desk, at(9)).lanes[Lane.EXPECTED]

    assert ("no phone" in [mark.words for mark in line.marks]) is not may_be_told


def test_it_is_where_the_number_may_not_be_used_or_they_are_of_age(
    plan, location, front_desk
):
    def come(hour, year, **contact):
        born_on = at(0).date().replace(year=year)
        child = cast.make_patient(at=location, born_on=born_on)
        details = {"starts_on": born_on, "relation": "parent", "may_be_told": True}
        cast.make_contact(cast.make_caregiver(child, **details), **contact)
        there = replace(plan, starts_at=at(hour))
        booking.book(plan=there, patients=[child], by=front_desk, now=at(8))

    come(10, 2007)
    come(11, 2016, may_call=False, may_text=False)
    come(12, 2016)

    lines = board(front_desk, at(9)).lanes[Lane.EXPECTED]

    without = ["no phone" in [mark.words for mark in line.marks] for line in lines]
    assert without == [True, True, False]


def marks(found):
    return [mark.words for line in found.lines for mark in line.marks]


def test_who_moved_their_visit_by_link_is_marked_until_they_are_here(
    visit, plan, front_desk
):
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=links.VISITOR, now=at(8))

    ahead = board(front_desk, at(9))
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(13, 50))

    assert "moved by link" in marks(ahead)
    assert "moved by link" not in marks(board(front_desk, at(13, 55)))


def test_what_the_desk_moved_since_is_no_longer_marked_as_moved_by_link(
    visit, plan, front_desk
):
    for by, hour in ((links.VISITOR, 14), (front_desk, 15)):
        later = replace(plan, starts_at=at(hour))
        booking.move(appointment=visit, plan=later, by=by, now=at(8))

    found = board(front_desk, at(9))

    assert lane(found, Lane.EXPECTED) == [visit.pk]
    assert "moved by link" not in marks(found)
