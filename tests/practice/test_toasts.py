"""What a toast carries beside its words."""

from __future__ import annotations

import pytest

from practice.toasts import WayOn


@pytest.mark.parametrize("is_act", [True, False])
def test_a_way_on_is_read_as_it_was_written(is_act):
    way = WayOn("Move it all the same", "/calendar/place/?visit=1&next=%2F", is_act)

    assert WayOn.read(str(way)) == way


@pytest.mark.parametrize(
    "text", ["", "/visits/1/undo/x/", "act", "act /here/", "go /a b"]
)
def test_nothing_else_is_a_way_on(text):
    assert WayOn.read(text) is None
