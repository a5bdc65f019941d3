"""A series is undone while somebody else does something with it."""

from __future__ import annotations

from datetime import date

import pytest

from practice import duty
from practice.states import IllegalMove
from scheduling import booking, series, taking_back, visits
from scheduling.models import Appointment, Attendee
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from scheduling.undoing import TooLate
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW, BY = cast.MONDAY, cast.FOUNDER


@pytest.fixture
def begun(clinician, location, patient):
    """Four Tuesdays at ten."""
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    plan = booking.Plan(make_type(clinician), clinician, location, at(10))
    wish = Wish(plan, Rule(WEEKS, 1, weekday=1, starts_on=date(2026, 3, 3), count=4))
    return series.begin(wish=wish, patients=[patient], by=BY, now=NOW)


def undo(line):
    taking_back.undo(line=line, by=BY, now=NOW)


def kinds(outcome):
    return {type(error) for error in outcome.errors}


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_series_is_undone_once(begun, _round):
    line = taking_back.line_of(begun)

    outcome = run_together(4, lambda _n: undo(line))

    assert (len(outcome.results), kinds(outcome)) == (1, {TooLate})
    assert not Appointment.objects.live().exists()


@pytest.mark.parametrize("_round", ROUNDS)
def test_whoever_confirms_meanwhile_has_confirmed_or_reads_why_not(begun, _round):
    line, last = taking_back.line_of(begun), begun.appointments.latest("starts_at")

    def act(n):
        if n:
            return undo(line)
        return visits.confirm(attendees=last.attendees.all(), by=BY, now=NOW)

    outcome = run_together(2, act)

    is_undone = not Appointment.objects.live().exists()
    assert len(outcome.results) == 1
    assert kinds(outcome) == {IllegalMove if is_undone else TooLate}
    confirmed = Attendee.objects.filter(status=Status.CONFIRMED).count()
    assert confirmed == (0 if is_undone else 1)
