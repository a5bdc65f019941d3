"""Calls to patients: each is recorded with what became of it.

A promised call-back is a task with an owner and a time. Where somebody checks on a
patient, a talk counts as contact, until it is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import watching, work
from practice.models import CallAttempt, CallOutcome, Task
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from practice.models import Patient, StaffMember

PROMISED = "call.back"
MOOT = (PROMISED,)
MOVED = "chart.moved_here"
KINDS: Mapping[str, str] = {
    CallOutcome.SPOKE: "call.spoke",
    CallOutcome.LEFT_MESSAGE: "call.left_message",
    CallOutcome.NO_ANSWER: "call.no_answer",
    CallOutcome.CALL_BACK: "call.call_back",
}
# These settle the task that asked for the call; the others leave it open.
SETTLING = frozenset({CallOutcome.SPOKE, CallOutcome.CALL_BACK})


class NoTimeToCall(NotPossible):
    """A promised call has a time, and it is ahead."""

    field = "back_on"


@transaction.atomic
def record(
    *,
    patient: Patient,
    outcome: str,
    by: StaffMember,
    now: datetime,
    words: str = "",
    task: Task | None = None,
    back_at: datetime | None = None,
    owner: StaffMember | None = None,
) -> CallAttempt:
    """Note a call that was made just now; `back_at` and `owner` are of a promised one.

    Raises NoTimeToCall, and what settling the task raises.
    """
    promise = None
    if outcome == CallOutcome.CALL_BACK:
        if back_at is None or back_at <= now:
            raise NoTimeToCall(_("Choose when to call back: a time that is ahead."))
        promise = _promise(patient, back_at, owner or by, by=by, now=now)
    if task is not None and outcome in SETTLING and task.is_ticked_off:
        work.settle(task=task, by=by, now=now)
    call = CallAttempt(
        patient=patient,
        outcome=outcome,
        caller=by,
        made_at=now,
        words=words,
        task=task,
        promise=promise,
    )
    return _recounted(keep(call, by=by, kind=KINDS[outcome]), by=by)


@transaction.atomic
def take_back(*, call: CallAttempt, by: StaffMember) -> CallAttempt:
    """It was pressed by mistake: what it settled is open again, nothing is promised."""
    call = locked(call)
    if call.is_withdrawn:
        return call
    call.is_withdrawn = True
    keep(call, by=by, kind="call.taken_back")
    if call.promise is not None:
        work.withdraw(task=call.promise, by=by)
    if call.task is not None:
        _reopen(call.task, call, by=by)
    return _recounted(call, by=by)


def follow(*, task: Task, origin: Patient, by: Actor) -> None:
    """A task moved to the right chart: its calls go along, and what they promised.

    A promise takes the call along in which it was given. Whatever asked for that call
    stays and is open again: whoever it is about was not called.
    """
    assert task.patient is not None
    rows = CallAttempt.objects.filter(Q(task=task) | Q(promise=task))
    for row in rows.exclude(patient=task.patient).order_by("pk"):
        call = locked(row)
        call.patient = task.patient
        asked = parted(call) if call.task_id != task.pk else None
        keep(call, by=by, kind=MOVED, reason=f"(from chart {origin.pk})")
        moved(call=call, asked=asked, origin=origin, by=by)


def parted(call: CallAttempt) -> Task | None:
    """A call goes to another chart: what asked for it stays, and is returned."""
    asked, call.task = call.task, None
    return asked


def moved(*, call: CallAttempt, asked: Task | None, origin: Patient, by: Actor) -> None:
    """A call went to the right chart: along goes what it promised.

    Whoever it was `asked` for was not called; back on their chart, they were.
    """
    if asked is not None and not call.is_withdrawn:
        _reopen(asked, call, by=by)
    elif call.task_id is None and not call.is_withdrawn:
        _answer_again(call, by=by)
    if call.promise is not None and call.promise.patient_id != call.patient_id:
        _take_promise_along(call.promise, call.patient, origin, by=by)
    if call.outcome == CallOutcome.SPOKE:
        for chart in (origin, call.patient):
            watching.recount(patient=chart, by=by)


def _take_promise_along(
    promise: Task, to: Patient, origin: Patient, *, by: Actor
) -> None:
    promise = locked(promise)
    promise.patient, promise.path = to, f"/patients/{to.pk}/"
    keep(promise, by=by, kind=MOVED, reason=f"(from chart {origin.pk})")
    follow(task=promise, origin=origin, by=by)


def _reopen(task: Task, call: CallAttempt, *, by: Actor) -> None:
    """The call that settled a task, if it did, was none for it."""
    if task.is_ticked_off and task.done_by_id == call.caller_id:
        work.reopen(task=task, by=by)


def _answer_again(call: CallAttempt, *, by: Actor) -> None:
    """What asked for a call that came back to its chart is settled by it once more."""
    rows = call.history.filter(patient=call.patient_id, task__isnull=False)
    number = rows.order_by("-history_id").values_list("task", flat=True).first()
    task = Task.objects.filter(pk=number, patient=call.patient_id).first()
    if task is None:
        return
    call, task = locked(call), locked(task)
    call.task = task
    keep(call, by=by, kind=MOVED)
    done = task.history.filter(done_by=call.caller_id).order_by("-history_id").first()
    if done is not None and task.done_at is None and not task.is_withdrawn:
        task.done_at, task.done_by = done.done_at, call.caller
        keep(task, by=by, kind="task.done")


def _promise(
    patient: Patient,
    back_at: datetime,
    owner: StaffMember,
    *,
    by: StaffMember,
    now: datetime,
) -> Task:
    return work.raise_task(
        kind=PROMISED,
        title=gettext_lazy("Call back, as promised"),
        to=owner,
        due_at=back_at,
        patient=patient,
        path=f"/patients/{patient.pk}/",
        by=by,
        now=now,
    )


def _recounted(call: CallAttempt, *, by: Actor) -> CallAttempt:
    """A call as it was kept; whoever checks on the patient goes by talks."""
    if call.outcome == CallOutcome.SPOKE:
        watching.recount(patient=call.patient, by=by)
    return call
