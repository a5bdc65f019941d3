"""Reminders that a person sends: each waits on Today until somebody looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy

from practice import work
from practice.models import Role, StaffMember, Task

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.trail import Actor
    from scheduling.models import Reminder

KIND = "reminder.send"


def ask(row: Reminder, *, by: Actor, now: datetime) -> None:
    """Ask the desk to look at one and send it, until it is of no more use."""
    task = work.raise_task(
        kind=KIND,
        title=gettext_lazy("Look at a reminder, and send it or not"),
        to=Role.FRONT_DESK,
        due_at=row.until_at,
        patient=row.attendee.patient,
        path=reverse("visit", args=[row.attendee.appointment_id]),
        once_key=_key(row.pk),
        by=by,
        now=now,
    )
    if task.is_withdrawn:
        work.restore(task=task, by=by)


def finish(ids: Collection[int], *, by: StaffMember, now: datetime) -> None:
    for task in _open(ids):
        work.settle(task=task, by=by, now=now)


def withdraw(ids: Collection[int], *, by: Actor) -> None:
    """Nobody has to look at them any more. One query where nobody had to."""
    for task in _open(ids):
        work.withdraw(task=task, by=by)


def _open(ids: Collection[int]) -> QuerySet[Task]:
    keys = [_key(pk) for pk in ids]
    return Task.objects.open().filter(kind=KIND, once_key__in=keys).order_by("pk")


def _key(pk: int) -> str:
    return f"{KIND}:{pk}"
