"""The moves of a campaign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.campaign_states import (
    BEGUN,
    MOVES,
    NOT_BEGUN,
    OVER,
    CampaignState,
    check_move,
    faults,
    ways,
)
from practice.states import IllegalMove

STATES = st.sampled_from(sorted(CampaignState))


@given(STATES, STATES)
def test_only_the_moves_of_the_table_are_made(old, new):
    if (old, new) in ways():
        check_move(old, new)
    else:
        with pytest.raises(IllegalMove):
            check_move(old, new)


@given(st.lists(STATES, min_size=1, max_size=8))
def test_nothing_is_sent_that_waits_and_nothing_begins_twice(path):
    """Along any way through the table."""
    at, begun, over = CampaignState.DRAFT, False, False
    for new in path:
        if new not in MOVES[at]:
            continue
        assert not over
        assert not (at == CampaignState.WAITING and new in BEGUN)
        assert not (begun and new in NOT_BEGUN)
        begun, over, at = begun or new in BEGUN, new in OVER, new


@pytest.mark.parametrize("missing", sorted(set(CampaignState) - OVER))
def test_a_table_that_does_not_let_everything_be_stopped_is_wrong(missing):
    wrong = {**MOVES, missing: MOVES[missing] - {CampaignState.STOPPED}}

    assert f"{missing} cannot be stopped" in faults(wrong)


def test_a_table_that_leads_back_is_wrong():
    back = MOVES[CampaignState.RUNNING] | {CampaignState.DRAFT}

    assert faults({**MOVES, CampaignState.RUNNING: back})
    assert not faults(MOVES)
