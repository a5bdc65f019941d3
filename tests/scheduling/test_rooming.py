"""Another room: for a visit or a day, who makes way, and what stays where it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from practice import announcements, patients
from practice.announcements import UNDO_TIME
from scheduling import booking, catalogue, details, rooming, undoing
from scheduling.booking import Plan, SlotTaken
from scheduling.models import Modality
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
NOW = at(9)


@layer
def visit(plan, patient, front_desk):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


@pytest.fixture
def rooms(location, front_desk):
    return [
        catalogue.add_room(location=location, name=name, by=front_desk)
        for name in ("One", "Two")
    ]


def book(plan, location, front_desk, **differing):
    wanted = {"starts_at": plan.starts_at} | differing
    new = Plan(plan.type, plan.clinician, location, **wanted)
    people = [cast.make_patient(at=location)]
    return booking.book(plan=new, patients=people, by=front_desk, now=at(8))


def test_a_visit_goes_to_a_free_room(plan, location, rooms, front_desk):
    visit = book(plan, location, front_desk, room=rooms[0])

    rooming.change(
        visit=visit, room=rooms[1], is_for_the_day=False, by=front_desk, now=NOW
    )

    visit.refresh_from_db()
    assert visit.room == rooms[1]


def test_who_is_there_takes_the_room_that_becomes_free(
    plan, location, rooms, kind, front_desk
):
    other = cast.make_clinician(at=location)
    own = make_type(other, name="Other")
    mine = book(plan, location, front_desk, room=rooms[0])
    theirs = booking.book(
        plan=Plan(own, other, location, at(10, 30), room=rooms[1]),
        patients=[cast.make_patient(at=location)],
        despite=booking.Despite(hours="Here today"),
        by=front_desk,
        now=at(8),
    )

    swap = rooming.change(
        visit=mine, room=rooms[1], is_for_the_day=False, by=front_desk, now=NOW
    )

    for row in (mine, theirs):
        row.refresh_from_db()
    assert (mine.room, theirs.room) == (rooms[1], rooms[0])
    put_back(swap, by=front_desk)
    mine.refresh_from_db()
    assert mine.room == rooms[0]


def put_back(swap, *, by, now=NOW):
    rooming.put_back(
        before=swap.before, after=swap.after, changed_at=NOW, by=by, now=now
    )


@pytest.fixture
def swapped(plan, location, rooms, front_desk):
    """A visit that was given the other room just now."""
    visit = book(plan, location, front_desk, room=rooms[0])
    swap = rooming.change(
        visit=visit, room=rooms[1], is_for_the_day=False, by=front_desk, now=NOW
    )
    visit.refresh_from_db()
    return visit, swap


def test_rooms_go_back_within_the_minute_only(swapped, front_desk):
    _visit, swap = swapped

    with pytest.raises(undoing.TooLate):
        put_back(swap, by=front_desk, now=NOW + UNDO_TIME)


def test_who_is_ahead_of_a_visit_hears_of_its_new_room_unless_it_goes_back(
    swapped, front_desk
):
    visit, swap = swapped
    told = announcements.waiting().filter(kind=details.CHANGED)
    assert [one.ids for one in told] == [{"appointment": visit.pk}]

    put_back(swap, by=front_desk)

    assert not told.all().exists()


def test_rooms_stay_where_somebody_moved_a_visit_since(swapped, plan, front_desk):
    visit, swap = swapped
    later = replace(plan, starts_at=at(15), room=visit.room)
    booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)

    with pytest.raises(undoing.TooLate, match="somebody changed a visit since"):
        put_back(swap, by=front_desk)


def test_an_address_that_nobody_signed_changes_no_room(swapped, rooms, front_desk):
    visit, _swap = swapped

    answer = cast.sign_in(front_desk).post(
        reverse("room_back", args=[f"{visit.pk}-{rooms[0].pk}"])
    )

    visit.refresh_from_db()
    assert (answer.status_code, visit.room) == (404, rooms[1])


def test_without_a_room_of_ones_own_there_is_nothing_to_swap(
    plan, location, rooms, front_desk
):
    other = cast.make_clinician(at=location)
    own = make_type(other, name="Other")
    booking.book(
        plan=Plan(own, other, location, at(10), room=rooms[1]),
        patients=[cast.make_patient(at=location)],
        despite=booking.Despite(hours="Here today"),
        by=front_desk,
        now=at(8),
    )
    mine = book(plan, location, front_desk)

    with pytest.raises(SlotTaken):
        rooming.change(
            visit=mine, room=rooms[1], is_for_the_day=False, by=front_desk, now=NOW
        )


def test_a_day_changes_rooms_as_one(plan, location, rooms, front_desk):
    day = [
        book(plan, location, front_desk, starts_at=at(hour), room=rooms[0])
        for hour in (10, 11, 13)
    ]

    swap = rooming.change(
        visit=day[0], room=rooms[1], is_for_the_day=True, by=front_desk, now=NOW
    )

    assert len(swap.meant) == 3
    assert {row.room for row in swap.meant[0].__class__.objects.all()} == {rooms[1]}


def test_a_day_takes_no_visit_by_video_into_a_room(plan, location, rooms, front_desk):
    video = make_type(
        plan.clinician, name="Video", is_in_person=False, is_telehealth=True
    )
    visit = book(plan, location, front_desk)
    other = replace(plan, type=video, starts_at=at(14), modality=Modality.TELEHEALTH)
    seen = book(other, location, front_desk, starts_at=at(14), modality=other.modality)

    swap = rooming.change(
        visit=visit, room=rooms[0], is_for_the_day=True, by=front_desk, now=NOW
    )

    seen.refresh_from_db()
    assert (list(swap.meant), seen.room) == ([visit], None)


@pytest.fixture
def closed(plan, location, rooms, front_desk):
    """The first visit of the day in the first room; the second is private."""
    first, second = (
        book(plan, location, front_desk, starts_at=at(hour), room=rooms[0])
        for hour in (10, 14)
    )
    patients.restrict(
        patient=second.attendees.get().patient, is_restricted=True, by=front_desk
    )
    return first, second


@pytest.mark.usefixtures("now")
def test_a_day_changes_rooms_but_for_closed_charts(closed, rooms, front_desk):
    first, second = closed
    desk = cast.sign_in(front_desk)

    url = reverse("room_put", args=[first.pk, "day"])
    page = desk.post(url, {"room": rooms[1].pk}, follow=True).content.decode()

    assert "1 visit stays where it is: it is not open to you." in page
    for row in closed:
        row.refresh_from_db()
    assert [first.room, second.room] == [rooms[1], rooms[0]]


def test_nobody_is_pushed_out_whose_chart_is_closed(
    closed, plan, location, rooms, front_desk
):
    other = cast.make_clinician(at=location)
    own = make_type(other, name="Other")
    mine = booking.book(
        plan=Plan(own, other, location, at(14), room=rooms[1]),
        patients=[cast.make_patient(at=location)],
        despite=booking.Despite(hours="Here today"),
        by=front_desk,
        now=at(8),
    )

    with pytest.raises(SlotTaken, match="Somebody else is in that room"):
        rooming.change(
            visit=mine,
            room=rooms[0],
            is_for_the_day=False,
            by=front_desk,
            now=NOW,
            looker=front_desk,
        )


def test_a_room_elsewhere_is_no_room_of_the_visit(visit, far_location, front_desk):
    room = catalogue.add_room(location=far_location, name="Far", by=front_desk)

    with pytest.raises(rooming.NoSuchRoom):
        rooming.change(
            visit=visit, room=room, is_for_the_day=False, by=front_desk, now=NOW
        )


def test_who_needs_step_free_access_is_known(plan, location, front_desk):
    person = cast.make_patient(at=location, needs_step_free=True)
    visit = booking.book(plan=plan, patients=[person], by=front_desk, now=at(8))

    assert rooming.need_step_free([visit]) == {visit.pk}
