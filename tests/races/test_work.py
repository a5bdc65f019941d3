"""Two people, or two causes, at the same task at the same moment."""

from __future__ import annotations

import pytest

from practice import work
from practice.models import Role, Task
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY = cast.FOUNDER
NOW = cast.MONDAY


def ask(**details):
    return work.raise_task(
        kind="patient.call",
        title="Call back",
        to=Role.FRONT_DESK,
        due_at=NOW,
        by=BY,
        now=NOW,
        **details,
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_of_many_finishes_a_task_and_the_others_read_who(location, _round):
    people = [cast.make_staff(Role.FRONT_DESK, at=location) for _person in range(8)]
    task = ask()

    outcome = run_together(
        8, lambda number: work.finish(task=task, by=people[number], now=NOW)
    )

    done = Task.objects.get()
    assert len(outcome.results) == 1
    assert [str(error) for error in outcome.errors] == [
        f"{done.done_by.name} already did this."
    ] * 7
    assert done.history.count() == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_cause_raises_one_task_however_often_it_is_seen(location, _round):
    outcome = run_together(16, lambda _number: ask(once_key="watch:1"))

    assert outcome.errors == []
    assert {task.pk for task in outcome.results} == {Task.objects.get().pk}
    assert Task.history.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_task_that_is_withdrawn_meanwhile_is_not_half_done(location, _round):
    person, task = cast.make_staff(Role.FRONT_DESK, at=location), ask()
    acts = [
        lambda: work.finish(task=task, by=person, now=NOW),
        lambda: work.withdraw(task=task, by=BY),
    ]

    outcome = run_together(2, lambda number: acts[number]())

    left = Task.objects.get()
    assert left.is_withdrawn
    assert (left.done_by == person) is (not outcome.errors)
