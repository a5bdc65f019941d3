"""Hours that are safe by two answers."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.safe_hours import in_both

STRETCH = st.tuples(st.times(), st.times()).map(
    lambda two: tuple(one.replace(second=0, microsecond=0) for one in two)
)
HOURS = STRETCH.filter(lambda two: two[0] != two[1])


def is_within(moment, hours):
    starts, ends = hours
    if starts < ends:
        return starts <= moment < ends
    return moment >= starts or moment < ends


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((18, 20), (8, 19), (18, 19)),
        ((20, 23), (22, 6), (22, 23)),
        ((22, 6), (23, 5), (23, 5)),
        ((8, 10), (18, 20), None),
        ((8, 10), (10, 12), None),
        ((20, 10), (9, 23), (20, 23)),
    ],
)
def test_what_is_safe_by_both(one, other, both):
    one, other = (tuple(map(time, hours)) for hours in (one, other))

    assert in_both(one, other) == (both and tuple(map(time, both)))


@given(HOURS, HOURS, st.times())
def test_nothing_is_safe_that_either_does_not_call_safe(one, other, moment):
    both = in_both(one, other)

    is_safe = both is not None and is_within(moment, both)
    is_by_both = is_within(moment, one) and is_within(moment, other)
    assert is_by_both or not is_safe
    assert both is not None or not is_by_both
