"""What several do with one series at the same moment: nobody waits for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from practice import duty, moving, patients
from practice.rules import NotPossible
from scheduling import booking, changing, leaving, series
from scheduling.models import Appointment, Attendee
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, BY, TUESDAY = cast.MONDAY, cast.FOUNDER, date(2026, 3, 3)
LATER = NOW + timedelta(weeks=4)


@pytest.fixture
def plan(clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    return booking.Plan(make_type(clinician), clinician, location, at(10))


def every_four_weeks(plan, hour):
    rule = Rule(WEEKS, 4, weekday=1, starts_on=TUESDAY)
    return Wish(replace(plan, starts_at=at(hour)), rule)


@pytest.fixture
def couples(plan, patient, location):
    """Two series of somebody whose care has ended, with a partner."""
    both = [patient, cast.make_patient(at=location)]
    found = [
        series.begin(wish=every_four_weeks(plan, hour), patients=both, by=BY, now=NOW)
        for hour in (10, 12)
    ]
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)
    return found


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_clock_and_two_desks_do_not_wait_for_one_another(
    couples, plan, patient, _round
):
    left, wish = list(leaving.left(patient, now=NOW)), every_four_weeks(plan, 14)
    acts = [
        lambda: leaving.cancel(
            patient=patient, attendees=left, reason="Moved", by=BY, now=NOW
        ),
        lambda: series.top_up(series=couples[1], by=BY, now=LATER),
        lambda: series.top_up(series=couples[0], by=BY, now=LATER),
        lambda: changing.change_following(
            old=couples[1], from_on=TUESDAY, wish=wish, by=BY, now=NOW
        ),
    ]

    outcome = run_together(len(acts), lambda number: acts[number]())

    assert all(isinstance(error, NotPossible) for error in outcome.errors)
    assert overlaps() == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_series_that_goes_to_the_right_chart_leaves_no_visit_behind(
    plan, patient, location, _round
):
    wish, right = every_four_weeks(plan, 10), cast.make_patient(at=location)
    begun = series.begin(wish=wish, patients=[patient], by=BY, now=NOW)
    row = begun.appointments.first().attendees.get()
    acts = [
        lambda: moving.move(row=row, to=right, by=BY, now=NOW),
        lambda: series.top_up(series=begun, by=BY, now=LATER),
        lambda: changing.change_following(
            old=begun,
            from_on=TUESDAY,
            wish=every_four_weeks(plan, 14),
            by=BY,
            now=NOW,
        ),
    ]

    outcome = run_together(len(acts), lambda number: acts[number]())

    assert all(isinstance(error, NotPossible) for error in outcome.errors)
    assert set(Attendee.objects.values_list("patient", flat=True)) == {right.pk}
    assert overlaps() == []


def overlaps():
    live = Appointment.objects.live().order_by("taken_from")
    return [(a, b) for a, b in pairwise(live) if a.taken_until > b.taken_from]
