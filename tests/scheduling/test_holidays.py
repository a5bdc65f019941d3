"""Public holidays as suggestions."""

from __future__ import annotations

from datetime import date

import pytest

from practice import locations
from practice.jurisdictions import STATES
from practice.models import Location
from scheduling import holidays
from tests.cast import FOUNDER, MONDAY

TODAY = date(2026, 3, 2)


def on(found, day):
    return next(one for one in found if one.on == day)


@pytest.mark.parametrize("state", ["", *STATES])
def test_every_state_is_known_to_the_library(state):
    assert date(2027, 11, 25) in holidays.of_state(state, 2027)


def test_a_state_has_holidays_of_its_own():
    pulaski = date(2027, 3, 1)

    assert pulaski in holidays.of_state("IL", 2027)
    assert pulaski not in holidays.of_state("", 2027)


def test_a_holiday_on_a_weekend_is_a_day_off_on_another_day():
    found = holidays.of_state("", 2027)

    assert found[date(2027, 7, 5)] == "Independence Day"
    assert date(2027, 7, 4) not in found


def test_places_share_a_line_for_a_day(location, far_location):
    locations.change(location=location, state="IL", by=FOUNDER, now=MONDAY)
    locations.change(location=far_location, state="AZ", by=FOUNDER, now=MONDAY)
    places = list(Location.objects.order_by("pk"))

    found = holidays.of_places(places, 2027, today=TODAY)

    assert on(found, date(2027, 1, 18)).places == places
    assert on(found, date(2027, 3, 1)).places == places[:1]
    assert len({one.on for one in found}) == len(found)


def test_what_is_closed_is_known(location, far_location):
    day = date(2026, 5, 25)
    days = {"starts_on": day, "ends_on": day, "reason": "Memorial Day", "by": FOUNDER}
    locations.close_for(location=location, **days)

    found = holidays.of_places([location, far_location], 2026, today=TODAY)

    assert on(found, day).shut == [location]
    assert on(found, day).open_places == [far_location]


def test_what_is_over_is_not_suggested(location):
    found = holidays.of_places([location], 2026, today=TODAY)

    assert min(one.on for one in found) >= TODAY
