"""The “check on them” flag: silence becomes a call by a named person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import clock, one_by_one, roster, work
from practice.models import (
    CallAttempt,
    CallOutcome,
    PaperEntry,
    Patient,
    Practice,
    Role,
    StaffMember,
    Task,
    TrailEntry,
    WatchFlag,
)
from practice.models.patients import about_chart, about_charts
from practice.patients import local_day
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.models.frames import TaskQuerySet


SPOKE = "Somebody spoke with them"


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
    locked(patient)
    today = local_day(now)
    if ends_on < today:
        raise WatchEndsTooSoon(_("The last day has already passed."))
    for current in of_chart(patient):
        if current.ends_on >= today:
            raise AlreadyWatched(_("Somebody already checks on this patient."))
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
    flag = locked(flag)
    if flag.is_withdrawn:
        return flag
    flag.is_withdrawn = True
    keep(flag, by=by, kind="watch.ended")
    for task in _calls_owed(flag):
        work.withdraw(task=task, by=by)
    return flag


@transaction.atomic
def record_contact(*, flag: WatchFlag, on: date, by: Actor) -> WatchFlag:
    """Somebody spoke with the patient: the quiet days begin anew.

    A call that was owed has been made by that.
    """
    flag = locked(flag)
    flag.last_contact_on = on
    keep(flag, by=by, kind="watch.contact")
    _spare_calls(flag, by=by)
    return flag


@transaction.atomic
def recount(*, patient: Patient, by: Actor) -> None:
    """Count the last contact anew: a talk came on a chart, or went off it.

    Where it was earlier than noted, the call that was thought to be spared is owed.
    """
    for flag in map(locked, of_chart(patient).order_by("pk")):
        noted, flag.last_contact_on = flag.last_contact_on, _last_contact(flag)
        if flag.last_contact_on == noted:
            continue
        keep(flag, by=by, kind="watch.recounted")
        if flag.last_contact_on > noted:
            _spare_calls(flag, by=by)
        else:
            _owe_again(flag, by=by)


def call_the_quiet(*, by: Actor, now: datetime) -> int:
    """Raise a same-day call for every watched patient who has been quiet too long.

    A call that reached nobody is owed again the next day. Returns how many calls
    are owed that were not before. Raises SomeFailed, after all others were raised.
    """
    today = local_day(now)

    def act(number: int) -> bool:
        flag = WatchFlag.objects.select_for_update().get(pk=number)
        is_quiet = flag.last_contact_on + timedelta(days=flag.quiet_days) <= today
        if flag.is_withdrawn or not is_quiet or _calls_owed(flag).exists():
            return False
        return _call(flag, today=today, by=by, now=now)

    flags = list(watched(today).values_list("pk", flat=True))
    return one_by_one.each(flags, act, kind="watches")


@transaction.atomic
def missed(
    *,
    patient: Patient,
    cause: str,
    title: StrOrPromise,
    path: str,
    by: Actor,
    now: datetime,
) -> None:
    """Something went missing that was counted on: whoever watches calls today.

    The `cause` says what it was, so that `unmissed` finds the call again.
    """
    today = local_day(now)
    for flag in watched(today).filter(about_chart(patient)):
        key = f"{_key(flag, cause)}{int(now.timestamp())}"
        _ask(flag, title, key, path=path, by=by, now=now)


@transaction.atomic
def unmissed(*, patient: Patient, cause: str, by: Actor) -> None:
    """It was not so after all: nobody has to call because of it."""
    for flag in of_chart(patient):
        for task in _calls_owed(flag).filter(once_key__startswith=_key(flag, cause)):
            work.withdraw(task=task, by=by)


def watched(today: date) -> QuerySet[WatchFlag]:
    """Flags that count on a day: nobody is asked to call the dead."""
    died = PatientState.DECEASED
    flags = WatchFlag.objects.filter(is_withdrawn=False, ends_on__gte=today)
    return flags.exclude(patient__state=died).exclude(patient__merged_into__state=died)


def of_chart(patient: Patient) -> QuerySet[WatchFlag]:
    """The flags, run out or not, of a chart and all that it stands for."""
    return WatchFlag.objects.filter(about_chart(patient), is_withdrawn=False)


def among(heads: Iterable[int], *, today: date) -> set[int]:
    """Those of some charts that are watched, or stand for one that is."""
    flags = watched(today).filter(about_charts(list(heads)))
    rows = flags.values_list("patient", "patient__merged_into")
    return {head or patient for patient, head in rows}


def _call(flag: WatchFlag, *, today: date, by: Actor, now: datetime) -> bool:
    """Ask for a call; False if somebody was asked today already."""
    key, quiet = f"watch:{flag.pk}:{today}", today - flag.last_contact_on
    if Task.objects.filter(once_key=key).exists():
        return False
    title = format_lazy(
        gettext_lazy("Call today: no contact for {days} days"), days=quiet.days
    )
    _ask(flag, title, key, path=f"/patients/{flag.patient_id}/", by=by, now=now)
    return True


def _ask(
    flag: WatchFlag,
    title: StrOrPromise,
    key: str,
    *,
    path: str,
    by: Actor,
    now: datetime,
) -> None:
    """Ask whoever answers for the caller to call before the day ends."""
    work.raise_task(
        kind="watch.call",
        title=title,
        to=roster.who_answers_for(flag.caller, now=now) or Role.MANAGER,
        due_at=max(now, end_of_day(local_day(now))),
        patient=flag.patient,
        path=path,
        once_key=key,
        by=by,
        now=now,
    )


def _key(flag: WatchFlag, cause: str) -> str:
    return f"watch:{flag.pk}:{cause}:"


def _calls_owed(flag: WatchFlag) -> TaskQuerySet:
    """The calls that this watch asked for and nobody has made."""
    mine = Task.objects.open().filter(kind="watch.call")
    return mine.filter(once_key__startswith=f"watch:{flag.pk}:")


def _spare_calls(flag: WatchFlag, *, by: Actor) -> None:
    for task in _calls_owed(flag):
        work.withdraw(task=task, by=by, reason=SPOKE)


def _owe_again(flag: WatchFlag, *, by: Actor) -> None:
    """Put back the newest call that only a contact spared which there was not."""
    quiet_on = flag.last_contact_on + timedelta(days=flag.quiet_days)
    calls = Task.objects.filter(
        kind="watch.call",
        once_key__startswith=f"watch:{flag.pk}:",
        once_key__gte=f"watch:{flag.pk}:{quiet_on}",
        is_withdrawn=True,
    )
    spared = calls.order_by("-pk").first()
    counts = watched(flag.ends_on).filter(pk=flag.pk).exists()
    if spared is None or not counts or _calls_owed(flag).exists():
        return
    if spared.history.latest("history_id").history_change_reason == SPOKE:
        work.restore(task=spared, by=by)


def _last_contact(flag: WatchFlag) -> date:
    """The newest of what was noted by hand, of talks from paper, and of calls."""
    noted = TrailEntry.objects.filter(
        record="watchflag", record_id=flag.pk, kind__in=("watch.set", "watch.contact")
    )
    rows = flag.history.filter(history_id__in=noted.values("history_id"))
    days: set[date] = set(rows.values_list("last_contact_on", flat=True))
    talks = PaperEntry.objects.filter(
        about_chart(flag.patient), kind=PaperEntry.CONTACT, is_withdrawn=False
    )
    for talk in talks.select_related("location"):
        day = clock.local(talk.happened_at, talk.location.time_zone).date()
        if day <= flag.ends_on:
            days.add(day)
    spoken = CallAttempt.objects.filter(
        outcome=CallOutcome.SPOKE,
        patient__in=Patient.objects.chart_set(flag.patient),
        is_withdrawn=False,
    )
    for made_at in spoken.values_list("made_at", flat=True):
        if (day := local_day(made_at)) <= flag.ends_on:
            days.add(day)
    return max(days)


def end_of_day(day: date) -> datetime:
    """17:00 of a day where the practice is: when a same-day task is late."""
    practice = Practice.objects.first()
    zone = ZoneInfo(practice.time_zone if practice else "UTC")
    return datetime.combine(day, time(17), zone)
