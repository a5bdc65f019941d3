"""The rule of which visits are likely to be missed, learnt where truth is known."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import risk
from scheduling.risk_check import auc, bands, check
from scheduling.risk_rule import CODES, Case, Facts, Part, Rule, learn
from tests.scheduling import invented_past

RULE = learn(invented_past.cases(3000, seed=1))
FACTS = st.builds(
    Facts,
    missed=st.integers(0, 30),
    came=st.integers(0, 60),
    lead=st.integers(0, 400),
    part=st.builds(Part, st.integers(0, 6), st.integers(0, 2)),
    is_silent=st.sampled_from([True, False, None]),
)


# Learning ---------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_what_is_learnt_holds_for_visits_not_seen_before(seed):
    earlier = invented_past.cases(4000, seed=seed)
    later = invented_past.cases(3000, seed=seed + 50)

    found = check(earlier, later)

    best = auc([(invented_past.truth(one.facts), one.was_missed) for one in later])
    assert found.auc > 0.6
    assert found.auc > best - 0.03
    assert found.error < 0.035


def test_what_is_said_of_a_visit_is_near_the_truth():
    said = [
        (RULE.score(one.facts).chance, invented_past.truth(one.facts))
        for one in invented_past.cases(3000, seed=2)
    ]

    off = [abs(sum(a - b for a, b in said[n::10])) / 300 for n in range(10)]
    assert max(off) < 0.03
    assert sum(abs(a - b) for a, b in said) / len(said) < 0.05


def test_chances_are_as_high_as_what_comes_true():
    found = check(invented_past.cases(6000, seed=3), invented_past.cases(6000, seed=4))

    said = sum(band.visits * band.foretold for band in found.bands) / found.visits
    assert said == pytest.approx(found.missed / found.visits, abs=0.015)
    assert found.bands[-1].missed > 2 * found.bands[0].missed


def test_a_call_meets_more_missed_visits_than_chance_would():
    found = check(invented_past.cases(4000, seed=5), invented_past.cases(4000, seed=6))

    assert found.called <= 0.13 * found.visits
    assert found.called_missed / found.missed > 1.8 * found.called / found.visits


def test_where_nothing_leads_to_no_shows_nothing_is_learnt():
    dice = Random(7)  # noqa: S311 - no secret comes of it
    facts = [invented_past.facts_of(dice) for _each in range(4000)]

    found = check(
        [Case(one, dice.random() < 0.1) for one in facts[:2000]],
        [Case(one, dice.random() < 0.1) for one in facts[2000:]],
    )

    assert found.auc == pytest.approx(0.5, abs=0.06)
    assert found.bands[-1].foretold < 0.2


@pytest.mark.parametrize("missed", [0, 19, 299])
def test_too_little_history_teaches_nothing(missed):
    facts = Facts(0, 3, 7, Part(1, 0), is_silent=False)

    few = [Case(facts, number < missed) for number in range(299)]

    assert learn(few) is None
    assert learn([Case(facts, was_missed=False)] * 1000) is None
    assert check(few, few) is None


def test_a_rule_is_kept_and_read_as_it_was():
    assert Rule.read(RULE.as_json()) == RULE


# Scores -----------------------------------------------------------------------------
@given(FACTS)
def test_another_no_show_never_makes_a_visit_look_safer(facts):
    worse = replace(facts, missed=facts.missed + 1)

    assert RULE.score(worse).points >= RULE.score(facts).points


@given(FACTS, st.integers(1, 100))
def test_a_longer_wait_never_makes_a_visit_look_safer(facts, days):
    later = replace(facts, lead=facts.lead + days)

    assert RULE.score(later).points >= RULE.score(facts).points


@given(FACTS)
def test_silence_never_looks_safer_than_a_yes(facts):
    silent, sure = (replace(facts, is_silent=one) for one in (True, False))

    assert RULE.score(silent).points >= RULE.score(sure).points


@given(FACTS)
def test_points_are_added_and_taken_only_with_a_reason(facts):
    score = RULE.score(facts)

    assert score.points - score.base == sum(term.points for term in score.terms)
    assert all(term.points and risk.reason_of(term) for term in score.terms)
    assert len({term.code for term in score.terms}) == len(score.terms)


@given(FACTS, FACTS)
def test_more_points_mean_a_higher_chance(one, other):
    first, second = RULE.score(one), RULE.score(other)

    assert 0 < first.chance < 1
    assert (first.points > second.points) == (first.chance > second.chance)


def test_no_weight_is_negative():
    assert all(RULE.weights[code] >= 0 for code in CODES)


def test_the_rule_knows_nothing_of_who_somebody_is():
    known = {field.name for field in fields(Facts)}

    assert known == {"missed", "came", "lead", "part", "is_silent"}


# Checking ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("foretold", "found"),
    [
        ([(0.1, False), (0.9, True)], 1.0),
        ([(0.9, False), (0.1, True)], 0.0),
        ([(0.5, False), (0.5, True)], 0.5),
        ([(0.1, False), (0.5, True), (0.5, False), (0.9, True)], 0.875),
    ],
)
def test_the_share_of_pairs_in_the_right_order(foretold, found):
    assert auc(foretold) == found


def test_visits_foretold_alike_are_not_parted_by_what_came_true():
    foretold = [(0.1, number % 2 == 0) for number in range(20)]

    assert {band.missed for band in bands(foretold)} == {0.5}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=99))
def test_bands_hold_every_visit_once_and_in_order(foretold):
    found = bands(foretold)

    assert sum(band.visits for band in found) == len(foretold)
    said = [band.foretold for band in found]
    assert said == pytest.approx(sorted(said))
