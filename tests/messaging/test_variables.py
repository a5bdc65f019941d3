"""What templates may name, and how days and times are written in texts."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.states import Channel
from messaging import variables
from messaging.variables import (
    LANGUAGES,
    VARIABLES,
    BracesOpen,
    MissingValue,
    UnknownVariable,
    choices,
    examples,
    greeting,
    of_visit,
    render,
)
from practice.models import Location

EASTERN, ARIZONA = "America/New_York", "America/Phoenix"
MORNING = datetime(2026, 3, 3, 14, tzinfo=UTC)
LATER = datetime(2026, 3, 5, 19, 30, tzinfo=UTC)


def test_values_are_put_in():
    said = render("{practice}: {day}, {time}.", examples("en"))

    assert said == "Maple Practice: Tue 3 March, 9:00 AM."


@pytest.mark.parametrize("name", ["first_name", "clinician", "", "Day", " day", "0"])
def test_a_name_that_is_not_on_the_list_is_refused(name):
    with pytest.raises(UnknownVariable, match=r"can name: \{practice\}, \{day\}"):
        render(f"Hello {{{name}}}", examples("en"))


@pytest.mark.parametrize("values", [{}, {"day": ""}, {"day": " \n"}])
def test_a_message_never_goes_with_a_hole_in_it(values):
    with pytest.raises(MissingValue, match=r"put in for “\{day\}”"):
        render("See you on {day}", values)


@pytest.mark.parametrize(
    "text", ["{", "}", "{day", "day}", "{{day}}", "{day}}", "{a\n}"]
)
def test_a_brace_alone_is_refused(text):
    with pytest.raises(BracesOpen):
        render(text, examples("en"))


def test_what_a_value_holds_is_not_read_again():
    assert render("{place}", {"place": "{phone} {0} %(x)s"}) == "{phone} {0} %(x)s"


def test_a_value_stays_on_its_line():
    assert render("{place}!", {"place": "First\r\n  floor"}) == "First floor!"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{time}. Adiós", "9:00 a.m. Adiós"),
        ("{time}, {day}", "9:00 a.m., martes 3 de marzo"),
        ("{time}...", "9:00 a.m...."),
        ("{day}.", "martes 3 de marzo."),
        ("{time}.", "9:00 a.m."),
    ],
)
def test_a_full_stop_is_not_doubled(text, said):
    assert render(text, examples("es")) == said


def test_a_greeting_is_empty_unless_a_name_was_asked_for():
    assert render("{greeting}you", {"greeting": greeting("", language="en")}) == "you"
    assert greeting("Paula", language="en") == "Hello Paula, "
    assert greeting("Paula", language="es") == "Hola Paula, "


@pytest.mark.parametrize(
    ("zone", "language", "day", "time"),
    [
        (EASTERN, "en", "Tue 3 March", "9:00 AM"),
        (ARIZONA, "en", "Tue 3 March", "7:00 AM"),
        ("Pacific/Kiritimati", "en", "Wed 4 March", "4:00 AM"),
        (EASTERN, "es", "martes 3 de marzo", "9:00 a.m."),
        (EASTERN, "vi", "Tue 3 March", "9:00 AM"),
    ],
)
def test_a_visit_is_told_by_the_clock_of_its_place(zone, language, day, time):
    found = of_visit(MORNING, zone, language=language)

    assert found == {"day": day, "time": time}


def test_a_time_is_told_after_the_clocks_have_changed():
    before = of_visit(datetime(2026, 3, 7, 14, tzinfo=UTC), EASTERN, language="en")
    after = of_visit(datetime(2026, 3, 8, 14, tzinfo=UTC), EASTERN, language="en")

    assert (before["time"], after["time"]) == ("9:00 AM", "10:00 AM")


def test_a_saturday_goes_without_its_weekday_in_spanish_texts_only():
    saturday = datetime(2026, 9, 26, 14, tzinfo=UTC)
    text = of_visit(saturday, EASTERN, language="es")
    mail = of_visit(saturday, EASTERN, language="es", channel=Channel.MAIL)

    assert text["day"] == "26 de septiembre"
    assert mail["day"] == "sábado 26 de septiembre"


def test_where_another_clock_may_be_meant_the_zone_is_said():
    found = of_visit(MORNING, EASTERN, language="en", zone_words="Eastern time")

    assert found["time"] == "9:00 AM Eastern time"


def test_the_language_of_the_one_who_writes_does_not_matter(settings):
    settings.LANGUAGE_CODE = "es"

    assert of_visit(MORNING, EASTERN, language="en")["day"] == "Tue 3 March"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "9:00 AM, 10:00 AM and 2:30 PM"),
        ("es", "9:00 a.m., 10:00 a.m. y 2:30 p.m."),
    ],
)
def test_several_visits_of_one_day_are_told_by_their_times(language, said):
    hours = (timedelta(0), timedelta(hours=5, minutes=30), timedelta(hours=1))
    starts = [MORNING + one for one in hours]

    assert variables.of_visits(starts, EASTERN, language=language)["times"] == said


def test_a_time_that_two_have_is_told_once():
    said = variables.of_visits([MORNING] * 2, EASTERN, language="en")

    assert said == {"day": "Tue 3 March", "times": "9:00 AM"}


def test_visits_to_choose_from_have_letters_and_no_names():
    words, letters = choices([MORNING, LATER], EASTERN, language="en")

    assert words == "A for Tue 3 March, 9:00 AM or B for Thu 5 March, 2:30 PM"
    assert words == VARIABLES["choices"].examples["en"]
    assert letters == {"A": 0, "B": 1}


def test_three_visits_are_told_in_spanish():
    third = datetime(2026, 3, 9, 13, tzinfo=UTC)
    words, letters = choices([MORNING, LATER, third], EASTERN, language="es")

    assert words.endswith(
        "B: jueves 5 de marzo, 2:30 p.m. o D: lunes 9 de marzo, 9:00 a.m."
    )
    assert list(letters) == ["A", "B", "D"]


@pytest.mark.parametrize("starts", [[], [MORNING] * 2, [MORNING] * 7])
def test_visits_that_cannot_be_told_apart_are_for_people(starts):
    with pytest.raises(ValueError, match="told apart"):
        choices(starts, EASTERN, language="en")


def test_no_letter_of_a_choice_means_something_else():
    assert not set(variables.LETTERS) & set("CRXNYS")


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_says_what_it_means_and_has_examples(name):
    one = VARIABLES[name]

    assert str(one.means)
    assert set(one.examples) == set(one.longest) == set(LANGUAGES)
    assert all(len(one.longest[to]) >= len(one.examples[to]) for to in LANGUAGES)


def test_the_longest_place_is_as_long_as_a_short_name_may_be():
    most = Location._meta.get_field("short_name").max_length

    assert len(VARIABLES["place"].longest["en"]) == most


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_day_of_a_year_is_longer_than_the_longest(language):
    days = [
        datetime(2026, month, day, 15, 30, tzinfo=UTC)
        for month in range(1, 13)
        for day in range(1, 29)
    ]
    longest = variables.longest(language)

    for at in days:
        told = of_visit(at, EASTERN, language=language)
        assert len(told["day"]) <= len(longest["day"])
        assert len(told["time"]) <= len(longest["time"])


@given(st.text(alphabet="ab{}. dy", max_size=20), st.text(max_size=10))
def test_any_text_is_rendered_or_refused_in_words(text, value):
    text = text.replace("dy", "{day}")
    said = ""
    with suppress(UnknownVariable, BracesOpen):
        said = render(text, {"day": f"x{value}"})

    assert "{day}" not in said or "{" in value
