"""One slip of the hand, or the same sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.spelling import is_near, keys, slips, sound

WORDS = st.text(alphabet="abcdeghiknrstw", min_size=3, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(
            ("garcia", "garica"),
            ("smith", "smiht"),
            ("jon", "john"),
            ("lopez", "lopes"),
        ),
        *(("catherine", "kathryn"), ("stephen", "steven"), ("meyer", "maier")),
        *(("phillip", "filip"), ("geoffrey", "jeffrey"), ("shawn", "sean")),
        *(("schmidt", "schmitt"), ("hernandez", "ernandez"), ("yusuf", "yousef")),
    ],
)
def test_near(one, other):
    assert is_near(one, other)
    assert is_near(other, one)
    assert set(keys(one)) & set(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("li", "lu"),
        ("maria", "marta-lu"),
        ("anna", "otto"),
        ("garcia", "gomez"),
        ("", "a"),
    ],
)
def test_not_near(one, other):
    assert not is_near(one, other)


@given(WORDS, st.data())
def test_whatever_slips_once_shares_a_key(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            ]
        )
    )

    assert slips(word, slipped) <= 1
    if len(slipped) >= 3:
        assert is_near(word, slipped)
        assert set(keys(word)) & set(keys(slipped))


@given(st.text(min_size=0, max_size=20), st.text(min_size=0, max_size=20))
def test_any_two_words_are_compared_the_same_way_round(one, other):
    assert is_near(one, other) == is_near(other, one)
    assert isinstance(sound(one), str)
