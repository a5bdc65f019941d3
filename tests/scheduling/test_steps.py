"""What a page offers to do with a visit, by its status and the time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduling import steps
from scheduling.models import Appointment, CalendarRules
from scheduling.states import MOVES, OUTCOMES, Status
from tests import cast
from tests.scheduling.conftest import at

VISIT = Appointment(starts_at=at(10), ends_at=at(10, 50))
RULES = CalendarRules(no_show_after=timedelta(minutes=15))


def slugs(status, now):
    return [one.slug for one in steps.possible(status, VISIT, RULES, now=now)]


@pytest.mark.parametrize(
    ("status", "now", "offered"),
    [
        (Status.SCHEDULED, cast.MONDAY, ["confirm"]),
        (Status.CONFIRMED, cast.MONDAY, []),
        (Status.SCHEDULED, at(9, 50), ["confirm", "arrive"]),
        (Status.CONFIRMED, at(10, 5), ["arrive", "start"]),
        (Status.CONFIRMED, at(10, 20), ["arrive", "start", "no-show"]),
        (Status.SCHEDULED, at(12), ["complete", "no-show"]),
        (Status.ARRIVED, at(9, 50), ["start"]),
        (Status.ARRIVED, at(10, 5), ["start", "complete"]),
        (Status.IN_SESSION, at(10, 40), ["complete"]),
    ],
)
def test_what_makes_sense_now_is_offered(status, now, offered):
    assert slugs(status, now) == offered


@pytest.mark.parametrize("status", sorted(OUTCOMES))
def test_an_outcome_stands(status):
    assert slugs(status, at(12)) == []


@pytest.mark.parametrize("status", list(Status))
def test_nothing_illegal_is_ever_offered(status):
    for hours in range(-48, 48):
        now = at(10) + timedelta(hours=hours)
        for one in steps.possible(status, VISIT, RULES, now=now):
            assert one.status in MOVES[status]
