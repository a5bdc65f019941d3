"""Visits with an interpreter: somebody books one, in time, as long as the visit stands.

Looked at anew every few minutes, so that a visit that was moved, cancelled, taken back
or put on another chart needs no word of its own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice import work
from practice.models import Role, Task
from scheduling import asked
from scheduling.models import Attendee
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from practice.models import Patient
    from practice.trail import Actor

KIND = "visit.interpreter"
LOOKED_AHEAD = timedelta(days=14)  # a series of a year asks for one after the other
BEFORE = timedelta(days=3)  # agencies want to know earlier than the day before
SOON = timedelta(hours=1)


def words_of(patient: Patient) -> str:
    """Which interpreter, and of which language."""
    return (
        f"{patient.get_interpreter_display()}: {patient.get_spoken_language_display()}"
    )


def see_to_all(*, by: Actor, now: datetime) -> None:
    """Ask the desk for an interpreter of each visit of the next two weeks, once; take
    back what no visit asks for any more.
    """
    wanted = _wanted(now=now)
    tasks = Task.objects.filter(kind=KIND, once_key__in=list(wanted))
    known = {task.once_key: task for task in tasks}
    for key, attendee in wanted.items():
        task = known.get(key)
        if task is None:
            _ask(key, attendee, by=by, now=now)
        elif task.is_withdrawn:
            work.restore(task=task, by=by)
    gone = Task.objects.open().filter(kind=KIND).exclude(once_key__in=list(wanted))
    for task in gone.order_by("pk"):
        work.withdraw(task=task, by=by)


def _wanted(*, now: datetime) -> Mapping[str, Attendee]:
    """Who needs one, by the key of the task: the visit of one patient at its time."""
    own = Q(patient__merged_into=None) & ~Q(patient__interpreter="")
    heads = Q(patient__merged_into__isnull=False)
    rows = Attendee.objects.filter(
        own | heads & ~Q(patient__merged_into__interpreter=""),
        is_withdrawn=False,
        status__in=AHEAD,
        appointment__starts_at__gt=now,
        appointment__starts_at__lte=now + LOOKED_AHEAD,
    ).select_related("appointment", "patient__merged_into")
    return {
        asked.key_of(KIND, one.pk, one.appointment.starts_at): one
        for one in rows.order_by("appointment__starts_at", "pk")
    }


def _ask(key: str, attendee: Attendee, *, by: Actor, now: datetime) -> None:
    starts_at = attendee.appointment.starts_at
    work.raise_task(
        kind=KIND,
        title=_("Book the interpreter for a visit"),
        words=words_of(attendee.chart),
        to=Role.FRONT_DESK,
        due_at=min(starts_at, max(now + SOON, starts_at - BEFORE)),
        patient=attendee.patient,
        path=f"/visits/{attendee.appointment_id}/",
        once_key=key,
        by=by,
        now=now,
    )
