"""Whom “we are closed” does not reach is called; undone in time, nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import call_instead
from messaging.campaign_states import CampaignState
from messaging.models import Campaign, CampaignKind
from practice import locations, work
from practice.models import Role, Task

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from messaging.models import CampaignRecipient
    from practice.trail import Actor

CALL = "campaign.call"  # of the task
MOOT = (CALL,)


def ask(row: CampaignRecipient, *, by: Actor, now: datetime) -> None:
    """Raise a task for a line that no text reaches, once for each visit.

    What was undone is asked anew by the next notice.
    """
    asked = Task.objects.filter(kind=CALL, once_key__endswith=f":{row.key}")
    if asked.filter(is_withdrawn=False).exists():
        return
    work.raise_task(
        kind=CALL,
        title=gettext_lazy("Call: we are closed, and no text reaches them"),
        words=row.why_not,
        to=Role.FRONT_DESK,
        due_at=now,
        patient=row.patient,
        once_key=f"{CALL}:{row.campaign_id}:{row.key}",
        by=by,
        now=now,
    )


def take_back(campaign: Campaign, sent: Collection[int], *, by: Actor) -> None:
    """Nothing of a notice left: open the place again, and call nobody.

    `sent` are the deliveries it had. Where another notice tells the same, all stays.
    """
    if _is_told_by_another(campaign):
        return
    reason = _("The notice was stopped before anything left.")
    keys = [f"{call_instead.KIND}:{pk}" for pk in sent]
    ours = Q(once_key__startswith=f"{CALL}:{campaign.pk}:") | Q(once_key__in=keys)
    for task in Task.objects.filter(ours, done_at=None, is_withdrawn=False):
        work.withdraw(task=task, by=by, reason=reason)
    closure = campaign.closure
    if closure and not closure.is_withdrawn:
        locations.withdraw_closure(closure=closure, by=by)


def _is_told_by_another(campaign: Campaign) -> bool:
    rows = Campaign.objects.filter(
        kind=CampaignKind.CLOSURE,
        location=campaign.location,
        closed_on=campaign.closed_on,
    ).exclude(state=CampaignState.STOPPED)
    return rows.exclude(pk=campaign.pk).exists()
