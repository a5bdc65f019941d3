"""“The next free times”, and why there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import duty, locations
from scheduling import booking, catalogue
from scheduling.finding import MORNING, Question, find
from scheduling.hours import Filter
from scheduling.minutes import instant_of, on_wall
from scheduling.slots import Why
from tests import cast
from tests.scheduling.conftest import NEW_YORK, at, make_type

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


def test_a_visit_in_a_room_needs_a_free_one(
    clinician, location, hours, patient, front_desk, plan
):
    room = catalogue.add_room(location=location, name="1", by=front_desk)
    kind = make_type(clinician, name="In a room", needs_room=True)
    other = cast.make_clinician(at=location)
    theirs = make_type(other, name="Elsewhere", length=timedelta(hours=7))
    spans = [(1, time(9), time(17))]
    duty.set_duty_hours(staff=other, location=location, spans=spans, by=front_desk)
    long = replace(plan, type=theirs, clinician=other, room=room, starts_at=at(9))
    booking.book(plan=long, patients=[patient], by=front_desk, now=cast.MONDAY)

    assert moments(Question(kind, TUESDAY, TUESDAY), most=1) == ["Tue 16:00"]


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
    people, question, location, django_assert_num_queries
):
    for number in range(people):
        other = cast.make_clinician(at=location)
        make_type(other, name=f"Type {number}")
        spans = [(day, time(9), time(17)) for day in range(5)]
        duty.set_duty_hours(
            staff=other, location=location, spans=spans, by=cast.FOUNDER
        )

    with django_assert_num_queries(4):
        find(question, now=NOW, most=20)


@given(
    st.dates(date(2026, 2, 20), date(2026, 11, 20)),
    st.sampled_from(["America/New_York", "America/Phoenix", "America/Los_Angeles"]),
    st.integers(0, 40),
)
def test_a_wall_clock_time_is_that_time_on_every_day(day, zone, quarter):
    wanted = 5 * 60 + quarter * 15

    shown = instant_of(on_wall(day, wanted, zone)).astimezone(ZoneInfo(zone))

    assert (shown.date(), shown.hour * 60 + shown.minute) == (day, wanted)
