"""The slot search, against the same rule said in the plainest way."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduling.slots import (
    Fit,
    Rooms,
    Slot,
    Why,
    Window,
    free,
    in_rooms,
    is_free,
    merged,
    why_none,
)

HOUR = 60
DAY = Window(9 * HOUR, 17 * HOUR, clinician=1, place=1)


def spans(most: int = 600) -> st.SearchStrategy[tuple[int, int]]:
    ends = st.tuples(st.integers(0, most), st.integers(1, 120))
    return ends.map(lambda pair: (pair[0], pair[0] + pair[1]))


def fits() -> st.SearchStrategy[Fit]:
    few = st.sampled_from([0, 5, 10])
    steps = st.sampled_from([5, 7, 15, 60])
    return st.builds(Fit, st.integers(1, 90), few, few, steps)


def windows() -> st.SearchStrategy[list[Window]]:
    one = st.builds(
        lambda span, who, first, last: Window(span[0], span[1], who, 1, first, last),
        spans(),
        st.integers(1, 2),
        st.integers(0, 300),
        st.integers(200, 900),
    )
    return st.lists(one, max_size=4)


def plainly(found: list[Window], busy: dict[int, list[tuple[int, int]]], fit: Fit):
    """Every minute of every window looked at by itself."""
    for window in found:
        for begins in range(window.starts, window.ends - fit.whole + 1, fit.step):
            at, ends = begins + fit.before, begins + fit.whole
            clashes = [one for one in busy.get(window.clinician, ()) if one[0] < ends]
            if any(one[1] > begins for one in clashes):
                continue
            if window.first <= at < window.last:
                yield Slot(at, window.clinician, window.place)


@given(windows(), st.lists(spans(), max_size=8), fits())
def test_the_search_finds_what_looking_at_each_step_finds(found, taken, fit):
    busy = {1: taken, 2: taken[:2]}

    slots = free(found, busy, fit)

    assert slots == sorted(plainly(found, busy, fit))


def test_buffers_are_time_of_the_clinician():
    fit = Fit(length=50, after=10, before=5, step=5)

    slots = free([DAY], {1: [(10 * HOUR, 11 * HOUR)]}, fit)

    # With its buffers it takes 65 minutes: none fits before ten.
    assert slots[0] == Slot(11 * HOUR + 5, 1, 1)


def test_visits_that_touch_do_not_overlap():
    slots = free([DAY], {1: [(9 * HOUR, 10 * HOUR), (11 * HOUR, 17 * HOUR)]}, Fit(60))

    assert slots == [Slot(10 * HOUR, 1, 1)]


def test_after_a_visit_the_next_step_counts_from_the_start_of_the_hours():
    slots = free([DAY], {1: [(9 * HOUR, 9 * HOUR + 50)]}, Fit(50, step=30))

    assert slots[0].starts == 10 * HOUR


def test_one_clinicians_visit_leaves_the_others_free():
    other = DAY._replace(clinician=2)

    slots = free([DAY, other], {1: [(0, 24 * HOUR)]}, Fit(60, step=60))

    assert {slot.clinician for slot in slots} == {2}
    assert len(slots) == 8


def test_a_room_is_taken_once():
    slots = free([DAY, DAY._replace(clinician=2)], {}, Fit(60, step=60))
    rooms = Rooms({1: [7]}, {7: [(9 * HOUR, 16 * HOUR)]})

    found = in_rooms(slots, rooms, Fit(60))

    assert found == [Slot(16 * HOUR, 1, 1, 7), Slot(16 * HOUR, 2, 1, 7)]


def test_where_no_room_must_be_none_is_lost_and_each_has_its_room():
    slots = free([DAY], {}, Fit(60, step=60))
    rooms = Rooms({1: [7]}, {7: [(9 * HOUR, 16 * HOUR)]})

    found = in_rooms(slots, rooms, Fit(60), must=False)

    assert [slot[:3] for slot in found] == [slot[:3] for slot in slots]
    assert [slot.room for slot in found] == [None] * 7 + [7]


def test_the_first_free_room_is_the_one():
    rooms = Rooms({1: [7, 8]}, {7: [(0, 10 * HOUR)]})

    found = in_rooms([Slot(9 * HOUR, 1, 1), Slot(10 * HOUR, 1, 1)], rooms, Fit(60))

    assert [slot.room for slot in found] == [8, 7]


@given(st.lists(spans()), spans())
def test_a_stretch_is_free_where_nothing_lies_in_it(taken, wish):
    begins, ends = wish

    answer = is_free(merged(taken), begins, ends)

    assert answer == all(end <= begins or start >= ends for start, end in taken)


@given(st.lists(spans()))
def test_merging_keeps_every_minute_and_no_more(taken):
    minutes = {minute for start, end in taken for minute in range(start, end)}

    found = merged(taken)

    assert {minute for start, end in found for minute in range(start, end)} == minutes
    assert all(one[1] < after[0] for one, after in pairwise(found))


def test_without_hours_it_says_so():
    assert why_none([], {}, Fit(60), earliest=0) is Why.NO_HOURS


def test_within_the_notice_it_says_so():
    assert why_none([DAY], {}, Fit(60), earliest=20 * HOUR) is Why.TOO_SOON


def test_a_full_day_is_all_taken():
    busy = {1: [(9 * HOUR, 13 * HOUR), (13 * HOUR, 17 * HOUR)]}

    assert why_none([DAY], busy, Fit(60), earliest=0) is Why.ALL_TAKEN


def test_a_day_of_short_gaps_has_no_gap_long_enough():
    busy = {1: [(at * HOUR, at * HOUR + 30) for at in range(9, 17)]}

    assert why_none([DAY], busy, Fit(60), earliest=0) is Why.NO_GAP


def test_free_time_that_was_not_offered_lacked_a_room():
    assert why_none([DAY], {}, Fit(60), earliest=0) is Why.NO_ROOM
