"""Calls: what each leaves, what it settles, and that a mistake leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import calls, watching
from practice.models import CallOutcome, Role, Task
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
