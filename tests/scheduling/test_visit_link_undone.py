"""A visit's link lives on when what would have ended it is undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import links
from scheduling import booking, undoing, visit_link, visits
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at
from tests.scheduling.visit_links import book

NOW = cast.MONDAY
BY_US = {"by": cast.FOUNDER, "now": NOW}


@layer
def visit(plan, patient):
    return book(plan, patient, now=NOW)


@pytest.fixture
def token(visit):
    return visit_link.make(attendee=visit.attendees.get(), **BY_US)


def move(visit, plan):
    booking.move(appointment=visit, plan=replace(plan, starts_at=at(14)), **BY_US)


def cancel(visit, plan):
    whom = visit.attendees.all()
    visits.cancel(attendees=whom, status=Status.CANCELLED, reason="Ill", **BY_US)


@pytest.mark.parametrize("act", [move, cancel])
def test_the_link_of_a_visit_lives_through_what_is_undone(visit, plan, token, act):
    before = Mark.of(visit)
    act(visit, plan)
    with pytest.raises(links.DeadLink):
        links.find(token, now=NOW)

    undoing.undo(appointment=visit, before=before, after=Mark.of(visit), **BY_US)

    assert links.find(token, now=NOW)
