"""Calls that a clearing asked for: owed as long as there is a visit to call about."""

from __future__ import annotations

import pytest

from practice.models import Task
from scheduling import booking, clearing, first_calls, visits
from scheduling.clearing import Wish
from scheduling.models import Choice
from scheduling.states import Status
from scheduling.undoing import Mark, undo
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
NOW = at(8)


@layer
def visit(plan, patient, front_desk):
    """Of somebody whom nobody may text."""
    return booking.book(plan=plan, patients=[patient], by=cast.FOUNDER, now=NOW)


def clear(visit, by, choice):
    return clearing.clear(
        clinician=visit.clinician,
        starts_at=NOW,
        ends_at=at(20),
        wishes={visit.pk: Wish(choice)},
        by=by,
        now=NOW,
    )


def cancel(visit, by):
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="They rang",
        by=by,
        now=at(8, 30),
    )


def owed():
    return Task.objects.open().filter(kind=first_calls.KIND).count()


def test_nobody_calls_about_a_visit_that_was_cancelled_since(visit, front_desk):
    clear(visit, front_desk, Choice.LEAVE)
    assert owed() == 1

    cancel(visit, front_desk)

    assert owed() == 0


def test_the_call_is_owed_again_where_that_is_undone(visit, front_desk):
    clear(visit, front_desk, Choice.LEAVE)
    before = Mark.of(visit)
    cancel(visit, front_desk)

    undo(
        appointment=visit,
        before=before,
        after=Mark.of(visit),
        by=front_desk,
        now=at(8, 30),
    )

    assert owed() == 1


def test_so_it_is_where_the_cancellation_was_wrong(visit, front_desk):
    clear(visit, front_desk, Choice.LEAVE)
    cancel(visit, front_desk)

    visits.correct(
        attendee=visit.attendees.get(),
        status=Status.SCHEDULED,
        reason="Another one rang",
        by=front_desk,
        now=at(8, 40),
    )

    assert owed() == 1


def test_whose_visit_the_clearing_cancels_is_called(visit, front_desk):
    made = clear(visit, front_desk, Choice.CANCEL)
    assert owed() == 1

    clearing.undo(clearing=made, by=front_desk, now=NOW)

    visit.refresh_from_db()
    assert (visit.is_live, owed()) == (True, 0)
