"""Calls: what each leaves, what it settles, and that a mistake leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from practice import calls, moving, watching, work
from practice.models import CallAttempt, CallOutcome, Role, Task
from practice.trail import keep
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(patient, now):
    return cast.make_task(to=Role.FRONT_DESK, patient=patient)


@pytest.fixture
def flag(patient, clinician, now):
    return watching.watch(
        patient=patient,
        caller=clinician,
        reason="Low",
        quiet_days=2,
        ends_on=(now + timedelta(days=20)).date(),
        by=clinician,
        now=now,
    )


def test_a_talk_settles_the_task_that_asked_for_it(patient, task, front_desk, now):
    calls.record(patient=patient, outcome="spoke", task=task, by=front_desk, now=now)

    task.refresh_from_db()
    assert task.done_by == front_desk


def test_no_answer_leaves_the_task_open(patient, task, front_desk, now):
    calls.record(
        patient=patient, outcome="no_answer", task=task, by=front_desk, now=now
    )

    assert task in Task.objects.open()


def test_a_promised_call_has_an_owner_and_a_time(patient, front_desk, clinician, now):
    back_at = now + timedelta(hours=2)

    call = calls.record(
        patient=patient,
        outcome=CallOutcome.CALL_BACK,
        back_at=back_at,
        owner=clinician,
        by=front_desk,
        now=now,
    )

    assert (call.promise.for_person, call.promise.due_at) == (clinician, back_at)


@pytest.mark.parametrize("hours", [None, -1])
def test_a_promise_is_for_a_time_ahead(patient, front_desk, now, hours):
    back_at = now + timedelta(hours=hours) if hours else None

    with pytest.raises(calls.NoTimeToCall):
        calls.record(
            patient=patient,
            outcome="call_back",
            back_at=back_at,
            by=front_desk,
            now=now,
        )


def test_a_call_taken_back_opens_what_it_settled(patient, task, front_desk, now):
    call = calls.record(
        patient=patient, outcome="spoke", task=task, by=front_desk, now=now
    )

    calls.take_back(call=call, by=front_desk)
    calls.take_back(call=call, by=front_desk)

    assert task in Task.objects.open()


def test_a_promise_taken_back_is_owed_by_nobody(patient, front_desk, now):
    call = calls.record(
        patient=patient,
        outcome="call_back",
        back_at=now + timedelta(hours=1),
        by=front_desk,
        now=now,
    )

    calls.take_back(call=call, by=front_desk)

    assert not Task.objects.open().exists()


def test_a_talk_counts_as_contact_where_somebody_checks(patient, flag, front_desk, now):
    later = now + timedelta(days=2)
    watching.call_the_quiet(by=front_desk, now=later)

    calls.record(patient=patient, outcome="spoke", by=front_desk, now=later)

    flag.refresh_from_db()
    assert flag.last_contact_on == later.date()
    assert not Task.objects.open().exists()


def test_a_talk_that_there_was_not_is_owed_again(patient, flag, front_desk, now):
    later = now + timedelta(days=2)
    watching.call_the_quiet(by=front_desk, now=later)
    call = calls.record(patient=patient, outcome="spoke", by=front_desk, now=later)

    calls.take_back(call=call, by=front_desk)

    flag.refresh_from_db()
    assert flag.last_contact_on == now.date()
    assert Task.objects.open().filter(kind="watch.call").count() == 1


def test_no_answer_is_no_contact(patient, flag, front_desk, now):
    later = now + timedelta(days=1)

    calls.record(patient=patient, outcome="no_answer", by=front_desk, now=later)

    flag.refresh_from_db()
    assert flag.last_contact_on == now.date()


# To the right chart --------------------------------------------------------------
@pytest.fixture
def right(location):
    return cast.make_patient(at=location)


@pytest.fixture
def promised(patient, task, front_desk, now):
    """A call for a task, in which another one was promised."""
    return calls.record(
        patient=patient,
        outcome="call_back",
        task=task,
        back_at=now + timedelta(hours=1),
        by=front_desk,
        now=now,
    )


def move(row, to, now):
    moving.move(row=row, to=to, by=cast.FOUNDER, now=now)


def test_the_calls_of_a_task_move_with_it(patient, task, right, front_desk, now):
    call = calls.record(
        patient=patient, outcome="no_answer", task=task, by=front_desk, now=now
    )

    move(task, right, now)

    call.refresh_from_db()
    assert (call.patient, call.task) == (right, task)
    moving.move_back(row=call.task, by=cast.FOUNDER, now=now)
    call.refresh_from_db()
    assert call.patient == patient


def test_a_promise_takes_its_call_along_and_what_asked_is_open_again(
    promised, patient, task, right, now
):
    move(promised.promise, right, now)

    promised.refresh_from_db()
    assert (promised.patient, promised.task) == (right, None)
    assert promised.promise.patient == right
    assert Task.objects.open().get(patient=patient) == task


def test_what_was_promised_in_a_call_moves_with_its_task(
    promised, task, right, front_desk, now
):
    work.reopen(task=task, by=front_desk)
    tried = calls.record(
        patient=promised.patient,
        outcome="no_answer",
        task=promised.promise,
        by=front_desk,
        now=now,
    )

    move(task, right, now)

    assert {row.patient for row in CallAttempt.objects.all()} == {right}
    tried.task.refresh_from_db()
    assert (tried.task.patient, tried.task.path) == (right, f"/patients/{right.pk}/")


def test_a_talk_counts_where_it_was(patient, flag, task, right, front_desk, now):
    later = now + timedelta(days=1)
    call = calls.record(patient=patient, outcome="spoke", by=front_desk, now=later)
    call.task = task
    keep(call, by=front_desk, kind="call.spoke")

    move(task, right, later)

    flag.refresh_from_db()
    assert flag.last_contact_on == now.date()


def test_a_phone_note_on_the_wrong_chart_takes_its_promise_along(
    promised, patient, task, right, now
):
    move(promised, right, now)

    promised.refresh_from_db()
    assert (promised.patient, promised.task) == (right, None)
    assert promised.promise.patient == right
    assert Task.objects.open().get(patient=patient) == task


def test_a_phone_note_that_comes_back_answers_what_asked_for_it_again(
    promised, task, right, front_desk, now
):
    move(promised, right, now)

    moving.move_back(row=CallAttempt.objects.get(), by=cast.FOUNDER, now=now)

    task.refresh_from_db()
    assert CallAttempt.objects.get().task == task
    assert (task.done_at, task.done_by) == (now, front_desk)


def test_what_somebody_still_has_to_do_stays_so(patient, task, right, front_desk, now):
    call = calls.record(
        patient=patient, outcome="no_answer", task=task, by=front_desk, now=now
    )
    move(call, right, now)

    moving.move_back(row=CallAttempt.objects.get(), by=cast.FOUNDER, now=now)

    assert CallAttempt.objects.get().task == task
    assert Task.objects.open().get() == task


def test_a_talk_on_the_wrong_chart_was_no_contact_there(
    patient, flag, right, front_desk, now
):
    later = now + timedelta(days=1)
    call = calls.record(patient=patient, outcome="spoke", by=front_desk, now=later)

    move(call, right, later)

    flag.refresh_from_db()
    assert flag.last_contact_on == now.date()


def test_a_call_that_was_taken_back_does_not_move(patient, right, front_desk, now):
    call = calls.record(patient=patient, outcome="spoke", by=front_desk, now=now)
    calls.take_back(call=call, by=front_desk)

    with pytest.raises(moving.CannotMove, match="took this off"):
        move(call, right, now)


def test_a_phone_note_is_moved_from_the_history_of_its_chart(
    patient, right, as_, front_desk, now
):
    call = calls.record(
        patient=patient, outcome="spoke", words="Lost keys", by=front_desk, now=now
    )
    desk, page = as_(front_desk), reverse("move", args=["call", call.pk])

    assert page in desk.get(reverse("patient", args=[patient.pk])).content.decode()
    assert "Spoke: Lost keys" in desk.get(page).content.decode()
    desk.post(page, {"chart": right.pk})
    call.refresh_from_db()
    assert call.patient == right
