"""The running day: late, behind, other rooms, walk-ins, video, late arrivals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from practice import announcements, patients
from practice.announcements import UNDO_TIME
from practice.rules import NotPossible
from scheduling import (
    booking,
    catalogue,
    check_in,
    delays,
    late_arrivals,
    rooming,
    undoing,
    visits,
    walking_in,
)
from scheduling.booking import Plan, SlotTaken
from scheduling.models import Delay, Modality
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
NOW = at(9)


@pytest.fixture
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


def waiting(kind):
    return announcements.waiting().filter(kind=kind)


# Late -----------------------------------------------------------------------------
def test_a_new_word_about_being_late_replaces_the_old_one(visit, front_desk):
    attendee = visit.attendees.get()

    delays.say_late(attendee=attendee, minutes=10, by=front_desk, now=NOW)
    delays.say_late(attendee=attendee, minutes=25, by=front_desk, now=NOW)

    assert [row.minutes for row in Delay.objects.all()] == [25]


def test_nobody_is_late_who_is_here(visit, front_desk):
    attendee = visit.attendees.get()
    visits.arrive(attendees=[attendee], by=front_desk, now=NOW)

    with pytest.raises(NotPossible):
        delays.say_late(attendee=attendee, minutes=10, by=front_desk, now=NOW)


def test_one_press_tells_the_next_visits(visit, plan, location, front_desk):
    others = [
        book(plan, location, front_desk, starts_at=at(hour)) for hour in (11, 12, 13)
    ]
    rows = delays.next_visits(plan.clinician, most=3, now=NOW, until=at(20))

    said = delays.say_behind(visits=rows, minutes=20, by=front_desk, now=NOW)

    assert [row.appointment for row in said] == [visit, *others[:2]]
    assert waiting(delays.BEHIND).count() == 3


def test_nobody_is_told_what_was_taken_back(visit, front_desk):
    said = delays.say_behind(visits=[visit], minutes=20, by=front_desk, now=NOW)

    delays.take_back(delays=said, by=front_desk, now=NOW)

    assert not waiting(delays.BEHIND)
    assert not Delay.objects.filter(is_withdrawn=False)


def test_nobody_waits_for_a_clinician_without_visits(clinician, front_desk):
    with pytest.raises(delays.NothingAhead):
        delays.say_behind(visits=[], minutes=20, by=front_desk, now=NOW)


# Rooms ----------------------------------------------------------------------------
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


# Walk-ins -------------------------------------------------------------------------
def test_the_nearest_free_time_comes_first(visit, kind, location):
    (first,) = walking_in.openings(kind, location, now=at(9, 40))

    assert first.starts_at == at(11)


def test_a_walk_in_has_arrived(plan, kind, location, patient, front_desk):
    visit = walking_in.walk_in(
        plan=Plan(kind, plan.clinician, location, at(9, 15)),
        patient=patient,
        by=front_desk,
        now=at(9, 5),
    )

    assert visit.attendees.get().status == Status.ARRIVED


def test_squeezed_in_beside_another_says_why(visit, plan, kind, location, manager):
    person = cast.make_patient(at=location)

    squeezed = walking_in.walk_in(
        plan=plan,
        patient=person,
        by=manager,
        now=at(10, 5),
        reason="In tears",
        is_squeezed_in=True,
    )

    assert (squeezed.double_of, squeezed.double_reason) == (visit, "In tears")


def test_nobody_is_squeezed_in_without_a_reason(plan, patient, manager):
    with pytest.raises(walking_in.NoReasonGiven):
        walking_in.walk_in(
            plan=plan,
            patient=patient,
            by=manager,
            now=at(10, 5),
            reason=" ",
            is_squeezed_in=True,
        )


# Late arrivals ----------------------------------------------------------------------
def test_seen_shortened_the_visit_ends_as_planned(visit, front_desk):
    late_arrivals.see_shortened(visit=visit, by=front_desk, now=at(10, 20))

    visit.refresh_from_db()
    assert visit.ends_at == at(10, 50)
    assert visit.attendees.get().status == Status.ARRIVED


def test_who_came_late_fits_in_later(visit, plan, front_desk):
    (first, *_more) = late_arrivals.later_today(visit, now=at(10, 20))

    late_arrivals.fit_later(visit=visit, starts_at=first, by=front_desk, now=at(10, 20))

    visit.refresh_from_db()
    assert visit.starts_at == first == at(11)
    assert visit.attendees.get().status == Status.ARRIVED


# Video ------------------------------------------------------------------------------
@pytest.fixture
def video(clinician, hours, location, patient, front_desk):
    kind = make_type(clinician, name="Video", is_in_person=False, is_telehealth=True)
    plan = Plan(kind, clinician, location, at(10), modality=Modality.TELEHEALTH)
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=at(8))


def ask(video, front_desk, **differing):
    said = {"whereabouts": "12 Elm St", "call_back": "+12125550188", "company": ""}
    return check_in.check_in(
        attendee=video.attendees.get(), by=front_desk, now=at(10), **said | differing
    )


def test_a_video_visit_begins_once_it_is_known_where_they_are(video, front_desk):
    ask(video, front_desk)

    attendee = video.attendees.get()
    assert attendee.status == Status.IN_SESSION
    assert attendee.telehealth_check_in.whereabouts == "12 Elm St"


def test_a_second_answer_replaces_the_first(video, front_desk):
    ask(video, front_desk)

    ask(video, front_desk, whereabouts="In the car", company="Mother")

    found = video.attendees.get().telehealth_check_in
    assert (found.whereabouts, found.company) == ("In the car", "Mother")


def test_in_person_nobody_is_asked_where_they_are(visit, front_desk):
    with pytest.raises(check_in.NotByVideo):
        ask(visit, front_desk)


def test_a_failed_video_goes_on_by_phone_and_back(video, front_desk):
    check_in.switch(visit=video, to=Modality.PHONE, by=front_desk, now=at(10, 5))
    video.refresh_from_db()
    assert video.modality == Modality.PHONE

    check_in.switch(visit=video, to=Modality.TELEHEALTH, by=front_desk, now=at(10, 6))

    video.refresh_from_db()
    assert video.modality == Modality.TELEHEALTH


def test_what_is_over_stays_as_it_was(video, front_desk):
    ask(video, front_desk)
    visits.complete(attendees=video.attendees.all(), by=front_desk, now=at(10, 45))

    with pytest.raises(NotPossible):
        check_in.switch(visit=video, to=Modality.PHONE, by=front_desk, now=at(11))
