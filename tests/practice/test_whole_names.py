"""A whole name in one column is divided by one rule for the whole file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.whole_names import Surnames, divide, usual

LAST, LAST_TWO = Surnames.LAST, Surnames.LAST_TWO
FIRST, FIRST_TWO = Surnames.FIRST, Surnames.FIRST_TWO


@pytest.mark.parametrize(
    ("rule", "whole", "names"),
    [
        (LAST, "Ana García López", ("Ana García", "López")),
        (LAST_TWO, "Ana García López", ("Ana", "García López")),
        (LAST_TWO, "Ana María García López", ("Ana María", "García López")),
        (LAST_TWO, "Ana López", ("Ana", "López")),
        (LAST_TWO, "Ana", ("Ana", "")),
        (LAST_TWO, "Ana de la Cruz García", ("Ana", "de la Cruz García")),
        (LAST_TWO, "José Ruiz de la Torre", ("José", "Ruiz de la Torre")),
        (LAST_TWO, "Juan García López Jr.", ("Juan", "García López Jr.")),
        (FIRST, "López Ana María", ("Ana María", "López")),
        (FIRST, "De la Cruz Ana", ("Ana", "De la Cruz")),
        (FIRST_TWO, "García López Ana María", ("Ana María", "García López")),
        (FIRST_TWO, "López Ana", ("Ana", "López")),
        (FIRST_TWO, "García López Juan Jr.", ("Juan", "García López Jr.")),
        (FIRST_TWO, "Ana", ("Ana", "")),
    ],
)
def test_the_rule_says_which_words_are_the_family_name(rule, whole, names):
    assert divide(whole, rule) == names


@pytest.mark.parametrize("rule", Surnames.values)
def test_a_comma_says_more_than_the_rule(rule):
    assert divide("García López, Ana María", rule) == ("Ana María", "García López")
    assert divide("Smith, Ann, MD", rule) == ("Ann", "Smith")


@pytest.mark.parametrize(
    ("heads", "rule"),
    [
        (["Name", "DOB"], LAST),
        (["Nombre completo"], LAST_TWO),
        (["Nombre y apellidos"], LAST_TWO),
        (["Nombre(s) y apellido(s)"], LAST_TWO),
        (["Apellidos y nombre"], FIRST_TWO),
        (["Expediente", "PACIENTE"], LAST_TWO),
    ],
)
def test_the_heads_suggest_a_rule(heads, rule):
    assert usual(heads) == rule


WORDS = st.lists(
    st.sampled_from(["Ana", "García", "de", "la", "Jr.", "MD"]), max_size=6
)


@given(WORDS, st.sampled_from(Surnames.values))
def test_no_word_is_lost_but_a_title(words, rule):
    given, family = divide(" ".join(words), rule)

    kept = sorted(f"{given} {family}".split())
    assert kept == sorted(word for word in words if word != "MD")
    assert given or not family
