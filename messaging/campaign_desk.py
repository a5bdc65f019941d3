"""NAVIGATION: the group messages, with how many wait for an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from messaging.models import Campaign
from practice.access import Capability, may
from practice.contributions import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.models import StaffMember


def pages() -> Sequence[Page]:
    """The page of group messages."""
    return [
        Page(
            _("Group messages"),
            "campaigns",
            "megaphone",
            Capability.WRITE_CAMPAIGNS,
            count=to_approve,
        )
    ]


def to_approve(staff: StaffMember) -> int:
    """How many wait for somebody like this person, who did not ask themselves."""
    if not may(staff, Capability.SEND_CAMPAIGNS):
        return 0
    return Campaign.objects.waiting().exclude(frozen_by=staff).count()
