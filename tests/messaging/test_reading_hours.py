"""When texts are read, in few characters."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import reading_hours, segments
from messaging.reading_hours import MOST

WORKDAYS = range(5)


def week(days=WORKDAYS, opens=time(9), closes=time(17)):
    return [(day, opens, closes) for day in days]


def short(spans, language="en"):
    return reading_hours.short(spans, language=language)


@pytest.mark.parametrize(
    ("spans", "english", "spanish"),
    [
        (week(), "Mon-Fri 9-5", "lun-vie 9-17"),
        (week(opens=time(8, 30), closes=time(17, 30)), "Mon-Fri 8:30-5:30", None),
        (week(range(7)), "Mon-Sun 9-5", "lun-dom 9-17"),
        (week(range(6)), "Mon-Sat 9-5", "L-S 9-17"),
        (week([2]), "Wed 9-5", "mié 9-17"),
        (week([0, 2]), "Mon 9-5, Wed 9-5", "lun 9-17, mié 9-17"),
        (week([0, 1, 4]), "Mon-Tue 9-5, Fri 9-5", None),
    ],
)
def test_a_plain_week_is_said_as_it_is(spans, english, spanish):
    assert short(spans) == english
    assert spanish is None or short(spans, "es") == spanish


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (time(9), time(17), "9-5"),
        (time(7), time(20), "7 AM-8 PM"),
        (time(8), time(12), "8-12 PM"),
        (time(8), time(11), "8-11 AM"),
        (time(12), time(20), "12-8 PM"),
        (time(13), time(17, 30), "1-5:30 PM"),
        (time(9), time(21), "9 AM-9 PM"),
    ],
)
def test_no_time_can_be_taken_for_another(opens, closes, words):
    assert short(week([0], opens, closes)) == f"Mon {words}"


def test_a_lunch_break_is_not_told():
    morning, afternoon = week(closes=time(12)), week(opens=time(13))

    assert short([*morning, *afternoon]) == "Mon-Fri 9-5"


def test_where_a_week_does_not_fit_its_common_hours_are_said():
    friday = week([4], opens=time(10), closes=time(15))

    assert short([*week(range(4), opens=time(8)), *friday]) == "Mon-Fri 10-3"


def test_where_nothing_is_common_the_days_are_said():
    days = [*week(range(4), closes=time(12)), *week([4], opens=time(13))]

    assert short(days) == "Mon-Fri"


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_hours_general_words_are_said(language):
    assert short([], language) == reading_hours.UNKNOWN[language]


def test_other_languages_are_written_in_english():
    assert short(week(), "vi") == "Mon-Fri 9-5"


HOURS = st.integers(0, 23).flatmap(
    lambda start: st.tuples(
        st.integers(0, 6), st.just(time(start)), st.just(time(start, 45))
    )
)


@given(st.lists(HOURS, max_size=8), st.sampled_from(["en", "es"]))
def test_whatever_the_week_it_is_short_and_makes_no_text_dearer(spans, language):
    words = short(spans, language)

    assert 0 < len(words) <= MOST
    assert not segments.measure(words).outside
