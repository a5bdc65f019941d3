"""Who may lift a stop."""

from __future__ import annotations

import pytest

from consent.states import LIFTS, STOPS, Channel, Source, staff_may_lift


def test_every_channel_has_a_way_back():
    assert LIFTS.keys() == set(Channel)
    assert set(Source) - STOPS == frozenset().union(*LIFTS.values())


@pytest.mark.parametrize("source", STOPS)
def test_staff_never_lift_a_stop_of_texts(source):
    assert not staff_may_lift(Channel.TEXT, source)


@pytest.mark.parametrize("source", STOPS)
@pytest.mark.parametrize("channel", [Channel.CALL, Channel.MAIL])
def test_staff_lift_what_was_told_to_staff(channel, source):
    assert staff_may_lift(channel, source) is (source == Source.SPOKEN)
