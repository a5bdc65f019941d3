"""Who is checked on and does not come is called the same day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import watching
from practice.models import Task
from scheduling import booking, undoing, visits
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.scheduling.conftest import at

LATER = at(10, 40)


@pytest.fixture
def attendee(plan, patient, clinician, front_desk):
    """Of a patient on whom the clinician checks."""
    watching.watch(
        patient=patient,
        caller=clinician,
        reason="Lost a job",
        quiet_days=14,
        ends_on=(cast.MONDAY + timedelta(days=30)).date(),
        by=clinician,
        now=cast.MONDAY,
    )
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=cast.MONDAY)
    return visit.attendees.get()


def owed():
    return Task.objects.open().filter(kind="watch.call")


def cancel(attendee, by, status):
    visits.cancel(attendees=[attendee], status=status, reason="Ill", by=by, now=LATER)


def test_a_no_show_becomes_a_call_today_by_the_named_person(
    attendee, clinician, front_desk
):
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=LATER)

    (task,) = owed()
    assert task.for_person == clinician
    assert task.title == "Call today: they did not come"
    assert task.due_at == at(17)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.CANCELLED_LATE])
def test_so_does_a_cancellation_by_the_patient(attendee, front_desk, status):
    cancel(attendee, front_desk, status)

    assert owed().count() == 1


def test_that_the_practice_calls_a_visit_off_says_nothing_about_them(
    attendee, front_desk
):
    cancel(attendee, front_desk, Status.CALLED_OFF)

    assert not owed().exists()


def test_nobody_is_called_because_of_who_is_not_watched(
    plan, location, front_desk, now
):
    other = cast.make_patient(at=location)
    visit = booking.book(plan=plan, patients=[other], by=front_desk, now=now)

    cancel(visit.attendees.get(), front_desk, Status.CANCELLED)

    assert not owed().exists()


def test_what_is_undone_or_set_right_is_not_owed_and_is_owed_anew(attendee, front_desk):
    visit = attendee.appointment
    before = Mark.of(visit)
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=LATER)
    undoing.undo(
        appointment=visit,
        before=before,
        after=Mark.of(visit),
        by=front_desk,
        now=LATER,
    )
    assert not owed().exists()

    again = LATER + timedelta(minutes=2)
    visits.mark_no_show(attendees=[attendee], by=front_desk, now=again)
    assert owed().count() == 1
    visits.correct(
        attendee=attendee,
        status=Status.COMPLETED,
        reason="She was here",
        by=front_desk,
        now=again,
    )

    assert not owed().exists()
