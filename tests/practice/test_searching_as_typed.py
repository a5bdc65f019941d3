"""Finding people whose names others divide otherwise, and what is asked at most."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from practice import findable, merging, names
from practice.searching import MOST_WORDS, find_people, namesakes
from tests import cast

NAME_WORDS = st.text("abcdefgh", min_size=2, max_size=6)


@pytest.fixture
def make(location):
    """Somebody with these names: `make("Maria", "De La Cruz")`."""

    def register(given_name, family_name):
        return cast.make_patient(
            at=location, given_name=given_name, family_name=family_name
        )

    return register


@pytest.fixture
def find(front_desk):
    """The ids of whom the front desk finds."""

    def search(query):
        found = find_people(query, staff=front_desk, now=cast.MONDAY)
        return [person.patient_id for person in found]

    return search


SPLIT = [
    ("Maria", "De La Cruz", ["delacruz", "dela cruz", "de lacruz", "maria delacruz"]),
    ("Ann", "Van Dyke", ["vandyke", "van dyke", "vandike"]),
    ("Ian", "MacDonald", ["mac donald", "ian mac donald", "macdonald"]),
    ("Mary Ann", "Lee", ["maryann", "maryann lee", "lee maryann"]),
    ("Rosa", "Delacruz", ["de la cruz", "rosa de la cruz"]),
    ("Maryann", "Oh", ["mary ann oh"]),
]


@pytest.mark.parametrize(("given_name", "family", "queries"), SPLIT)
def test_a_name_is_found_however_its_words_are_divided(
    make, find, given_name, family, queries
):
    person = make(given_name, family)
    make("Other", "Person")
    findable.learn_all()

    assert [find(query) for query in queries] == [[person.pk]] * len(queries)


@given(words=st.lists(NAME_WORDS, min_size=1, max_size=5), cut=st.data())
def test_joining_any_neighbours_of_a_name_or_a_query_is_one_of_its_words(words, cut):
    start = cut.draw(st.integers(0, len(words) - 1))
    end = min(len(words), start + cut.draw(st.integers(2, 3)))
    other = [*words[:start], "".join(words[start:end]), *words[end:]]

    assert other in [list(some) for some in names.wordings(words)] or end - start < 2
    known = names.search_words(given=" ".join(words), family="", preferred="")
    assert set(other) <= set(known)


def test_many_words_are_asked_for_once_and_not_without_end(patient, find):
    letters = " ".join("paulience" * 6)
    with CaptureQueriesContext(connection) as asked:
        find(letters)

    longest = max((query["sql"] for query in asked), key=len)
    assert longest.count('FROM "practice_nameword"') <= 2 * MOST_WORDS
    assert find("paula paula paula patience paula") == [patient.pk]


def test_every_word_has_to_fit(patient, find):
    assert find("paula other") == []


def test_a_word_fits_the_beginning_of_a_name_only(patient, find):
    assert find("ience") == []


# Namesakes --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (("José", "García Ruiz"), True),
        (("JOSE", "Garcia-Ruiz"), True),
        (("Jose", "Garcia"), False),
        (("Ruiz", "Jose Garcia"), False),
        (("Ana", "García Ruiz"), False),
    ],
)
def test_a_namesake_has_the_same_whole_name_whatever_the_accents(make, other, is_one):
    chart = make("Jose", "Garcia Ruiz")
    make(*other)

    assert namesakes([chart]) == ({chart.pk} if is_one else set())


def test_a_merged_chart_is_no_namesake(make):
    chart, twin = make("Ana", "Lee"), make("Ana", "Lee")
    assert namesakes([chart, twin]) == {chart.pk, twin.pk}

    merging.merge(duplicate=twin, into=chart, by=cast.FOUNDER, now=cast.MONDAY)

    assert namesakes([chart]) == set()


def test_namesakes_of_many_are_asked_for_at_once(make):
    charts = [make("Ana", f"Lee {number}") for number in range(12)]

    with CaptureQueriesContext(connection) as asked:
        namesakes(charts)

    assert len(asked) == 1


@pytest.mark.parametrize("page", ["list", "chart", "search"])
def test_whoever_has_a_namesake_is_shown_with_a_badge(make, front_desk, page):
    desk, chart = cast.sign_in(front_desk), make("Ana", "Lee")
    pages = {
        "list": lambda: desk.get("/patients/"),
        "chart": lambda: desk.get(f"/patients/{chart.pk}/"),
        "search": lambda: desk.post("/patients/search/", {"q": "ana lee"}),
    }
    alone = pages[page]().content.decode()
    cast.make_patient(
        at=chart.home_locations.get(),
        given_name="Aná",
        family_name="Lee",
        born_on=date(1950, 1, 1),
    )

    shown = pages[page]().content.decode()

    assert ("same name" in alone, "same name" in shown) == (False, True)
