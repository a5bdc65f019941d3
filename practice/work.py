"""Tasks: what a person has to do. Whatever "asks the front desk" makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from practice.models import Patient, Role, StaffMember, Task
from practice.rules import NotPossible
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from datetime import datetime


class AlreadyDone(NotPossible):
    """Somebody finished this task before."""


@transaction.atomic
def raise_task(
    *,
    kind: str,
    title: str,
    to: Role | StaffMember,
    due_at: datetime,
    by: Actor,
    now: datetime,
    patient: Patient | None = None,
    path: str = "",
    words: str = "",
    once_key: str | None = None,
) -> Task:
    """Ask a role, or one person, to do something. Titles carry no patient's name.

    With a `once_key`, the task that the same cause raised before is returned.
    """
    if once_key and (known := Task.objects.filter(once_key=once_key).first()):
        return known
    task = Task(
        kind=kind,
        title=title,
        for_role=to if isinstance(to, Role) else "",
        for_person=to if isinstance(to, StaffMember) else None,
        patient=patient,
        path=path,
        words=words,
        due_at=due_at,
        raised_at=now,
        once_key=once_key,
    )
    return keep(task, by=by, kind="task.raised")


@transaction.atomic
def finish(*, task: Task, by: StaffMember, now: datetime) -> Task:
    """Mark a task done. Raises AlreadyDone, naming who was first."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.done_by is not None:
        raise AlreadyDone(f"{task.done_by.name} already did this.")
    task.done_at, task.done_by = now, by
    return keep(task, by=by, kind="task.done")


@transaction.atomic
def reopen(*, task: Task, by: Actor) -> Task:
    """Take a "done" back."""
    task.done_at = task.done_by = None
    return keep(task, by=by, kind="task.reopened")


@transaction.atomic
def withdraw(*, task: Task, by: Actor) -> Task:
    """The cause is gone: nobody has to do this any more."""
    task.is_withdrawn = True
    return keep(task, by=by, kind="task.withdrawn")


@transaction.atomic
def hand_over(*, task: Task, to: Role | StaffMember, by: Actor) -> Task:
    """Give a task to another person or role."""
    task.for_role = to if isinstance(to, Role) else ""
    task.for_person = to if isinstance(to, StaffMember) else None
    return keep(task, by=by, kind="task.handed_over")
