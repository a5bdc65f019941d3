"""Finding people whose names others divide otherwise, and what is asked at most."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from practice import findable, names
from practice.searching import MOST_WORDS, find_people
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
