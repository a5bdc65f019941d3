"""The rota over some days: turns, absences, gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import duty, locations, staffing
from practice.rota import rota, subtract
from tests.cast import FOUNDER, MONDAY

EASTERN = "America/New_York"


def at(day, hour):
    """An instant of March 2026, UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.fixture
def put_on_call(clinician):
    def put(starts_at, ends_at, staff=clinician):
        times = {"starts_at": starts_at, "ends_at": ends_at}
        return duty.put_on_call(staff=staff, rank=1, by=FOUNDER, **times)

    return put


def look(now=MONDAY, days=7):
    return rota(first=date(2026, 3, 2), days=days, zone=EASTERN, now=now)


@pytest.mark.django_db
def test_without_turns_the_time_ahead_is_one_gap(practice):
    assert look().gaps == [(MONDAY, at(9, 4))]


@pytest.mark.django_db
def test_gaps_behind_us_are_no_longer_told(practice):
    assert look(now=at(9, 4)).gaps == []


@pytest.mark.django_db
def test_a_turn_closes_its_time(put_on_call):
    put_on_call(MONDAY, at(7, 23))

    assert look().gaps == [(at(7, 23), at(9, 4))]


@pytest.mark.django_db
def test_a_turn_of_somebody_away_closes_nothing_meanwhile(put_on_call, clinician):
    put_on_call(MONDAY, at(9, 4))
    duty.record_absence(
        staff=clinician,
        kind="leave",
        starts_at=at(4, 5),
        ends_at=at(5, 5),
        cover=None,
        by=FOUNDER,
    )

    found = look()

    assert found.gaps == [(at(4, 5), at(5, 5))]
    assert found.turns[0].away == [(at(4, 5), at(5, 5))]


@pytest.mark.django_db
def test_a_closed_account_closes_no_gap(put_on_call, clinician, manager):
    put_on_call(MONDAY, at(9, 4))
    staffing.deactivate(staff=clinician, by=manager)

    assert look().gaps == [(MONDAY, at(9, 4))]


@pytest.mark.django_db
def test_open_doors_are_no_gap_but_closures_are(put_on_call, location):
    """Open 9:00 to 17:00 on Tuesday and Wednesday, shut that Wednesday."""
    spans = [(day, time(9), time(17)) for day in (1, 2)]
    locations.set_hours(location=location, spans=spans, by=FOUNDER)
    locations.close_for(
        location=None,
        starts_on=date(2026, 3, 4),
        ends_on=date(2026, 3, 4),
        reason="Snow",
        by=FOUNDER,
    )

    assert look().gaps == [(MONDAY, at(3, 14)), (at(3, 22), at(9, 4))]


@pytest.mark.django_db
def test_the_day_on_which_clocks_change_is_covered_by_the_wall_clock(location):
    """Sunday 8 March: 1:00 is 6:00 UTC, and 4:00, two hours later, is 8:00 UTC."""
    locations.set_hours(location=location, spans=[(6, time(1), time(4))], by=FOUNDER)

    assert look().gaps == [(MONDAY, at(8, 6)), (at(8, 8), at(9, 4))]


@pytest.mark.django_db
def test_a_turn_stands_on_every_day_it_touches(put_on_call):
    shift = put_on_call(at(3, 23), at(5, 13))

    days = look(now=at(9, 4)).weeks[0]

    parts = [day.parts[0] for day in days[1:4]]
    assert [len(day.parts) for day in days] == [0, 1, 1, 1, 0, 0, 0]
    assert [part.is_first for part in parts] == [True, False, False]
    assert [part.starts_at for part in parts] == [shift.starts_at, None, None]
    assert [part.ends_at for part in parts] == [None, None, shift.ends_at]


@pytest.mark.django_db
def test_a_turn_that_ends_at_midnight_ends_on_its_own_day(put_on_call):
    put_on_call(at(3, 14), at(4, 5))

    days = look(now=at(9, 4)).weeks[0]

    assert [len(day.parts) for day in days] == [0, 1, 0, 0, 0, 0, 0]
    assert days[1].parts[0].ends_at is None


@pytest.mark.django_db
def test_a_gap_stands_on_every_day_it_touches(put_on_call):
    put_on_call(MONDAY, at(7, 23))
    put_on_call(at(8, 12), at(9, 4))

    saturday, sunday = look().weeks[0][5:]

    assert [(part.turn is None) for part in saturday.parts] == [False, True]
    assert saturday.parts[1].starts_at == at(7, 23)
    assert sunday.parts[1].ends_at == at(8, 12)


@pytest.mark.django_db
def test_weeks_are_rows_of_seven_days(practice):
    found = look(days=28)

    assert [len(week) for week in found.weeks] == [7] * 4
    assert (found.first, found.last) == (date(2026, 3, 2), date(2026, 3, 29))


hours = st.integers(0, 48)
stretches = st.lists(
    st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1]), max_size=8
)


@given(stretches)
def test_what_is_left_of_a_time_is_what_no_part_covers(parts):
    def instant(hour):
        return MONDAY + timedelta(hours=hour)

    left = subtract(
        [(instant(0), instant(48))], [(instant(a), instant(b)) for a, b in parts]
    )

    for hour in range(48):
        is_left = any(start <= instant(hour) < end for start, end in left)
        is_covered = any(start <= hour < end for start, end in parts)
        assert is_left is not is_covered
