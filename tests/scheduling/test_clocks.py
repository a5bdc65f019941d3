"""Hours and series on the days on which clocks change, against the clock itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.models import Location
from practice.zones import wall_clock
from scheduling import booking
from scheduling.hours import Timetable
from scheduling.minutes import instant_of, on_wall
from scheduling.models import AppointmentType
from scheduling.recurring import MONTHS, WEEKS, Rule
from scheduling.series import Wish
from scheduling.slots import Fit, free
from scheduling.statements import Weekly
from tests.scheduling.clocks import DAY, days_in_zones, reached, shown

WALLS = st.integers(0, 24 * 60)


def spans():
    some = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(
        lambda s: s[0] < s[1]
    )
    quarters = some.map(lambda span: (span[0] * 15, span[1] * 15))
    return st.lists(quarters, min_size=1, max_size=3)


def table(day, zone, found):
    return Timetable(
        [Weekly(1, 1, day.weekday(), *one, None, None, zone) for one in found]
    )


@given(days_in_zones(), WALLS)
def test_a_time_is_when_the_clock_first_shows_it(where, wall):
    zone, day = where

    assert on_wall(day, wall, zone) == reached(day, wall, zone)


@given(days_in_zones(), spans())
def test_hours_are_the_minutes_between_two_readings_of_the_clock(where, found):
    zone, day = where
    wanted = set()
    for starts, ends in found:
        wanted |= set(range(reached(day, starts, zone), reached(day, ends, zone)))

    windows = table(day, zone, found).windows([day])

    open_minutes = {at for one in windows for at in range(one.starts, one.ends)}
    assert open_minutes == wanted


@given(
    days_in_zones(),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(1, 4),
    st.sampled_from([(WEEKS, None), (MONTHS, 1), (MONTHS, 3), (MONTHS, -1)]),
)
def test_a_series_keeps_the_clock_on_the_wall(where, at, every, rhythm):
    """Where the clocks jump over its time, it is as much later, on the same day."""
    zone, first = where
    here = ZoneInfo(zone)
    starts_at = datetime.combine(first, at, here).astimezone(UTC)
    place = Location(time_zone=zone)
    plan = booking.Plan(AppointmentType(), None, place, starts_at)
    rule = Rule(rhythm[0], every, first.weekday(), first, nth=rhythm[1], count=8)
    wall = starts_at.astimezone(here).time()

    found = Wish(plan, rule).occurrences(until=first + 1200 * DAY)

    assert len(found) == 8
    for one in found:
        local = one.plan.starts_at.astimezone(here)
        assert local.date() == one.on
        minutes = wall.hour * 60 + wall.minute
        is_shown = minutes in {clock for _at, clock in shown(one.on, zone)}
        assert (local.time() == wall) is is_shown


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 3),
        ("America/New_York", date(2026, 11, 1), 5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 3.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 4.5),
        ("America/Phoenix", date(2026, 3, 8), 4),
    ],
)
def test_hours_through_the_night_of_the_change_last_as_long_as_they_do(
    zone, day, hours
):
    [window] = table(day, zone, [(60, 300)]).windows([day])

    assert window.ends - window.starts == hours * 60


def test_hours_that_the_clocks_jump_over_do_not_take_place():
    day = date(2026, 3, 8)

    windows = table(day, "America/New_York", [(120, 180)]).windows([day])

    assert free(windows, {}, Fit(20)) == []


def test_hours_that_end_in_the_gap_end_when_the_clocks_jump():
    day, zone = date(2026, 3, 8), "America/New_York"
    windows = table(day, zone, [(60, 150)]).windows([day])

    last = free(windows, {}, Fit(30))[-1]

    assert wall_clock(instant_of(last.starts), zone) == time(1, 30)
