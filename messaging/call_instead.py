"""What could not be told by a message, and cannot wait: somebody calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from consent.purposes import Purpose
from messaging.changing import OUTBOX
from messaging.occasions import Occasion
from messaging.states import Status
from practice import work
from practice.models import Patient, Role
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from messaging.models import Delivery
    from practice.models import Task

KIND = "messaging.call"
MOOT = (KIND,)
TITLES: Mapping[str, StrOrPromise] = {
    Purpose.URGENT: _("A change of a visit could not be told: call now"),
    Purpose.ON_THE_DAY: _(
        "“Come in” or a delay could not be told: call, or go and say"
    ),
    Purpose.CRISIS: _("A crisis text could not go: act now"),
    Purpose.HUMAN_REPLY: _("A reply that somebody wrote could not go: call"),
}
CLOSED = _("That we are closed could not be told: call now")


def must(row: Delivery, *, is_blocked: bool) -> bool:
    """Whether what does not go is anybody's to tell: where a wish blocks it; and, that
    a place is closed, whatever the reason but that it is not so any more.
    """
    is_lost = row.status in (Status.SUPPRESSED, Status.EXPIRED)
    return is_blocked or (row.occasion == Occasion.CLOSED and is_lost)


def ask(row: Delivery, *, why: str, now: datetime) -> Task | None:
    """Raise a task once for a delivery, where its purpose is one that cannot wait, or
    where it tells that a place is closed.

    Nobody is called about a patient who died.
    """
    title = CLOSED if row.occasion == Occasion.CLOSED else TITLES.get(row.purpose)
    if title is None or _goes_later(row) or _has_died(row):
        return None
    return work.raise_task(
        kind=KIND,
        title=title,
        words=why,
        to=Role.FRONT_DESK,
        due_at=now,
        patient=row.patient,
        path=f"/patients/{row.patient_id}/" if row.patient_id else "",
        once_key=f"{KIND}:{row.pk}",
        by=OUTBOX,
        now=now,
    )


def _goes_later(row: Delivery) -> bool:
    """That we are closed in some days can wait for the hour it was put off to."""
    is_closed = row.occasion == Occasion.CLOSED and row.purpose != Purpose.URGENT
    return is_closed and row.status == Status.DUE


def _has_died(row: Delivery) -> bool:
    """Read anew: whoever looked last may have been told meanwhile."""
    if row.patient_id is None:
        return False
    charts = Patient.objects.filter(pk=row.patient_id).select_related("merged_into")
    heads = (chart.merged_into or chart for chart in charts)
    return any(one.state == PatientState.DECEASED for one in heads)
