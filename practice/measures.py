"""This floor's measures on the scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from practice import clock, contacts, roster, rota, zones
from practice.access import Capability
from practice.contributions import Measure
from practice.models import Patient, Task
from practice.states import PatientState

if TYPE_CHECKING:
    from datetime import datetime

ROTA_DAYS = 28


def overdue_tasks(*, now: datetime) -> Measure:
    """How many open tasks are past their time."""
    late = Task.objects.overdue(now=now).count()
    return Measure(
        title=_("Tasks past their time"),
        value=_share(late, Task.objects.open().count()),
        definition=_("Open tasks whose time to be done is over, of all open tasks."),
        group="operations",
        url=reverse("tasks"),
        capability=Capability.DO_TASKS,
    )


def unreachable_patients(*, now: datetime) -> Measure:
    """How many active patients nobody may text, call or write to."""
    charts = Patient.objects.unmerged()
    lost = contacts.out_of_reach(charts).count()
    return Measure(
        title=_("People out of reach"),
        value=_share(lost, charts.filter(state=PatientState.ACTIVE).count()),
        definition=_(
            "Active patients without any phone, e-mail or postal address that may be "
            "used, of all active patients."
        ),
        group="quality",
        url=f"{reverse('patients')}?reach=none",
        capability=Capability.FIND_PATIENTS,
    )


def rota_gaps(*, now: datetime) -> Measure:
    """How often in the coming four weeks nobody would answer."""
    zone = zones.of_practice()
    ahead = rota.rota(
        first=clock.local(now, zone).date(), days=ROTA_DAYS, zone=zone, now=now
    )
    return Measure(
        title=_("Gaps in the on-call rota"),
        value=str(len(ahead.gaps)),
        definition=_(
            "Stretches in the coming four weeks when nobody is on call and no door is "
            "open."
        ),
        group="workforce",
        url=reverse("rota"),
    )


def uncovered_absences(*, now: datetime) -> Measure:
    """How many people are away with nobody who answers for them."""
    return Measure(
        title=_("Away without cover"),
        value=str(len(roster.uncovered(now=now))),
        definition=_("People away now for whom nobody who is here answers."),
        group="workforce",
        url=reverse("staff"),
    )


def _share(part: int, whole: int) -> str:
    return _("%(part)d of %(whole)d") % {"part": part, "whole": whole}
