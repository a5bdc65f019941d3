"""Tasks: what a person has to do. Whatever "asks the front desk" makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.models import Patient, Role, StaffMember, Task
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise


_TO_FINISH = {
    Task.REVIEW: gettext_lazy("Write the review: that finishes this task."),
    Task.INCIDENT: gettext_lazy("Close the incident: that finishes this task."),
}
_TO_CORRECT = {
    Task.REVIEW: gettext_lazy("Correct the review instead: open it again and save it."),
    Task.INCIDENT: gettext_lazy("Open the incident again instead."),
}


class AlreadyDone(NotPossible):
    """Somebody finished this task before."""


class NoLongerOwed(NotPossible):
    """The cause of this task is gone."""


class NotTickedOff(NotPossible):
    """Only what this task asks for finishes it."""


@transaction.atomic
def raise_task(
    *,
    kind: str,
    title: StrOrPromise,
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

    A title is kept in the staff's language, also where a patient caused the task.

    With a `once_key`, the task that the same cause raised before is returned,
    also when that happens at the same moment.
    """
    if known := _raised_before(once_key):
        return known
    task = Task(
        kind=kind,
        title=words_for_staff(title),
        for_role=to if isinstance(to, Role) else "",
        for_person=to if isinstance(to, StaffMember) else None,
        patient=patient,
        path=path,
        words=words,
        due_at=due_at,
        raised_at=now,
        once_key=once_key,
    )
    try:
        return keep(task, by=by, kind="task.raised")
    except ValidationError:
        if known := _raised_before(once_key):
            return known
        raise


@transaction.atomic
def finish(*, task: Task, by: StaffMember, now: datetime) -> Task:
    """Mark a task done; a second press of the same person changes nothing.

    Raises AlreadyDone, naming who was first, NoLongerOwed, and NotTickedOff.
    """
    if not task.is_ticked_off:
        raise NotTickedOff(str(_TO_FINISH[task.kind]))
    return settle(task=task, by=by, now=now)


@transaction.atomic
def settle(*, task: Task, by: StaffMember, now: datetime) -> Task:
    """Finish a task by the act that it asked for. Raises AlreadyDone, NoLongerOwed."""
    task = locked(task)
    if task.done_by_id == by.pk:
        return task
    if task.done_by is not None:
        raise AlreadyDone(_("%(name)s already did this.") % {"name": task.done_by.name})
    if task.is_withdrawn:
        raise NoLongerOwed(_("Nobody has to do this any more."))
    task.done_at, task.done_by = now, by
    return keep(task, by=by, kind="task.done")


@transaction.atomic
def reopen(*, task: Task, by: Actor) -> Task:
    """Take a "done" back. Raises NotTickedOff."""
    if not task.is_ticked_off:
        raise NotTickedOff(str(_TO_CORRECT[task.kind]))
    task = locked(task)
    if task.done_at is None:
        return task
    task.done_at = task.done_by = None
    return keep(task, by=by, kind="task.reopened")


@transaction.atomic
def withdraw(*, task: Task, by: Actor, reason: str = "") -> Task:
    """The cause is gone: nobody has to do this any more."""
    task = locked(task)
    task.is_withdrawn = True
    return keep(task, by=by, kind="task.withdrawn", reason=reason)


@transaction.atomic
def restore(*, task: Task, by: Actor) -> Task:
    """The cause is back: somebody has to do this after all."""
    task = locked(task)
    task.is_withdrawn = False
    return keep(task, by=by, kind="task.restored")


@transaction.atomic
def hand_over(
    *, task: Task, to: Role | StaffMember, by: Actor, due_at: datetime | None = None
) -> Task:
    """Give a task to another person or role, with another deadline if one is set."""
    task = locked(task)
    task.due_at = due_at or task.due_at
    task.for_role = to if isinstance(to, Role) else ""
    task.for_person = to if isinstance(to, StaffMember) else None
    return keep(task, by=by, kind="task.handed_over")


def words_for_staff(text: StrOrPromise) -> str:
    """A lazy translation in the language of the staff, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


def _raised_before(once_key: str | None) -> Task | None:
    return Task.objects.filter(once_key=once_key).first() if once_key else None
