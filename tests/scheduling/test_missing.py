"""Who is checked on and does not come is called the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from practice import watching, work
from practice.models import Task
from scheduling import booking, leaving, series, taking_back, undoing, visits
from scheduling.models import Attendee
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.scheduling.conftest import at

LATER = at(10, 40)
TUESDAY = date(2026, 3, 3)


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


@pytest.fixture
def repeated(attendee, plan, patient, front_desk):
    """Three weekly visits of the same patient and another one."""
    later = replace(plan, starts_at=at(14))
    both = [patient, cast.make_patient(at=plan.location)]
    wish = Wish(later, Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, count=3))
    return series.begin(wish=wish, patients=both, by=front_desk, now=cast.MONDAY)


def leave(row, patient, by):
    coming = Attendee.objects.filter(patient=patient, appointment__series=row)
    details = {"status": Status.CANCELLED, "reason": "Moves", "by": by}
    return leaving.leave_one(
        holder=row, patient=patient, cancelled=coming, now=cast.MONDAY, **details
    )


def test_no_call_is_owed_for_what_was_cancelled_with_a_series_and_undone(
    repeated, patient, front_desk
):
    with time_machine.travel(cast.MONDAY, tick=False):
        line = leave(repeated, patient, front_desk)
        assert owed().count() == 3

        taking_back.undo(line=line, by=front_desk, now=cast.MONDAY)

    assert owed().count() == 0


def test_a_call_that_was_made_meanwhile_stays_made(repeated, patient, front_desk):
    with time_machine.travel(cast.MONDAY, tick=False):
        line = leave(repeated, patient, front_desk)
        made = work.finish(task=owed()[0], by=front_desk, now=cast.MONDAY)

        taking_back.undo(line=line, by=front_desk, now=cast.MONDAY)

    made.refresh_from_db()
    assert (made.done_by, made.is_withdrawn) == (front_desk, False)


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
