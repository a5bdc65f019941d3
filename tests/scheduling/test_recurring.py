"""On which days a series means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.recurring import MONTHS, WEEKS, Rule

TUESDAY = date(2026, 3, 3)
FAR = date(2026, 12, 31)


def days(rule, until=FAR):
    return list(rule.days(until=until))


def test_every_other_week():
    rule = Rule(WEEKS, 2, weekday=1, starts_on=TUESDAY, count=3)

    assert days(rule) == [TUESDAY, date(2026, 3, 17), date(2026, 3, 31)]


@pytest.mark.parametrize(
    ("nth", "first", "second"),
    [
        (3, date(2026, 3, 17), date(2026, 4, 21)),
        (-1, date(2026, 3, 31), date(2026, 4, 28)),
    ],
)
def test_the_nth_weekday_of_a_month(nth, first, second):
    rule = Rule(MONTHS, 1, weekday=1, starts_on=TUESDAY, nth=nth, count=2)

    assert days(rule) == [first, second]


def test_an_open_series_goes_on_as_far_as_one_looks():
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY)

    assert days(rule, until=date(2026, 3, 24))[-1] == date(2026, 3, 24)


def test_the_last_day_counts():
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, ends_on=date(2026, 3, 10))

    assert days(rule) == [TUESDAY, date(2026, 3, 10)]


@given(
    st.integers(1, 8), st.integers(0, 6), st.dates(date(2025, 1, 1), date(2027, 1, 1))
)
def test_weeks_keep_their_weekday_and_their_distance(every, weekday, starts_on):
    rule = Rule(WEEKS, every, weekday=weekday, starts_on=starts_on, count=6)

    found = list(rule.days(until=date(2030, 1, 1)))

    assert {one.weekday() for one in found} == {weekday}
    apart = {after - one for one, after in pairwise(found)}
    assert apart == {timedelta(weeks=every)}
    assert found[0] >= starts_on


@pytest.mark.parametrize(
    ("end", "last"),
    [({"count": 3}, 14), ({"ends_on": TUESDAY + timedelta(days=20)}, 14)],
)
def test_a_rule_with_an_end_does_not_go_on_after_it(end, last):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, **end)

    over = TUESDAY + timedelta(days=last)
    assert not rule.goes_on_after(over)
    assert rule.goes_on_after(over - timedelta(days=1))
    assert replace(rule, count=None, ends_on=None).goes_on_after(FAR)
