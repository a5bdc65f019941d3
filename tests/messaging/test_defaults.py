"""The texts that come with the house: they pass the linter and fit one segment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from consent.states import Channel
from messaging import segments, variables
from messaging.defaults import DEFAULTS
from messaging.linting import Draft, lint
from messaging.occasions import NEEDS, Occasion

EASTERN = "America/New_York"
TEXTS = [key for key in DEFAULTS if NEEDS[key[0]].channel is Channel.TEXT]
SATURDAY = datetime(2026, 9, 26, 14, 30, tzinfo=UTC)


def sent(key, **differing):
    text = DEFAULTS[key].text
    values = variables.longest(key[1]) | differing
    return segments.measure(segments.folded(variables.render(text, values)))


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("language", variables.LANGUAGES)
def test_there_is_a_text_for_each_occasion_in_both_languages(occasion, language):
    assert DEFAULTS[occasion, language].text


@pytest.mark.parametrize("key", DEFAULTS)
def test_the_linter_finds_nothing_in_them(key):
    words = DEFAULTS[key]

    assert lint(Draft(words.text, *key, words.subject)) == []


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_is_one_segment_with_the_longest_values(key):
    size = sent(key)

    assert (size.segments, size.outside) == (1, "")


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("ahead", range(7))
def test_each_text_is_one_segment_on_each_day_of_the_week(key, ahead):
    at = SATURDAY + timedelta(ahead)
    day = variables.of_visit(at, EASTERN, language=key[1])

    assert sent(key, **day).segments == 1


@pytest.mark.parametrize("key", DEFAULTS)
def test_both_languages_say_the_same(key):
    occasion, _language = key
    named = {
        language: set(variables.names_in(DEFAULTS[occasion, language].text))
        for language in variables.LANGUAGES
    }

    assert named["en"] - named["es"] <= {"phone"}
    assert named["es"] <= named["en"]


@pytest.mark.parametrize("key", DEFAULTS)
def test_no_default_names_anybody(key):
    words = DEFAULTS[key]
    greets = {Occasion.WEEK_BEFORE, Occasion.CALLED_OFF_MAIL}

    assert key[0] in greets or "{greeting}" not in words.text
    assert "{greeting}" not in words.subject


@pytest.mark.parametrize("language", variables.LANGUAGES)
def test_a_call_says_nothing_of_a_visit_before_a_key_is_pressed(language):
    for occasion in (Occasion.CALL_OPENING, Occasion.VOICEMAIL):
        named = variables.names_in(DEFAULTS[occasion, language].text)
        assert set(named) <= {"practice", "phone"}
