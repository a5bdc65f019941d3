"""Wall-clock times: gaps and folds, the zones of people, the names of zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from practice import clock, zones
from tests.cast import make_location, make_staff

EASTERN, ARIZONA = "America/New_York", "America/Phoenix"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def utc(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_time_is_an_instant_of_its_zone():
    day = date(2026, 3, 2)

    assert zones.instant(day, time(9), EASTERN) == utc(2026, 3, 2, 14)
    assert zones.instant(day, time(9), ARIZONA) == utc(2026, 3, 2, 16)


def test_a_time_that_is_jumped_over_is_refused():
    with pytest.raises(zones.NoSuchTime) as refusal:
        zones.instant(SPRING, time(2, 30), EASTERN)

    assert "there is no 2:30 AM on Sunday 8 March in Eastern time" in str(refusal.value)


def test_the_same_time_exists_where_no_clock_changes():
    found = zones.instant(SPRING, time(2, 30), ARIZONA)

    assert found == utc(2026, 3, 8, 9, 30)


def test_a_time_that_comes_twice_starts_first_and_ends_second():
    start = zones.instant(AUTUMN, time(1, 30), EASTERN)
    end = zones.instant(AUTUMN, time(1, 30), EASTERN, is_end=True)

    assert (start, end) == (utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30))


def test_it_is_known_which_times_come_twice():
    assert zones.comes_twice(AUTUMN, time(1, 30), EASTERN)
    assert not zones.comes_twice(AUTUMN, time(2), EASTERN)
    assert not zones.comes_twice(AUTUMN, time(1, 30), ARIZONA)
    assert not zones.comes_twice(SPRING, time(2, 30), EASTERN)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_lasts_as_long_as_the_clocks_say(day, hours):
    lasts = zones.end_of(day, EASTERN) - zones.first_moment(day, EASTERN)

    assert lasts == timedelta(hours=hours)


def test_a_day_that_begins_at_one_begins_when_the_clocks_jump():
    """In Havana clocks jumped from 0:00 to 1:00 on 8 March 2026."""
    begins = zones.first_moment(SPRING, "America/Havana")

    assert begins == utc(2026, 3, 8, 5)


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 30)),
    st.times(),
    st.sampled_from([*zones.SPOKEN, "Europe/Dublin", "Asia/Kathmandu"]),
)
def test_an_instant_shows_the_time_that_was_typed(day, at, zone):
    try:
        found = zones.instant(day, at, zone)
    except zones.NoSuchTime:
        reject()

    shown = clock.local(found, zone)
    assert (shown.date(), shown.time()) == (day, at)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (EASTERN, "Eastern time"),
        (ARIZONA, "Arizona time"),
        ("Europe/Berlin", "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_told_in_words(zone, words):
    assert zones.spoken(zone) == words


def test_every_zone_can_be_chosen_once():
    names = [name for _group, choices in zones.choices() for name, _words in choices]

    assert len(names) == len(set(names))
    assert {EASTERN, "Europe/Berlin", "America/Indiana/Knox"} <= set(names)


@pytest.mark.django_db
def test_somebodys_zone_is_that_of_their_place(practice, far_location):
    place = make_location(time_zone=ARIZONA)

    assert zones.of_staff(make_staff(at=[far_location, place])) == ARIZONA


@pytest.mark.django_db
def test_between_two_zones_the_practices_clock_counts(location, far_location):
    assert zones.of_staff(make_staff(at=[location, far_location])) == EASTERN
    assert zones.of_staff(make_staff(at=[])) == EASTERN


@pytest.mark.django_db
def test_without_a_practice_there_is_still_a_clock():
    assert zones.of_practice() == "UTC"


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (
            utc(2026, 3, 7, 23),
            utc(2026, 3, 8, 12),
            "Sat 7 Mar 2026, 6:00 PM to Sun 8 Mar 2026, 8:00 AM",
        ),
        (
            utc(2026, 3, 7, 14),
            utc(2026, 3, 7, 22),
            "Sat 7 Mar 2026, 9:00 AM to 5:00 PM",
        ),
        (utc(2026, 3, 8, 5), utc(2026, 3, 9, 4), "Sun 8 Mar 2026"),
        (
            utc(2026, 3, 7, 5),
            utc(2026, 3, 9, 4),
            "Sat 7 Mar 2026 to Sun 8 Mar 2026",
        ),
    ],
)
def test_a_stretch_is_told_by_the_clock_on_the_wall(starts_at, ends_at, words):
    assert zones.stretch(starts_at, ends_at, EASTERN) == words


def test_an_end_at_midnight_is_the_end_of_the_day_before():
    midnight, noon = utc(2026, 3, 9, 4), utc(2026, 3, 9, 16)

    assert zones.until(midnight, EASTERN) == "the end of Sun 8 Mar 2026"
    assert zones.until(noon, EASTERN) == "Mon 9 Mar 2026, 12:00 PM"


def test_a_stretch_until_midnight_ends_with_its_day():
    ten, midnight = utc(2026, 3, 2, 15), utc(2026, 3, 3, 5)

    same = zones.stretch(ten, midnight, EASTERN)
    later = zones.stretch(ten, midnight + timedelta(days=1), EASTERN)

    assert same.endswith("to the end of the day")
    assert later.endswith("to the end of Tue 3 Mar 2026")
