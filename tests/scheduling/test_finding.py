"""“The next free times”, and why there are none."""

from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import duty, locations
from scheduling import booking, catalogue, finding
from scheduling.finding import MORNING, Question, find
from scheduling.hours import Filter
from scheduling.minutes import instant_of, on_wall
from scheduling.slots import Slot, Why
from tests import cast
from tests.scheduling.conftest import NEW_YORK, WEEK, at, make_type

NOW = at(8)
TUESDAY, FRIDAY = date(2026, 3, 3), date(2026, 3, 6)


@pytest.fixture
def question(kind, hours) -> Question:
    return Question(kind, TUESDAY, FRIDAY)


def moments(question, *, now=NOW, most=None, zone=NEW_YORK) -> list[str]:
    found = find(question, now=now, most=most).slots
    return [f"{instant_of(one.starts).astimezone(zone):%a %H:%M}" for one in found]


def test_the_next_free_times_come_in_order(question):
    assert moments(question, most=3) == ["Tue 09:00", "Tue 09:15", "Tue 09:30"]


def test_what_is_booked_is_not_offered(question, plan, patient, front_desk):
    booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)

    found = moments(replace(question, last=TUESDAY))

    assert "Tue 09:00" in found
    assert "Tue 11:00" in found
    assert not {"Tue 09:15", "Tue 10:00", "Tue 10:45"} & set(found)


def test_all_offered_times_can_be_booked(question, plan, location, front_desk):
    for slot in find(question, now=NOW).slots[::7]:
        booking.book(
            plan=replace(plan, starts_at=instant_of(slot.starts)),
            patients=[cast.make_patient(at=location)],
            by=front_desk,
            now=NOW,
        )


def test_only_the_days_and_hours_that_are_asked_for(question):
    wish = Filter(weekdays={3}, parts=[MORNING])

    found = moments(replace(question, wish=wish))

    assert found[0] == "Thu 09:00"
    assert found[-1] == "Thu 11:45"


def test_the_minimum_notice_is_kept(clinician, hours):
    kind = make_type(clinician, name="Notice", minimum_notice=timedelta(hours=24))

    assert moments(Question(kind, TUESDAY, FRIDAY), most=1) == ["Wed 09:00"]


def test_whoever_is_away_is_not_offered(question, clinician, front_desk):
    duty.record_absence(
        staff=clinician,
        kind="leave",
        starts_at=at(0),
        ends_at=at(12, day=4),
        cover=None,
        by=front_desk,
    )

    assert moments(question, most=1) == ["Wed 12:00"]


def test_a_closed_location_is_not_offered(question, location, manager):
    locations.close_for(
        location=location,
        starts_on=TUESDAY,
        ends_on=TUESDAY,
        reason="Snow",
        by=manager,
    )

    assert moments(question, most=1) == ["Wed 09:00"]


def test_hours_of_one_day_are_extra_hours(question, clinician, location, front_desk):
    catalogue.add_extra_hours(
        staff=clinician,
        location=location,
        on=TUESDAY,
        starts=time(7),
        ends=time(8),
        by=front_desk,
    )

    assert moments(question, now=at(6), most=2) == ["Tue 07:00", "Tue 09:00"]


def test_places_in_other_zones_come_by_the_clock_of_all(
    question, clinician, far_location, front_desk
):
    duty.set_duty_hours(
        staff=clinician,
        location=far_location,
        spans=[(5, time(9), time(12))],
        by=front_desk,
    )
    wish = replace(question, last=date(2026, 3, 7), places=[far_location.pk])

    found = moments(wish, most=1, zone=ZoneInfo("America/Phoenix"))

    assert found == ["Sat 09:00"]


def test_a_visit_in_a_room_needs_a_free_one(clinician, full_room):
    kind = make_type(clinician, name="In a room", needs_room=True)

    assert moments(Question(kind, TUESDAY, TUESDAY), most=1) == ["Tue 16:00"]


@pytest.fixture
def full_room(plan, location, patient, front_desk):
    """The one room of the place is taken on Tuesday, but for the last hour."""
    room = catalogue.add_room(location=location, name="1", by=front_desk)
    other = cast.make_clinician(at=location)
    theirs = make_type(other, name="Elsewhere", length=timedelta(hours=7))
    spans = [(1, time(9), time(17))]
    duty.set_duty_hours(staff=other, location=location, spans=spans, by=front_desk)
    long = replace(plan, type=theirs, clinician=other, room=room, starts_at=at(9))
    booking.book(plan=long, patients=[patient], by=front_desk, now=cast.MONDAY)
    return room


IN_A_ROOM = {"needs_room": True, "is_telehealth": True, "is_by_phone": True}


@pytest.mark.parametrize(
    ("asked", "first", "ways"),
    [
        ((), "Tue 09:00", ["telehealth", "phone"]),
        (("in_person",), "Tue 16:00", ["in_person"]),
        (("phone", "in_person"), "Tue 09:00", ["phone"]),
        (("phone", "telehealth"), "Tue 09:00", ["telehealth", "phone"]),
    ],
)
def test_any_of_several_ways_is_offered_as_it_can_be_booked(
    asked, first, ways, clinician, full_room
):
    kind = make_type(clinician, name="In a room", **IN_A_ROOM)
    question = Question(kind, TUESDAY, TUESDAY, modalities=asked)

    found = find(question, now=NOW).slots

    assert moments(question, most=1) == [first]
    assert question.ways_at(found[0]) == ways


def test_where_a_room_is_free_all_ways_are(clinician, full_room):
    kind = make_type(clinician, name="In a room", **IN_A_ROOM)
    question = Question(kind, TUESDAY, TUESDAY)

    last = find(question, now=NOW).slots[-1]

    assert last.room == full_room.pk
    assert question.ways_at(last) == ["in_person", "telehealth", "phone"]


@pytest.mark.parametrize("asked", [(), ("in_person",), ("phone", "in_person")])
def test_whatever_way_is_offered_can_be_booked(
    asked, clinician, location, full_room, front_desk
):
    kind = make_type(clinician, name="In a room", **IN_A_ROOM)
    question = Question(kind, TUESDAY, TUESDAY, modalities=asked)
    someone = cast.make_patient(at=location)

    for slot in find(question, now=NOW).slots:
        for way in question.ways_at(slot):
            starts_at = instant_of(slot.starts)
            plan = booking.Plan(kind, clinician, location, starts_at, modality=way)
            assert booking.conflict_of(plan, [someone], now=NOW) == ""


def test_a_way_in_which_the_type_is_not_held_finds_nothing_and_says_why(question):
    phone = replace(question, modalities=["phone"])

    assert find(phone, now=NOW) == finding.Answer((), Why.NO_WAY)
    assert finding.find_days(phone, 3, now=NOW).why is Why.NO_WAY


@pytest.mark.parametrize(
    ("days", "now", "why"),
    [
        ((date(2026, 3, 7), date(2026, 3, 8)), NOW, Why.NO_HOURS),
        ((TUESDAY, TUESDAY), at(20), Why.TOO_SOON),
    ],
)
def test_none_says_why(question, days, now, why):
    asked = replace(question, first=days[0], last=days[1])

    assert find(asked, now=now).why is why


def test_a_full_day_says_that_all_is_taken(question, plan, patient, front_desk):
    whole = replace(plan, starts_at=at(9), length=timedelta(hours=8))
    booking.book(plan=whole, patients=[patient], by=front_desk, now=cast.MONDAY)

    asked = replace(question, last=TUESDAY)

    assert find(asked, now=NOW).why is Why.ALL_TAKEN


@pytest.mark.parametrize("people", [1, 4])
def test_the_number_of_queries_does_not_grow(
    people, location, django_assert_num_queries
):
    team = [cast.make_clinician(at=location) for _each in range(people)]
    for one in team:
        duty.set_duty_hours(staff=one, location=location, spans=WEEK, by=cast.FOUNDER)
    kind = make_type(team[0], clinicians=team)

    with django_assert_num_queries(4):
        found = find(Question(kind, TUESDAY, FRIDAY), now=NOW, most=20)

    assert {slot.clinician for slot in found.slots} == {one.pk for one in team}


@given(
    st.dates(date(2026, 2, 20), date(2026, 11, 20)),
    st.sampled_from(["America/New_York", "America/Phoenix", "America/Los_Angeles"]),
    st.integers(0, 40),
)
def test_a_wall_clock_time_is_that_time_on_every_day(day, zone, quarter):
    wanted = 5 * 60 + quarter * 15

    shown = instant_of(on_wall(day, wanted, zone)).astimezone(ZoneInfo(zone))

    assert (shown.date(), shown.hour * 60 + shown.minute) == (day, wanted)


def days_of(question, days):
    found = finding.find_days(question, days, now=NOW).slots
    return finding.by_day(found, {one.place: "America/New_York" for one in found})


def test_the_next_days_are_looked_through_whole(question):
    wide = replace(question, last=date(2026, 6, 30))

    some = days_of(wide, 3)

    whole = dict(days_of(wide, 500))
    assert 3 <= len(some) < 20
    assert all(whole[on] == rows for on, rows in some)


def test_days_that_are_full_are_passed_over(question, clinician, location):
    duty.record_absence(
        staff=clinician,
        kind="leave",
        starts_at=at(0),
        ends_at=at(0, day=31),
        cover=None,
        by=cast.FOUNDER,
    )

    some = days_of(replace(question, last=date(2026, 6, 30)), 2)

    assert some[0][0] == date(2026, 3, 31)


def test_where_no_day_has_any_it_says_why(question, kind):
    nobody = replace(question, clinicians=[10**9])

    assert finding.find_days(nobody, 3, now=NOW).why is Why.NO_HOURS


@given(
    starts=st.lists(st.integers(0, 400 * 24 * 12).map(lambda one: one * 5), max_size=60)
)
def test_slots_stand_on_the_day_that_their_clock_shows(starts):
    zones = {1: "America/New_York", 2: "America/Phoenix"}
    first = on_wall(date(2026, 1, 1), 0, zones[1])
    found = sorted(Slot(first + one, 7, 1 + one % 2) for one in starts)

    days = finding.by_day(found, zones)

    assert sorted(slot for _on, rows in days for slot in rows) == found
    assert [on for on, _rows in days] == sorted({on for on, _rows in days})
    for on, rows in days:
        for slot in rows:
            zone = ZoneInfo(zones[slot.place])
            assert instant_of(slot.starts).astimezone(zone).date() == on


def test_the_search_for_garbage_goes_on_after_a_search(question, monkeypatch):
    def fail(*_said, **_more):
        assert not gc.isenabled()
        raise RuntimeError

    monkeypatch.setattr("scheduling.finding.slots.free", fail)

    with pytest.raises(RuntimeError):
        find(question, now=NOW)

    assert gc.isenabled()
