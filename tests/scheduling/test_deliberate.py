"""Booked against the rules on purpose: everything in the way, for one reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import duty
from scheduling import board, booking, catalogue
from scheduling.deliberate import booked_so, despite_of
from tests import cast
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, cast.MONDAY


@pytest.fixture
def in_a_room(plan, location):
    """A visit that needs a room, at a place that has one."""
    catalogue.add_room(location=location, name="One", by=BY)
    kind = make_type(plan.clinician, name="With a room", needs_room=True)
    return replace(plan, type=kind)


@pytest.fixture
def beside(in_a_room, location):
    """A visit beside another in the only room."""
    for _number in range(2):
        patients = [cast.make_patient(at=location)]
        despite = despite_of(in_a_room, patients, "In crisis")
        visit = booking.book(
            plan=in_a_room, patients=patients, by=BY, now=NOW, despite=despite
        )
    return visit


def test_a_visit_beside_another_takes_place_without_a_room(beside):
    assert (beside.room, beside.double_reason) == (None, "In crisis")


def test_a_visit_without_the_room_that_it_needs_says_so(beside, location, front_desk):
    day = at(10).date()

    found = board.board_of(front_desk, day=day, today=day, place=location, now=at(9))
    page = cast.sign_in(front_desk).get(f"/visits/{beside.pk}/").content.decode()

    marks = {line.visit_id: [mark.words for mark in line.marks] for line in found.lines}
    assert [pk for pk, words in marks.items() if "no room" in words] == [beside.pk]
    assert "no room" in page


def test_the_reason_is_kept_also_where_the_room_alone_is_missing(
    in_a_room, location, as_, manager, now
):
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=BY)
    kind = make_type(other, name="Also in a room", needs_room=True)
    first, second = (cast.make_patient(at=location) for _ in "ab")
    booking.book(plan=in_a_room, patients=[first], by=BY, now=NOW)
    plan = booking.Plan(kind, other, location, at(10))
    despite = despite_of(plan, [second], "In the garden")

    visit = booking.book(plan=plan, patients=[second], by=BY, now=NOW, despite=despite)

    page = as_(manager).get(f"/visits/{visit.pk}/").content.decode()
    assert "In the garden" in page
    assert booked_so(visit, "Booked.") == "Booked. No room is free then: it has none."


def test_a_room_that_is_named_is_not_shared(in_a_room, beside, location):
    named = replace(in_a_room, room=location.rooms.get(), starts_at=at(10, 30))
    patients = [cast.make_patient(at=location)]

    with pytest.raises(booking.SlotTaken):
        booking.book(
            plan=named,
            patients=patients,
            by=BY,
            now=NOW,
            despite=despite_of(named, patients, "In crisis"),
        )
