"""Who is called first since their clinician is ill, as long as their visit stands.

Once somebody cancels it, nobody calls about it any more; and again once that is taken
back. A visit that moves leaves the call owed: it is they who have to hear of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice import work
from practice.models import Role, Task
from scheduling import in_care
from scheduling.models import Clearing
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from datetime import datetime

    from practice.trail import Actor
    from scheduling.models import Appointment, Attendee

KIND = "clearing.call"


def ask(
    clearing: Clearing,
    attendee: Attendee,
    reason: str,
    *,
    due_at: datetime,
    by: Actor,
    now: datetime,
) -> None:
    """Ask the desk, once for each clearing, for a `reason`."""
    work.raise_task(
        kind=KIND,
        title=_("Call first: their clinician is ill"),
        words=reason,
        to=Role.FRONT_DESK,
        due_at=due_at,
        patient=attendee.patient,
        path=f"/visits/{attendee.appointment_id}/",
        once_key=f"clearing:{clearing.pk}:{attendee.pk}",
        by=by,
        now=now,
    )


def settle(attendee: Attendee, *, by: Actor) -> None:
    """They do not come: nobody has to call about a visit that somebody cancelled."""
    ending = f":{attendee.pk}"
    rows = Task.objects.open().filter(kind=KIND, once_key__endswith=ending)
    for task in rows.filter(patient=attendee.patient_id).order_by("pk"):
        work.withdraw(task=task, by=by)


def owe_again(visit: Appointment, *, by: Actor) -> None:
    """A visit is ahead after all: who was to be called about it is, unless the
    clearing itself was taken back.
    """
    coming = visit.attendees.filter(is_withdrawn=False, status__in=AHEAD)
    for attendee in coming.exclude(in_care.DIED):
        rows = Task.objects.filter(
            kind=KIND,
            patient=attendee.patient_id,
            once_key__endswith=f":{attendee.pk}",
            is_withdrawn=True,
            done_at=None,
        )
        for task in rows.order_by("pk"):
            if _stands(task):
                work.restore(task=task, by=by)


def _stands(task: Task) -> bool:
    clearing = int((task.once_key or "").split(":")[1])
    return Clearing.objects.filter(pk=clearing, undone_at=None).exists()
