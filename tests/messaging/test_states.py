"""The two tables of a delivery's status: our own moves, and what vendors say."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.states import (
    ENDS,
    FINAL,
    HEARD,
    LEFT_OUT,
    MOVES,
    RANKS,
    WORDS,
    Status,
    after,
    check_move,
    faults,
)
from practice.states import IllegalMove

LEGAL = sorted((old, new) for old, news in MOVES.items() for new in news)
ILLEGAL = sorted(set(product(Status, repeat=2)) - set(LEGAL))
# What a vendor says of one message, in the order in which it happens.
STORIES = [
    [*before, end]
    for before in (
        ["accepted", "queued", "sending", "sent"],
        ["queued", "sent"],
        ["queued", "sending"],
    )
    for end in ("delivered", "undelivered", "failed", "canceled", "read")
]
TOLD = [Status.DUE, Status.SENDING, Status.UNCERTAIN, Status.ACCEPTED]


def heard(old, words):
    for word in words:
        old = after(old, word)
    return old


def test_the_tables_are_sound():
    assert faults(MOVES, HEARD) == []


@pytest.mark.parametrize(
    ("moves", "said", "fault"),
    [
        ({**MOVES, Status.SENT: {Status.SENT}}, HEARD, "to itself"),
        ({**MOVES, Status.FAILED: {Status.DUE}}, HEARD, "moves leads out of failed"),
        (MOVES, {**HEARD, Status.SENT: {Status.ACCEPTED}}, "back to accepted"),
        (MOVES, {**HEARD, Status.DUE: {Status.WITHDRAWN}}, "back to withdrawn"),
        ({Status.DUE: frozenset()}, HEARD, "moves does not say"),
    ],
)
def test_an_unsound_table_says_what_is_wrong(moves, said, fault):
    assert any(fault in words for words in faults(moves, said))


@pytest.mark.parametrize(("old", "new"), LEGAL)
def test_a_move_of_the_table_is_legal(old, new):
    check_move(old.value, new.value)


@pytest.mark.parametrize(("old", "new"), ILLEGAL)
def test_every_other_move_is_refused(old, new):
    with pytest.raises(IllegalMove):
        check_move(old.value, new.value)


def test_a_refusal_says_it_in_the_words_of_the_screen():
    with pytest.raises(IllegalMove, match="“Delivered” does not become “Waits”"):
        check_move("delivered", "due")
    with pytest.raises(IllegalMove, match="already is “Waits”"):
        check_move("due", "due")


def test_every_status_can_be_reached():
    ways = [
        (old, new) for table in (MOVES, HEARD) for old, n in table.items() for new in n
    ]
    reached = {Status.DUE}
    for _round in Status:
        reached |= {new for old, new in ways if old in reached}

    assert reached == set(Status)


def test_only_what_did_not_leave_becomes_due_again():
    backward = {old for old, news in MOVES.items() if Status.DUE in news}

    assert backward == {Status.SENDING, Status.UNCERTAIN}


@pytest.mark.parametrize("old", sorted(FINAL))
def test_nothing_leads_out_of_an_end(old):
    assert not MOVES[old]
    assert not HEARD[old]
    assert {after(old, word) for word in [*WORDS, "new word"]} == {old}


def test_no_vendor_says_why_we_left_something_out():
    assert not {new for news in HEARD.values() for new in news} & LEFT_OUT


def test_a_word_nobody_knows_changes_nothing():
    assert after("sent", "partially_read") == Status.SENT


@pytest.mark.parametrize("story", [story for story in STORIES if len(story) == 3])
def test_every_order_of_a_story_ends_alike(story):
    ends = {heard("sending", order) for order in permutations(story)}

    assert ends == {WORDS[story[-1]]}


@given(st.data(), st.sampled_from(STORIES), st.sampled_from(TOLD))
def test_shuffled_doubled_and_lost_words_end_where_the_story_ends(data, story, old):
    doubled = data.draw(st.lists(st.sampled_from(story), max_size=8))
    lost = data.draw(st.sets(st.sampled_from(story[:-1])))
    kept = [word for word in story if word not in lost]
    told = data.draw(st.permutations([*kept, *doubled]))

    assert heard(old, told) == WORDS[story[-1]]


@given(st.lists(st.sampled_from([*WORDS, "?"])), st.sampled_from(list(Status)))
def test_words_never_lead_backwards(told, old):
    ranks = [RANKS.get(old, 0)]
    for word in told:
        old = after(old, word)
        ranks.append(RANKS.get(old, 0))

    assert ranks == sorted(ranks)
    assert ranks[-1] < RANKS[Status.DELIVERED] or old in ENDS
