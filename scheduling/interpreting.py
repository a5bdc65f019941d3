"""Visits with an interpreter: somebody books one, in time, as long as the visit stands.

Looked at anew every few minutes, so that a visit that was moved, cancelled, taken back
or put on another chart needs no word of its own, nor a need that changed, nor a death.
Whoever had booked one by then is asked to cancel it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice import work, zones
from practice.models import Role, Task
from practice.trail import keep, locked
from scheduling import in_care
from scheduling.minutes import instant_of, minute_of
from scheduling.models import Attendee
from scheduling.states import LIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from practice.models import Patient
    from practice.trail import Actor

KIND = "visit.interpreter"
CANCEL = "visit.interpreter_off"
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
    back what no visit asks for any more, or ask to cancel whom somebody booked.
    """
    wanted = _wanted(now=now)
    known = _known(wanted, now=now)
    for key in sorted({*wanted, *known}):
        if people := wanted.get(key):
            _want(key, people, known.get(key, _NOBODY), by=by, now=now)
        else:
            _forgo(known[key], by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the desk was asked about one visit at its time: to book, and to cancel."""

    book: Task | None = None
    cancel: Task | None = None

    @property
    def is_booked(self) -> bool:
        return self.book is not None and _is_done(self.book)


_NOBODY = _Asked()


def _wanted(*, now: datetime) -> Mapping[str, list[Attendee]]:
    """Who needs one, by the key of the task: a visit at its time, and the need.

    Those of one visit who need the same share one.
    """
    own = Q(patient__merged_into=None) & ~Q(patient__interpreter="")
    heads = Q(patient__merged_into__isnull=False)
    rows = Attendee.objects.filter(
        own | heads & ~Q(patient__merged_into__interpreter=""),
        is_withdrawn=False,
        status__in=LIVE,
        appointment__starts_at__gt=now,
        appointment__starts_at__lte=now + LOOKED_AHEAD,
    ).exclude(in_care.DIED)
    found: dict[str, list[Attendee]] = {}
    rows = rows.select_related("appointment", "patient__merged_into")
    for one in rows.order_by("appointment__starts_at", "pk"):
        found.setdefault(_key(one), []).append(one)
    return found


def _key(attendee: Attendee) -> str:
    visit, who = attendee.appointment, attendee.chart
    need = f"{who.interpreter}.{who.spoken_language}"
    return f"{KIND}:{visit.pk}:{minute_of(visit.starts_at)}:{need}"


def _known(keys: Iterable[str], *, now: datetime) -> Mapping[str, _Asked]:
    """What was asked of these visits, of others that are ahead, or is still open."""
    ahead = Q(due_at__gt=now - BEFORE) | Q(done_at=None, is_withdrawn=False)
    tasks = Task.objects.filter(
        ahead | Q(once_key__in=list(keys)), kind__in=(KIND, CANCEL)
    )
    found: dict[str, dict[str, Task]] = {}
    for task in tasks.select_related("patient"):
        key = (task.once_key or "").removesuffix(_OFF)
        found.setdefault(key, {})[task.kind] = task
    return {key: _Asked(of.get(KIND), of.get(CANCEL)) for key, of in found.items()}


# Wanted -----------------------------------------------------------------------------
def _want(
    key: str,
    people: Iterable[Attendee],
    asked: _Asked,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """An interpreter for some people of a visit: asked for once, and not cancelled."""
    first, *others = people
    if asked.book is None:
        _ask(key, first, by=by, now=now)
        return
    if asked.book.patient_id not in {one.patient_id for one in (first, *others)}:
        _take_along(asked.book, first, by=by)
    if asked.cancel is not None and not asked.cancel.is_withdrawn:
        if asked.is_booked and asked.cancel.done_at:
            work.reopen(task=asked.book, by=by)  # whoever was booked was sent away
        work.withdraw(task=asked.cancel, by=by)
    if asked.book.is_withdrawn:
        work.restore(task=asked.book, by=by)


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


def _take_along(task: Task, attendee: Attendee, *, by: Actor) -> None:
    """The visit went to the right chart, which needs the same."""
    task = locked(task)
    origin, task.patient = task.patient_id, attendee.patient
    keep(task, by=by, kind="chart.moved_here", reason=f"(from chart {origin})")


# Not wanted any more ------------------------------------------------------------------
_OFF = ":off"


def _forgo(asked: _Asked, *, by: Actor, now: datetime) -> None:
    """No visit asks for it: what is open is taken back, who was booked is cancelled."""
    book, cancel = asked.book, asked.cancel
    if book is None or book.once_key is None:
        return
    starts_at = instant_of(int(book.once_key.split(":")[2]))
    if not asked.is_booked:
        _take_back(book, by=by)
    elif starts_at <= now:
        if cancel is not None:
            _take_back(cancel, by=by)
    elif cancel is None:
        _ask_to_cancel(book, starts_at, by=by, now=now)
    elif cancel.is_withdrawn:
        _owe_again(cancel, by=by)


def _take_back(task: Task, *, by: Actor) -> None:
    """Unless somebody did it meanwhile."""
    if not task.is_withdrawn and locked(task).done_at is None:
        work.withdraw(task=task, by=by)


def _owe_again(task: Task, *, by: Actor) -> None:
    work.restore(task=task, by=by)
    work.reopen(task=task, by=by)


def _ask_to_cancel(
    book: Task, starts_at: datetime, *, by: Actor, now: datetime
) -> None:
    when = zones.moment(starts_at, zones.of_practice())
    work.raise_task(
        kind=CANCEL,
        title=_("Cancel the interpreter: the visit is not then any more"),
        words=f"{book.words} · {when}",
        to=Role.FRONT_DESK,
        due_at=min(starts_at, now + SOON),
        patient=book.patient,
        path=book.path,
        once_key=f"{book.once_key}{_OFF}",
        by=by,
        now=now,
    )


def _is_done(task: Task) -> bool:
    return task.done_at is not None and not task.is_withdrawn
