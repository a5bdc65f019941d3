"""Whose names somebody may read, and for whom they may act."""

from __future__ import annotations

from random import Random

import pytest

from scheduling import sight
from tests import cast
from tests.practice.test_opening import LATER, ROLES, live_a_little


@pytest.mark.parametrize("seed", range(2))
def test_both_answers_together_are_each_of_them(seed, location, far_location):
    dice, places = Random(seed), [location, far_location]  # noqa: S311 - not a secret
    people = [cast.make_staff(*roles, at=dice.choice(places)) for roles in ROLES]
    charts = [cast.make_patient(at=dice.choice(places)) for _chart in range(8)]
    live_a_little(dice, people, charts, places)
    ids = [chart.pk for chart in charts]

    for one in people:
        named = sight.named(one, ids, now=LATER)
        assert sight.known(one, ids, now=LATER) == (named, sight.changeable(one, ids))


def test_of_nobody_nothing_is_asked(front_desk, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert sight.known(front_desk, [], now=LATER) == (frozenset(), frozenset())
