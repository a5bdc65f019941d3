"""Which sheet a location should have, by its own clock, hours and closures."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from practice import day_sheets, locations, sheet_plans
from practice.models import DaySheet
from tests.cast import FOUNDER, make_location

pytestmark = pytest.mark.django_db
SUNDAY, MONDAY, TUESDAY = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
WEDNESDAY, FRIDAY = date(2026, 3, 4), date(2026, 3, 6)
WEEK = [(day, time(8), time(18)) for day in range(5)]


@pytest.fixture(autouse=True)
def _place(settings, tmp_path):
    settings.SHEETS = tmp_path


@pytest.fixture
def place(location):
    locations.set_hours(location=location, spans=WEEK, by=FOUNDER)
    return location


def standing(now, place):
    [found] = sheet_plans.standings([place.pk], now=now)
    return found


def new_york(day, hour, minute=0):
    return datetime(2026, 3, day, hour + 5, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "evening", "days"),
    [
        (new_york(2, 10), SUNDAY, [MONDAY, TUESDAY]),
        (new_york(2, 18, 59), SUNDAY, [MONDAY, TUESDAY]),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), MONDAY, [TUESDAY, WEDNESDAY]),
        (datetime(2026, 3, 3, 11, 0, tzinfo=UTC), MONDAY, [TUESDAY, WEDNESDAY]),
    ],
)
def test_an_evening_begins_at_seven_by_the_locations_clock(place, now, evening, days):
    found = standing(now, place)

    assert (found.evening_on, found.days) == (evening, days)


def test_before_a_weekend_it_is_for_the_days_after(place):
    found = standing(datetime(2026, 3, 7, 1, tzinfo=UTC), place)

    assert found.evening_on == FRIDAY
    assert found.days == [date(2026, 3, 9), date(2026, 3, 10)]


def test_a_day_on_which_the_location_is_shut_is_left_out(place):
    locations.close_for(
        location=place, starts_on=TUESDAY, ends_on=TUESDAY, reason="Roof", by=FOUNDER
    )

    found = standing(datetime(2026, 3, 3, 1, tzinfo=UTC), place)

    assert found.days == [WEDNESDAY, date(2026, 3, 5)]


def test_each_location_keeps_its_own_evening(place, far_location):
    locations.set_hours(location=far_location, spans=WEEK, by=FOUNDER)
    now = datetime(2026, 3, 3, 1, tzinfo=UTC)  # 20:00 in New York, 18:00 in Phoenix

    assert standing(now, place).evening_on == MONDAY
    assert standing(now, far_location).evening_on == SUNDAY


def test_the_evening_of_the_day_when_clocks_change_is_at_seven_too(place):
    before = standing(datetime(2026, 3, 8, 22, 59, tzinfo=UTC), place)
    after = standing(datetime(2026, 3, 8, 23, 0, tzinfo=UTC), place)

    assert before.evening_on == date(2026, 3, 7)
    assert after.since == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)


def test_a_location_that_never_opens_needs_none(location, now):
    assert standing(now, location).why_unwell(now=now) == ""


# Health -----------------------------------------------------------------------
def line(now):
    found = sheet_plans.health(now)
    return found.is_well, found.words


def test_without_a_passphrase_it_is_unwell(place, now):
    assert line(now) == (False, "Harlem has no passphrase yet.")


def test_an_hour_after_its_time_a_missing_sheet_is_unwell(place):
    evening = datetime(2026, 3, 3, 0, tzinfo=UTC)
    day_sheets.change_passphrase(location=place, by=FOUNDER, now=evening)

    assert line(evening + timedelta(minutes=59))[0]
    assert line(evening + timedelta(hours=1)) == (False, "Harlem has none.")


def test_a_sheet_of_tonight_is_well_and_one_of_yesterday_is_not(place, now):
    day_sheets.change_passphrase(location=place, by=FOUNDER, now=now)
    day_sheets.write_due(by=FOUNDER, now=now)

    assert line(now) == (True, "Written for the next days.")
    assert line(now + timedelta(days=1)) == (False, "That of Harlem is old.")


def test_a_file_that_is_gone_is_unwell(place, now):
    day_sheets.change_passphrase(location=place, by=FOUNDER, now=now)
    day_sheets.write_due(by=FOUNDER, now=now)
    sheet_plans.path_of(DaySheet.objects.get()).unlink()

    assert not line(now)[0]


@pytest.mark.parametrize("count", [1, 10])
def test_it_asks_the_same_for_many_locations(now, django_assert_num_queries, count):
    for _number in range(count):
        locations.set_hours(location=make_location(), spans=WEEK, by=FOUNDER)

    with django_assert_num_queries(4):
        sheet_plans.standings(now=now)
