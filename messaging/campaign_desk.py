"""TODAY: the group messages that wait for somebody's approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from messaging.models import Campaign
from practice.access import Capability, may
from practice.contributions import Line, Section
from practice.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from practice.contributions import Day

SHOWN = 4


def to_approve(day: Day) -> Section | None:
    """For whoever may approve what another one asks for; nothing where none waits."""
    if not may(day.staff, Capability.SEND_CAMPAIGNS):
        return None
    rows = _first(staff=day.staff.pk)
    if not rows:
        return None
    return Section(
        _("Group messages to approve"),
        "megaphone",
        [
            Line(title=row.title, url=reverse("campaign", args=[row.pk]))
            for row in rows[:SHOWN]
        ],
        empty="",
        count=len(rows) if len(rows) <= SHOWN else _waiting(day.staff.pk).count(),
        more_url=reverse("campaigns"),
    )


@prepared
def _first(staff: Any) -> QuerySet[Campaign]:
    return _waiting(staff)[: SHOWN + 1]


def _waiting(staff: Any) -> QuerySet[Campaign]:
    rows = Campaign.objects.waiting().exclude(Q(frozen_by=staff) | Q(writer=staff))
    return rows.order_by("frozen_at", "pk")
