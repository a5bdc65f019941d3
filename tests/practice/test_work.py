"""Tasks: raised, done, taken back, withdrawn, handed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from practice import work
from practice.models import PreferredChannel, Role, Task
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ask(location):
    """Ask somebody for something; the desk, unless given otherwise."""

    def raise_task(to=Role.FRONT_DESK, **details):
        usual = {"kind": "patient.call", "title": "Call back", "due_at": LATER}
        return work.raise_task(to=to, by=BY, now=NOW, **usual | details)

    return raise_task


def finish(task, by):
    return work.finish(task=task, by=by, now=LATER)


def fresh(task):
    return Task.objects.get(pk=task.pk)


def kinds(task):
    rows = task.history.order_by("history_id")
    return [row.history_change_reason for row in rows]


# Raising --------------------------------------------------------------------
def test_a_task_is_asked_of_a_role(ask, patient):
    task = ask(patient=patient, words="She called twice.")

    assert (task.for_role, task.for_person) == (Role.FRONT_DESK, None)
    assert (task.raised_at, task.due_at, task.words) == (
        NOW,
        LATER,
        "She called twice.",
    )
    assert list(Task.objects.open()) == [task]


def test_a_task_is_asked_of_one_person(ask, clinician):
    task = ask(to=clinician)

    assert (task.for_role, task.for_person) == ("", clinician)


def test_a_title_is_kept_in_the_staffs_language_whoever_acts(ask):
    with translation.override("es"):
        task = ask(title=PreferredChannel.TEXT.label)

    assert task.title == "Text"


def test_the_same_cause_raises_one_task(ask):
    first, second = ask(once_key="watch:1"), ask(once_key="watch:1", title="Again")

    assert first == second
    assert Task.objects.get().title == "Call back"


def test_without_a_key_every_cause_raises_a_task(ask):
    ask()
    ask()

    assert Task.objects.count() == 2


def test_the_same_cause_is_recognised_by_who_comes_a_moment_later(ask, monkeypatch):
    """The first look finds nothing, as between two people at the same moment."""
    known = ask(once_key="watch:1")
    looks = iter([None, known])
    monkeypatch.setattr(work, "_raised_before", lambda _key: next(looks))

    assert ask(once_key="watch:1") == known
    assert Task.objects.count() == 1


@pytest.mark.parametrize("once_key", [None, "watch:1"])
def test_a_task_without_a_title_is_refused(ask, once_key):
    with pytest.raises(ValidationError) as refusal:
        ask(title="", once_key=once_key)

    assert "title" in refusal.value.error_dict


def test_a_task_is_overdue_once_its_time_has_passed(ask):
    task = ask()

    assert not Task.objects.overdue(now=LATER).exists()
    assert Task.objects.overdue(now=LATER + timedelta(seconds=1)).get() == task


# Doing ----------------------------------------------------------------------
def test_a_done_task_says_who_and_when_and_is_no_longer_open(ask, front_desk):
    task = finish(ask(), by=front_desk)

    assert (task.done_by, task.done_at) == (front_desk, LATER)
    assert not Task.objects.open().exists()


def test_the_second_of_two_people_reads_who_was_first(ask, front_desk, clinician):
    task = ask()
    finish(task, by=front_desk)

    with pytest.raises(work.AlreadyDone, match="Fran Desk already did this"):
        finish(task, by=clinician)

    assert fresh(task).done_by == front_desk


def test_a_second_press_of_the_same_person_changes_nothing(ask, front_desk):
    task = ask()
    finish(task, by=front_desk)
    finish(task, by=front_desk)

    assert kinds(task) == ["task.raised", "task.done"]


def test_nobody_does_what_nobody_has_to_do(ask, front_desk):
    task = ask()
    work.withdraw(task=task, by=BY)

    with pytest.raises(work.NoLongerOwed, match="Nobody has to do this"):
        finish(task, by=front_desk)


def test_a_done_can_be_taken_back(ask, front_desk):
    task = finish(ask(), by=front_desk)

    work.reopen(task=task, by=front_desk)

    assert (fresh(task).done_by, fresh(task).done_at) == (None, None)
    assert list(Task.objects.open()) == [task]


def test_taking_back_what_is_open_changes_nothing(ask, front_desk):
    task = ask()

    work.reopen(task=task, by=front_desk)

    assert kinds(task) == ["task.raised"]


# Withdrawing and handing over -----------------------------------------------
def test_a_withdrawn_task_is_not_open_until_its_cause_is_back(ask):
    task = work.withdraw(task=ask(), by=BY, reason="wrong chart")
    assert not Task.objects.open().exists()

    work.restore(task=task, by=BY)

    assert list(Task.objects.open()) == [task]
    assert kinds(task) == ["task.raised", "wrong chart", "task.restored"]


def test_a_task_passes_from_a_role_to_a_person_and_back(ask, clinician):
    task = work.hand_over(task=ask(), to=clinician, by=BY)
    assert (task.for_role, task.for_person) == ("", clinician)

    task = work.hand_over(task=task, to=Role.MANAGER, by=BY)
    assert (task.for_role, task.for_person) == (Role.MANAGER, None)


@pytest.mark.parametrize("act", [work.withdraw, work.hand_over])
def test_what_somebody_did_meanwhile_is_not_taken_back(act, ask, front_desk, clinician):
    task = ask()
    finish(task, by=front_desk)

    act(task=task, by=BY, **({"to": clinician} if act is work.hand_over else {}))

    assert fresh(task).done_by == front_desk
