"""Founding a practice, and changing a place, while somebody else does."""

from __future__ import annotations

import pytest

from practice import duty, locations
from practice.models import Practice, TrailEntry
from practice.versions import ChangedMeanwhile
from scheduling import booking
from scheduling.booking import OutsideHours, Plan
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = pytest.mark.race


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_founders_make_one_practice(transactional_db, _round):
    outcome = run_together(8, lambda number: cast.make_practice(name=f"No. {number}"))

    assert len(outcome.results) == 1
    assert Practice.objects.get().name == outcome.results[0].name
    assert TrailEntry.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_clock_changes_before_a_visit_is_booked_by_it_or_not_at_all(
    transactional_db, location, clinician, _round
):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=cast.FOUNDER)
    plan = Plan(make_type(clinician), clinician, location, at(10))
    person = cast.make_patient(at=location)
    chicago = {"time_zone": "America/Chicago", "by": cast.FOUNDER, "now": cast.MONDAY}

    def act(n):
        if n:
            return locations.change(location=location, **chicago)
        return booking.book(
            plan=plan, patients=[person], by=cast.FOUNDER, now=cast.MONDAY
        )

    outcome = run_together(2, act)

    allowed = {ChangedMeanwhile, locations.ClockInUse, OutsideHours}
    assert {type(error) for error in outcome.errors} <= allowed
    assert len(outcome.results) == 1
