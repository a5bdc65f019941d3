"""Who asked by their link for another time, as long as nobody has seen to it.

What they asked is a task of the front desk. Its key says which visit it is about, and
when that was to begin: once it has moved or is cancelled, nobody has to see to that
any more, and somebody has again once that is taken back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from practice import work
from practice.models import Task
from practice.prepared import prepared
from scheduling.minutes import minute_of
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.trail import Actor
    from scheduling.models import Appointment, Attendee

KIND = "visit.move_wanted"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patient asked, and when."""

    at: datetime
    words: str


def key_of(kind: str, attendee_id: int, starts_at: datetime) -> str:
    """How the key of a task begins that is about one patient's visit at its time."""
    return f"{kind}:{attendee_id}:{minute_of(starts_at)}"


def waiting(patient_ids: Collection[int]) -> Mapping[str, Asked]:
    """What some patients asked and nobody did, the newest, by the key of the visit.

    Takes one query.
    """
    said = _said(charts=list(patient_ids))
    return {_visit_in(key): Asked(at, words) for key, at, words in said}


@prepared
def _said(charts: Any) -> QuerySet[Task, tuple[str | None, datetime, str]]:
    rows = Task.objects.open().filter(kind=KIND, patient__in=charts)
    return rows.order_by("pk").values_list("once_key", "raised_at", "words")


def of_visit(
    asked: Mapping[str, Asked], attendee_id: int, starts_at: datetime
) -> Asked | None:
    """What was asked about one patient's visit as it is now."""
    return asked.get(key_of(KIND, attendee_id, starts_at))


def open_key(kind: str, attendee: Attendee, words: str) -> str:
    """The key under which the same words ask once, until somebody has seen to them."""
    said = hashlib.sha256(words.encode()).hexdigest()[:8]
    start = key_of(kind, attendee.pk, attendee.appointment.starts_at)
    asked = Task.objects.filter(once_key__startswith=f"{start}:{said}:")
    times = asked.exclude(pk__in=asked.open().values("pk")).count()
    return f"{start}:{said}:{times}"


def settle(attendee: Attendee, *, by: Actor) -> None:
    """Nobody has to see to what was asked of a time at which they do not come."""
    for task in Task.objects.open().filter(about(attendee)).order_by("pk"):
        if _visit_in(task.once_key) != _awaited(attendee):
            work.withdraw(task=task, by=by)


def owe_again(visit: Appointment, *, by: Actor) -> None:
    """What was asked of the time at which a visit is once more."""
    for attendee in visit.attendees.filter(is_withdrawn=False, status__in=AHEAD):
        attendee.appointment = visit
        rows = Task.objects.filter(about(attendee), is_withdrawn=True)
        for task in rows.filter(done_at=None).order_by("pk"):
            if _visit_in(task.once_key) == _awaited(attendee):
                work.restore(task=task, by=by)


def about(attendee: Attendee) -> Q:
    """Tasks by which somebody asked to move their visit, whenever it was to begin."""
    return Q(kind=KIND, once_key__startswith=f"{KIND}:{attendee.pk}:")


def _awaited(attendee: Attendee) -> str:
    """The key of the visit to which somebody comes now; empty where they do not."""
    if attendee.is_withdrawn or attendee.status not in AHEAD:
        return ""
    return key_of(KIND, attendee.pk, attendee.appointment.starts_at)


def _visit_in(key: str | None) -> str:
    return ":".join((key or "").split(":")[:3])
