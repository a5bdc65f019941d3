"""Where cards lie: rows, hours, side by side."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import diary_layout
from scheduling.diary_layout import LEAST, Lane

SPANS = st.lists(
    st.tuples(st.integers(0, 280), st.integers(1, 60)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    ),
    max_size=25,
)


@pytest.mark.parametrize(
    ("taken", "room"),
    [
        ([], (10, 30)),
        ([(10, 14)], (14, 30)),
        ([(12, 14), (8, 10)], (14, 30)),
        ([(16, 40)], (10, 16)),
        ([(0, 11), (13, 40)], None),
        ([(0, 60)], None),
    ],
)
def test_a_word_stands_in_the_first_rows_that_hold_it(taken, room):
    assert diary_layout.gap((10, 30), taken) == room


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


@given(SPANS)
def test_no_two_cards_cover_each_other(rows):
    found = diary_layout.lanes(rows)

    for one, other in combinations(range(len(rows)), 2):
        if overlap(rows[one], rows[other]):
            assert found[one].number != found[other].number
            assert found[one].of == found[other].of


@given(SPANS)
def test_a_card_that_nothing_overlaps_has_the_whole_column(rows):
    found = diary_layout.lanes(rows)

    for number, span in enumerate(rows):
        others = rows[:number] + rows[number + 1 :]
        if not any(overlap(span, other) for other in others):
            assert found[number] == Lane(0, 1)


@given(st.integers(0, 1400), st.integers(1, 300), st.integers(0, 300))
def test_neighbours_stay_neighbours(start, first, second):
    before = diary_layout.rows_of((start, start + first))
    after = diary_layout.rows_of((start + first, start + first + second))

    assert before[1] - before[0] >= LEAST
    assert before[1] == after[0] or before[1] - before[0] == LEAST


@given(SPANS, SPANS)
def test_a_visit_is_never_hidden_by_the_hours_shown(hours, visits):
    first, last = diary_layout.hours_shown(hours, visits, 1440)

    assert first % 60 == 0
    assert all(first <= start and end <= last for start, end in hours + visits)


def test_without_hours_and_visits_the_usual_day_is_shown():
    assert diary_layout.hours_shown([], [], 1440) == (8 * 60, 18 * 60)
