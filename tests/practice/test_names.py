"""Names as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from practice import names


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("  Ana   María ", "ana maria"),
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("Strauß", "strauss"),
        ("STRAUẞ", "strauss"),
        ("İpek", "ipek"),
        ("Işık", "isik"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("Ａｎａ", "ana"),
        ("مُحَمَّد", "محمد"),
        ("א\u200fב", "אב"),
    ],
)
def test_a_name_is_folded(name, folded):
    assert names.fold(name) == folded


def test_composed_and_decomposed_letters_are_alike():
    assert names.fold("Mu\u0308ller") == names.fold("Müller")
    assert "mueller" in names.search_words(
        given="", family="Mu\u0308ller", preferred=""
    )


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ("Smith-Jones", {"smith", "jones", "smithjones"}),
        ("O'Brien", {"o", "brien", "obrien"}),
        ("de la Cruz", {"de", "la", "cruz", "dela", "lacruz", "delacruz"}),
        ("Müller", {"muller", "mueller"}),
        ("St. John", {"st", "john", "stjohn"}),
        ("D'Angelo–Reyes", {"d", "angelo", "dangelo", "reyes", "dangeloreyes"}),
    ],
)
def test_a_name_is_kept_in_all_its_spellings(family, words):
    assert set(names.search_words(given="", family=family, preferred="")) == words


def test_names_that_no_space_divides_are_kept_in_both_orders():
    words = names.search_words(given="芳", family="王", preferred="")

    assert set(words) == {"芳", "王", "王芳", "芳王"}


@pytest.mark.parametrize("digits", ["0187", "٠١٨٧", "०१८७", "０１８７"])
def test_digits_are_read_in_every_script(digits):
    assert names.digits_of(f"({digits})") == "0187"


@pytest.mark.parametrize(
    ("text", "is_so"),
    [("王", True), ("김", True), ("あ", True), ("a", False), ("م", False), ("", False)],
)
def test_a_sign_can_be_a_whole_name(text, is_so):
    assert names.has_sign(text) is is_so


@given(st.text())
def test_whatever_is_a_name_is_folded_once_and_for_all(text):
    folded = names.fold(text)

    assert names.fold(folded) == folded


@example("", "", "\U0003134b")  # a sign that this Python does not know
@given(st.text(), st.text(), st.text())
def test_words_hold_nothing_that_divides_words(given_name, family, preferred):
    words = names.search_words(given=given_name, family=family, preferred=preferred)

    assert all(word and not any(map(str.isspace, word)) for word in words)
    assert len(set(words)) == len(words)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_are_folded_as_others_are(text):
    unseen = "\u200f"  # with it the text is no plain one

    assert names.fold(text) == names.fold(text + unseen)
    assert names.words_of(text) == names.words_of(unseen + text)
