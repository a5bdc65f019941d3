"""How a text will look, and what it costs."""

from __future__ import annotations

import pytest

from messaging import previews, segments, wordings
from messaging.linting import Draft
from messaging.occasions import Occasion
from tests.cast import MONDAY
from tests.messaging.worded import FIRST, REFUSED

pytestmark = pytest.mark.django_db


def of(text, occasion=Occasion.BOOKED, language="en", **differing):
    draft = Draft(text, occasion, language, **differing)
    return previews.of(draft, wordings.load(now=MONDAY))


def test_a_text_is_shown_as_usual_and_at_its_longest(location):
    usual, longest = of(FIRST).bubbles

    assert usual.body.startswith("Linden Street Practice: see you on Tue 3 March")
    assert "Wed 30 September" in longest.body
    assert not longest.is_dear


def test_what_is_always_the_same_is_shown_once(location):
    assert len(of("{practice}: come in.", Occasion.COME_IN).bubbles) == 1


def test_what_is_refused_stands_apart_from_what_is_warned_of(location):
    seen = of(REFUSED + " á")

    assert any("kind of care" in words for words in seen.refused)
    assert any("alphabet" in words for words in seen.warned)


@pytest.mark.parametrize("text", ["{", "{nonsense}", "{link}{choices}}"])
def test_what_cannot_be_filled_in_is_said_and_not_shown(location, text):
    seen = of(text)

    assert seen.bubbles == []
    assert seen.refused


def test_an_e_mail_is_not_paid_by_its_length(location):
    [bubble, _longest] = of(
        "{practice}: {day}, {time}", Occasion.WEEK_BEFORE, subject="On {day}"
    ).bubbles

    assert (bubble.subject, bubble.cost) == ("On Tue 3 March", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "1 character: one text, room for 159 more"),
        ("x" * 161, "161 characters: sent and paid for as 2 texts"),
        ("á" * 71, "71 characters: sent and paid for as 2 texts, by “á”"),
    ],
)
def test_the_cost_is_said_in_words(text, words):
    assert previews.cost(segments.measure(text)) == words


def test_the_names_are_those_that_are_known_then():
    names = [name for name, _means in previews.names(Occasion.COME_IN)]

    assert "phone" in names
    assert "day" not in names
