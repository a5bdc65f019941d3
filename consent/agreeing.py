"""Who stopped something and is expected soon: the desk agrees another way with them.

Everybody who can be reached at the address counts, family who may be told included:
a stop of one stops it for all who share it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from consent import addresses, said, words
from consent.models import OptOut
from consent.states import Channel
from practice import work, zones
from practice.contact_frames import facts_of
from practice.models import Caregiving, Patient, Role, Task
from practice.models.patients import about_charts
from practice.states import PatientState
from practice.trail import Actor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from practice.contact_frames import ContactFacts

KIND = "contact.agree_another_way"
MOOT = (KIND,)
DAY = timedelta(days=1)
_STOPPED = {
    Channel.TEXT: _("Wants no more texts: agree how else to reach them"),
    Channel.CALL: _("Wants no more calls: agree how else to reach them"),
    Channel.MAIL: _("Wants no more e-mails: agree how else to reach them"),
}


def ask(stop: OptOut, *, by: Actor, now: datetime) -> None:
    """Raise a task for each patient with a visit to come whom a stop concerns."""
    charts = charts_at(stop.address)
    facts = facts_of([chart.pk for chart in charts], now=now)
    for chart in charts:
        if coming := facts.get(chart.pk):
            _raise(stop, chart, coming, by=by, now=now)


def asked_after(stops: Iterable[OptOut]) -> QuerySet[Task]:
    """The tasks that some stops have raised."""
    keys = [Q(once_key__startswith=_key(stop)) for stop in stops]
    rows = Task._base_manager.filter(kind=KIND)
    return rows.filter(reduce(or_, keys)) if keys else rows.none()


def see_to(patients: Iterable[Patient], *, by: Actor, now: datetime) -> None:
    """Visits were booked or called off: agreeing another way is owed to whoever is
    expected and has a stop that holds, and to nobody else.

    Takes one query where nobody stopped anything.
    """
    heads = {one.merged_into_id or one.pk for one in patients}
    rows = Task.objects.filter(about_charts(heads), kind=KIND, done_at=None)
    tasks = list(rows.select_related("patient__merged_into").order_by("pk"))
    expected = facts_of(list(heads), now=now) if tasks else {}
    for task in tasks:
        chart = cast("Patient", task.patient)
        head = chart.merged_into or chart
        is_awaited = head.pk in expected and head.state != PatientState.DECEASED
        _owe(task, is_owed=is_awaited and _holds(task), by=by)


def settle(lifted: OptOut, *, by: Actor) -> None:
    """What was stopped may go again: nothing else has to be agreed."""
    stops = OptOut.objects.filter(
        address=lifted.address, channel=lifted.channel, number__lt=lifted.number
    )
    for task in asked_after(stops).filter(done_at=None).order_by("pk"):
        _owe(task, is_owed=False, by=by)


def _owe(task: Task, *, is_owed: bool, by: Actor) -> None:
    if is_owed and task.is_withdrawn:
        work.restore(task=task, by=by)
    elif not is_owed and not task.is_withdrawn:
        work.withdraw(task=task, by=by)


def _holds(task: Task) -> bool:
    """Whether the stop that a task is about has not ended since."""
    stop = OptOut.objects.get(pk=int((task.once_key or "").split(":")[1]))
    later = OptOut.objects.filter(address=stop.address, channel=stop.channel)
    return not later.filter(number__gt=stop.number).exists()


def charts_at(address: str) -> Sequence[Patient]:
    """The charts reached at an address, or through family who may be told there.

    Of merged charts, the one that stands for them; nobody who died.
    """
    points = addresses.points_at([address])
    own = set(points.exclude(patient=None).values_list("patient", flat=True))
    carers = points.exclude(caregiver=None).values("caregiver")
    told = Caregiving.objects.filter(
        caregiver__in=carers, may_be_told=True, is_withdrawn=False
    )
    ids = own | set(told.values_list("patient", flat=True))
    found = Patient.objects.filter(pk__in=ids).select_related("merged_into")
    heads = {one.pk: one for one in (chart.merged_into or chart for chart in found)}
    alive = [one for one in heads.values() if one.state != PatientState.DECEASED]
    return sorted(alive, key=lambda one: one.pk)


def _key(stop: OptOut) -> str:
    """How the `once_key` of every task about a stop begins."""
    return f"agree_another_way:{stop.pk}:"


def _raise(
    stop: OptOut, chart: Patient, coming: ContactFacts, *, by: Actor, now: datetime
) -> None:
    work.raise_task(
        kind=KIND,
        title=_title(stop, coming),
        to=Role.FRONT_DESK,
        due_at=min(coming.next_visit_at, now + DAY),
        patient=chart,
        path=f"/patients/{chart.pk}/",
        words=said.words_for(stop, chart)[:1000],
        once_key=f"{_key(stop)}{chart.pk}",
        by=by,
        now=now,
    )


def _title(stop: OptOut, coming: ContactFacts) -> StrOrPromise:
    """What the desk reads; CANCEL may have meant the visit, which stands."""
    if not words.may_mean_the_visit(stop.words):
        return _STOPPED[Channel(stop.channel)]
    with translation.override(settings.LANGUAGE_CODE):
        when = zones.moment(coming.next_visit_at, coming.zone)
        said = _("Texted CANCEL, which stops texts. The visit on %(when)s stands: call")
        return said % {"when": when}
