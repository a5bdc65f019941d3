"""What is different between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from messaging.word_changes import Sign, between

TEXTS = st.lists(st.sampled_from(["come", "on", "{day}", "\n", "please."])).map(
    " ".join
)


def test_words_that_went_and_came_are_told_apart():
    found = [(one.sign, one.words) for one in between("come on {day}.", "come {day}.")]

    assert found == [
        (Sign.SAME, "come "),
        (Sign.REMOVED, "on "),
        (Sign.SAME, "{day}."),
    ]


@given(TEXTS)
def test_the_same_text_has_no_changes(text):
    assert between(text, text) == []


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_changes(old, new):
    pieces = between(old, new)

    if old != new:
        assert "".join(p.words for p in pieces if p.sign != Sign.ADDED) == old
        assert "".join(p.words for p in pieces if p.sign != Sign.REMOVED) == new
