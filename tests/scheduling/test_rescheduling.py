"""Which visit goes where when a rule changes, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.recurring import MONTHS, WEEKS, Rule
from scheduling.rescheduling import SAME_WEEK, Fates, fates_of, in_order, reach_of

TUESDAY, DAY, WEEK = date(2026, 3, 3), timedelta(days=1), timedelta(weeks=1)
FAR = 99 * WEEK


def days(*offsets):
    return [TUESDAY + n * DAY for n in offsets]


def fates(visits, new, *, gaps=(), in_place=None, reach=WEEK - DAY) -> Fates:
    """By days after the Tuesday; visits are numbered by them."""
    return fates_of(
        {n: TUESDAY + n * DAY for n in visits},
        days(*gaps),
        days(*new),
        in_place={TUESDAY + n * DAY: n for n in in_place or ()},
        reach=reach,
    )


def goes(found):
    return {(day - TUESDAY).days: pk for day, pk in found.goes.items()}


def test_each_visit_goes_to_the_day_of_its_week():
    found = fates([0, 7, 14], [2, 9, 16])

    assert goes(found) == {2: 0, 9: 7, 16: 14}


def test_every_other_visit_has_no_day_when_weekly_becomes_fortnightly():
    found = fates([0, 7, 14, 21], [0, 14], in_place=[0, 14], reach=13 * DAY)

    assert goes(found) == {0: 0, 14: 14}
    assert found.surplus == [7, 21]


def test_a_week_later_only_the_first_has_no_day():
    found = fates([0, 7, 14], [7, 14, 21], in_place=[7, 14])

    assert (goes(found), found.surplus) == ({7: 7, 14: 14}, [0])


def test_a_day_left_out_stays_left_out_on_the_new_weekday():
    found = fates([0, 14], [2, 9, 16], gaps=[7])

    assert found.left_out == set(days(9))
    assert goes(found) == {2: 0, 16: 14}


def test_a_gap_in_another_week_leaves_nothing_out():
    found = fates([0, 14], [14], gaps=[7], reach=13 * DAY)

    assert (found.left_out, goes(found)) == (frozenset(), {14: 14})


@pytest.mark.parametrize(
    ("rules", "far"),
    [
        ([Rule(WEEKS, 1, 1, TUESDAY)], 6),
        ([Rule(WEEKS, 1, 1, TUESDAY), Rule(WEEKS, 2, 1, TUESDAY)], 13),
        ([Rule(WEEKS, 1, 1, TUESDAY), Rule(MONTHS, 1, 1, TUESDAY, nth=1)], 27),
    ],
)
def test_a_visit_goes_less_far_than_a_turn(rules, far):
    assert reach_of(*rules) == far * DAY


some_days = st.sets(st.integers(0, 60), max_size=7).map(sorted)


@given(some_days, some_days, some_days)
def test_each_visit_and_each_day_has_one_fate(visits, gaps, new):
    found = fates(visits, new, gaps=gaps)

    assert sorted([*found.goes.values(), *found.surplus]) == visits
    assert not found.left_out & set(found.goes)
    assert {*found.left_out, *found.goes} <= set(days(*new))


@given(some_days, some_days, some_days)
def test_a_day_is_left_out_only_near_to_one_that_was(visits, gaps, new):
    found = fates(visits, new, gaps=gaps)

    assert len(found.left_out) <= len(gaps)
    assert all(
        any(abs(day - gap) <= SAME_WEEK for gap in days(*gaps))
        for day in found.left_out
    )


@given(some_days, some_days)
def test_what_is_in_place_stays_whatever_else_moves(visits, new):
    both = sorted({*visits} & {*new})

    found = fates(visits, new, in_place=both)

    assert {n: n for n in both}.items() <= goes(found).items()


@given(some_days, some_days)
def test_no_visit_passes_another_or_goes_too_far(visits, new):
    pairs = in_order(days(*visits), days(*new), reach=WEEK)

    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
    assert all(abs(visits[here] - new[there]) <= 7 for here, there in pairs)


@given(some_days.map(lambda s: s[:5]), some_days.map(lambda s: s[:5]))
def test_as_many_go_as_can_and_no_way_is_shorter_in_all(visits, new):
    found = in_order(days(*visits), days(*new), reach=10 * DAY)

    assert score(found, visits, new) == max(
        score(list(zip(here, there, strict=True)), visits, new)
        for number in range(min(len(visits), len(new)) + 1)
        for here in combinations(range(len(visits)), number)
        for there in combinations(range(len(new)), number)
        if all(abs(visits[a] - new[b]) <= 10 for a, b in zip(here, there, strict=True))
    )


def score(pairs, visits, new):
    return len(pairs), -sum(abs(visits[a] - new[b]) for a, b in pairs)
