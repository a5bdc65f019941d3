"""This floor's measures on the scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import clock, roster, rota, zones
from practice.contributions import Measure
from practice.models import ContactPoint, Patient, Task
from practice.states import PatientState

if TYPE_CHECKING:
    from datetime import datetime

ROTA_DAYS = 28
USABLE = Q(may_text=True) | Q(may_call=True) | Q(may_write=True)


def overdue_tasks(*, now: datetime) -> Measure:
    """How many open tasks are past their time."""
    late = Task.objects.overdue(now=now).count()
    return Measure(
        title=_("Tasks past their time"),
        value=_share(late, Task.objects.open().count()),
        definition=_("Open tasks whose time to be done is over, of all open tasks."),
        group="operations",
        url=reverse("tasks"),
    )


def unreachable_patients(*, now: datetime) -> Measure:
    """How many active patients nobody may text, call or write to."""
    active = Patient.objects.unmerged().filter(state=PatientState.ACTIVE)
    # A chart that was merged into another brings its contacts along.
    usable = ContactPoint.objects.filter(USABLE, ended_at__isnull=True)
    own = Exists(usable.filter(patient=OuterRef("pk")))
    merged = Exists(usable.filter(patient__merged_into=OuterRef("pk")))
    lost = active.filter(~own, ~merged).count()
    return Measure(
        title=_("People out of reach"),
        value=_share(lost, active.count()),
        definition=_(
            "Active patients without any phone, e-mail or postal address that may be "
            "used, of all active patients."
        ),
        group="quality",
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
