"""Founding a practice while somebody else does."""

from __future__ import annotations

import pytest

from practice.models import Practice, TrailEntry
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = pytest.mark.race


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_founders_make_one_practice(transactional_db, _round):
    outcome = run_together(8, lambda number: cast.make_practice(name=f"No. {number}"))

    assert len(outcome.results) == 1
    assert Practice.objects.get().name == outcome.results[0].name
    assert TrailEntry.objects.count() == 1
