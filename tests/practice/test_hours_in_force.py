"""Weekly hours that hold for a time."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import duty
from practice.hours_in_force import ALWAYS, Period, plans, weekly_rows
from practice.models import DutyHours
from tests.cast import FOUNDER

FIRST = date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=number) for number in range(12)]
MORNING, EVENING = (0, time(9), time(12)), (0, time(17), time(20))
ends = st.none() | st.sampled_from(DAYS)
periods = st.builds(Period, ends, ends).filter(
    lambda one: one.first is None or one.last is None or one.first <= one.last
)


def covered(period):
    return {day for day in DAYS if period.meets(Period(day, day))}


@given(periods, periods)
def test_what_is_left_of_a_time_is_all_that_the_other_does_not_take(one, other):
    rest = one.without(other) if one.meets(other) else [one]

    left = [covered(period) for period in rest]
    assert set().union(*left) == covered(one) - covered(other)
    assert sum(map(len, left)) == len(set().union(*left))


@given(periods, periods)
def test_a_time_covers_another_if_nothing_of_it_is_left(one, other):
    assert one.covers(other) == (one.meets(other) and not other.without(one))


def set_hours(clinician, location, spans, time=ALWAYS):
    duty.set_duty_hours(
        staff=clinician, location=location, spans=spans, time=time, by=FOUNDER
    )


def weeks(clinician, today=FIRST):
    return [
        (one.first, one.spans) for one in plans(weekly_rows(clinician), today=today)
    ]


def test_other_hours_for_a_time_come_and_go(clinician, location):
    set_hours(clinician, location, [MORNING])

    set_hours(clinician, location, [EVENING], Period(DAYS[3], DAYS[8]))

    assert weeks(clinician) == [
        (FIRST, [MORNING]),
        (DAYS[3], [EVENING]),
        (DAYS[9], [MORNING]),
    ]


def test_hours_from_a_day_on_leave_those_of_before(clinician, location):
    set_hours(clinician, location, [MORNING])

    set_hours(clinician, location, [EVENING], Period(DAYS[5]))
    set_hours(clinician, location, [], Period(DAYS[8]))

    assert weeks(clinician) == [
        (FIRST, [MORNING]),
        (DAYS[5], [EVENING]),
        (DAYS[8], []),
    ]


def test_hours_for_ever_end_all_that_was_planned(clinician, location):
    set_hours(clinician, location, [MORNING], Period(DAYS[5], DAYS[8]))

    set_hours(clinician, location, [EVENING])

    assert weeks(clinician) == [(FIRST, [EVENING])]


def test_what_stays_the_same_is_not_written_again(clinician, location):
    tuesday = (1, time(9), time(12))
    set_hours(clinician, location, [MORNING, tuesday])

    set_hours(clinician, location, [EVENING, tuesday], Period(DAYS[5]))

    assert DutyHours.objects.filter(weekday=1).count() == 1
    assert weeks(clinician)[1] == (DAYS[5], [EVENING, tuesday])


def test_at_two_places_at_different_times_is_no_overlap(
    clinician, location, far_location
):
    set_hours(clinician, location, [MORNING], Period(None, DAYS[4]))

    set_hours(clinician, far_location, [MORNING], Period(DAYS[5]))

    assert DutyHours.objects.filter(is_current=True).count() == 2


def test_at_two_places_at_one_time_is_refused(clinician, location, far_location):
    set_hours(clinician, location, [(0, time(9), time(17))], Period(None, DAYS[5]))

    with pytest.raises(duty.OverlappingHours):
        set_hours(clinician, far_location, [MORNING], Period(DAYS[5]))
