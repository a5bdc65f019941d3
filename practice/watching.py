"""The “check on them” flag: silence becomes a call by a named person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from practice import work
from practice.models import Patient, Practice, StaffMember, Task, WatchFlag
from practice.patients import local_day
from practice.rules import NotPossible
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


class AlreadyWatched(NotPossible):
    """Somebody already checks on this patient."""


class WatchEndsTooSoon(NotPossible):
    """A watch needs a last day that has not passed."""

    field = "ends_on"


@transaction.atomic
def watch(
    *,
    patient: Patient,
    caller: StaffMember,
    reason: str,
    quiet_days: int,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> WatchFlag:
    """Ask that somebody checks on a patient. Raises AlreadyWatched, WatchEndsTooSoon.

    Until it ends, nothing automatic goes to the patient; a missed visit, a
    cancellation or `quiet_days` without contact becomes a call by `caller`.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    today = local_day(now)
    if ends_on < today:
        raise WatchEndsTooSoon("The last day has already passed.")
    current = patient.watch_flags.filter(is_withdrawn=False).first()
    if current and current.ends_on >= today:
        raise AlreadyWatched("Somebody already checks on this patient.")
    if current:
        stop(flag=current, by=by)
    flag = WatchFlag(
        patient=patient,
        caller=caller,
        reason=reason,
        quiet_days=quiet_days,
        last_contact_on=today,
        ends_on=ends_on,
    )
    return keep(flag, by=by, kind="watch.set")


@transaction.atomic
def stop(*, flag: WatchFlag, by: Actor) -> WatchFlag:
    """End the watch; its open calls are no longer owed."""
    flag.is_withdrawn = True
    keep(flag, by=by, kind="watch.ended")
    for task in Task.objects.open().filter(
        kind="watch.call", once_key__startswith=f"watch:{flag.pk}:"
    ):
        work.withdraw(task=task, by=by)
    return flag


@transaction.atomic
def record_contact(*, flag: WatchFlag, on: date, by: Actor) -> WatchFlag:
    """Somebody spoke with the patient: the quiet days begin anew."""
    flag.last_contact_on = on
    return keep(flag, by=by, kind="watch.contact")


@transaction.atomic
def call_the_quiet(*, by: Actor, now: datetime) -> int:
    """Raise a same-day call for every watched patient who has been quiet too long.

    Returns how many calls are owed that were not before.
    """
    today = local_day(now)
    raised = 0
    for flag in watched(today).select_related("patient", "caller"):
        if flag.last_contact_on + timedelta(days=flag.quiet_days) <= today:
            raised += _call(flag, today=today, by=by, now=now)
    return raised


def watched(today: date) -> QuerySet[WatchFlag]:
    """Flags that count on a day."""
    return WatchFlag.objects.filter(is_withdrawn=False, ends_on__gte=today)


def _call(flag: WatchFlag, *, today: date, by: Actor, now: datetime) -> int:
    key = f"watch:{flag.pk}:{flag.last_contact_on}"
    if Task.objects.filter(once_key=key).exists():
        return 0
    work.raise_task(
        kind="watch.call",
        title=f"Call today: no contact for {flag.quiet_days} days",
        to=flag.caller,
        due_at=end_of_day(today),
        patient=flag.patient,
        path=f"/patients/{flag.patient_id}/",
        once_key=key,
        by=by,
        now=now,
    )
    return 1


def end_of_day(day: date) -> datetime:
    """17:00 of a day where the practice is: when a same-day task is late."""
    practice = Practice.objects.first()
    zone = ZoneInfo(practice.time_zone if practice else "UTC")
    return datetime.combine(day, time(17), zone)
