"""Visits with an interpreter: named where they are booked, and asked of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import merging, moving, patients, trail, work
from practice.models import Task
from scheduling import booking, chores, interpreting, visits
from scheduling.states import Status
from scheduling.undoing import Mark, undo
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY
SIGN = "Sign-language interpreter: English"


@pytest.fixture
def signing(location):
    return cast.make_patient(at=location, interpreter="sign")


@pytest.fixture
def visit(plan, signing):
    return booking.book(plan=plan, patients=[signing], by=cast.FOUNDER, now=NOW)


def look(now=NOW):
    chores.see_to_interpreters(now=now)
    return list(Task.objects.open().filter(kind=interpreting.KIND))


@pytest.mark.parametrize("page", ["visit", "visit_move"])
def test_a_visit_names_the_interpreter(visit, as_, front_desk, now, page):
    assert SIGN in text_of(as_(front_desk).get(url(page, visit.pk)))


def test_booking_names_the_interpreter_and_asks_for_more_time(
    signing, kind, as_, front_desk, now
):
    page = text_of(as_(front_desk).get(f"{url('book')}?patient={signing.pk}"))

    assert SIGN in page
    assert "With an interpreter a visit takes longer" in page


def test_the_desk_is_asked_once_for_each_visit(visit, signing):
    look()

    (task,) = look()

    assert (task.patient, task.words) == (signing, SIGN)
    assert task.path == url("visit", visit.pk)
    assert NOW < task.due_at < visit.starts_at


def test_nobody_is_asked_for_who_needs_none(plan, patient):
    booking.book(plan=plan, patients=[patient], by=cast.FOUNDER, now=NOW)

    assert look() == []


def test_a_visit_far_ahead_is_asked_for_two_weeks_before(plan, signing):
    later = replace(plan, starts_at=at(10, day=31))
    booking.book(plan=later, patients=[signing], by=cast.FOUNDER, now=NOW)

    assert look() == []
    (task,) = look(at(10, day=17))
    assert task.due_at == at(10, day=28)


def test_an_interpreter_who_is_booked_is_not_asked_for_again(visit, front_desk):
    (task,) = look()

    work.finish(task=task, by=front_desk, now=NOW)

    assert look() == []


def test_a_visit_that_is_cancelled_takes_the_task_back_until_that_is_undone(
    visit, front_desk
):
    (task,) = look()
    before = Mark.of(visit)
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Ill",
        by=front_desk,
        now=NOW,
    )

    assert look() == []
    after = Mark.of(visit)
    undo(appointment=visit, before=before, after=after, by=front_desk, now=NOW)
    assert look() == [task]


def cancelled(visit, by):
    """Cancel a visit; answers how it was before."""
    before, people = Mark.of(visit), visit.attendees.all()
    visits.cancel(
        attendees=people, status=Status.CANCELLED, reason="Ill", by=by, now=NOW
    )
    return before


def to_cancel():
    return list(Task.objects.open().filter(kind=interpreting.CANCEL))


def test_a_visit_that_moves_needs_another_booking(visit, plan, front_desk):
    (first,) = look()
    work.finish(task=first, by=front_desk, now=NOW)
    later = replace(plan, starts_at=at(10, day=4))
    booking.move(appointment=visit, plan=later, by=front_desk, now=NOW)

    (task,) = look()

    assert task != first
    assert [one.words for one in to_cancel()] == [
        f"{SIGN} · Tue 3 Mar 2026, 10:00 AM",
    ]


def test_who_booked_one_is_asked_to_cancel_it_with_the_visit(visit, front_desk):
    (task,) = look()
    work.finish(task=task, by=front_desk, now=NOW)
    before = cancelled(visit, front_desk)

    look()
    assert [one.path for one in to_cancel()] == [url("visit", visit.pk)]

    undo(appointment=visit, before=before, after=Mark.of(visit), by=front_desk, now=NOW)
    assert (look(), to_cancel()) == ([], [])


def test_one_who_was_cancelled_is_booked_again_where_the_visit_comes_back(
    visit, front_desk
):
    (task,) = look()
    work.finish(task=task, by=front_desk, now=NOW)
    before = cancelled(visit, front_desk)
    look()
    (off,) = to_cancel()
    work.finish(task=off, by=front_desk, now=NOW)

    undo(appointment=visit, before=before, after=Mark.of(visit), by=front_desk, now=NOW)

    assert (look(), to_cancel()) == ([task], [])


def test_nobody_cancels_the_interpreter_of_who_came_early(visit, front_desk):
    (task,) = look()
    work.finish(task=task, by=front_desk, now=NOW)
    visits.arrive(attendees=visit.attendees.all(), by=front_desk, now=at(9, 50))

    look(at(9, 55))

    assert to_cancel() == []


def test_a_couple_needs_one_interpreter(plan, signing, location):
    other = cast.make_patient(at=location, interpreter="sign")
    booking.book(plan=plan, patients=[signing, other], by=cast.FOUNDER, now=NOW)

    assert len(look()) == 1


def test_none_is_booked_for_who_has_died(visit, signing):
    look()

    patients.record_death(patient=signing, died_on=None, by=cast.FOUNDER, now=NOW)

    assert look() == []


def test_a_need_that_changed_is_asked_for_anew(visit, signing, front_desk):
    (task,) = look()
    work.finish(task=task, by=front_desk, now=NOW)
    patients.change_details(
        patient=signing,
        interpreter="spoken",
        spoken_language="es",
        by=cast.FOUNDER,
        now=NOW,
    )

    assert [one.words for one in look()] == ["Spoken-language interpreter: Spanish"]
    assert len(to_cancel()) == 1


@pytest.mark.parametrize("need", ["sign", "spoken"])
def test_the_task_goes_to_the_right_chart_with_the_visit(visit, location, need):
    right = cast.make_patient(at=location, interpreter=need)
    look()

    moving.move(row=visit.attendees.get(), to=right, by=cast.FOUNDER, now=NOW)

    (task,) = look()
    assert task.patient == right
    assert task.words == interpreting.words_of(right)


def test_the_chart_that_stands_says_who_is_needed(plan, patient, location):
    other = cast.make_patient(at=location)
    booking.book(plan=plan, patients=[other], by=cast.FOUNDER, now=NOW)
    merging.merge(duplicate=other, into=patient, by=cast.FOUNDER, now=NOW)
    patient.refresh_from_db()
    patient.interpreter = "sign"
    trail.keep(patient, by=cast.FOUNDER, kind="patient.changed")

    assert [task.words for task in look()] == [SIGN]


def test_a_visit_that_has_begun_asks_for_nothing_more(visit):
    look()

    assert look(visit.starts_at + timedelta(minutes=1)) == []


def test_a_look_that_finds_nothing_new_only_reads(visit, django_assert_num_queries):
    look()

    with django_assert_num_queries(2):
        chores.see_to_interpreters(now=NOW)
