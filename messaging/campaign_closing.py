"""“We are closed”: everybody who was to come is told, in words approved beforehand.

It needs no approval: its words are those in use for the occasion, and its list is
whoever has a visit there on that day. Whoever no text reaches becomes a call for the
front desk. The visits stay as they are until somebody finds another time for each;
the place is closed for the day, so that nobody books into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from messaging import campaign_calls, campaign_events, campaign_lists, campaigns
from messaging.campaign_states import CampaignState
from messaging.models import Campaign, CampaignKind
from practice import locations
from practice.models import Closure
from practice.rules import NotPossible
from practice.trail import keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from messaging.models import CampaignRecipient
    from practice.models import Location, StaffMember


class NobodyComes(NotPossible):
    """Nobody is expected there on that day, or not any more."""


def looked_at(
    location: Location, day: date, *, by: StaffMember, now: datetime
) -> tuple[Campaign, Sequence[CampaignRecipient]]:
    """What a notice would be, and its list; nothing is kept."""
    campaign = _drawn(location, day, by=by, now=now)
    events = campaign_events.of_closure(location, day, now=now)
    asked = campaign_lists.of_events(events)
    rows = campaign_lists.drawn(campaign, asked, now=now)
    count = campaign_lists.counted(rows)
    campaign.reached, campaign.skipped = count.reached, count.skipped
    campaign.segments = count.segments
    return campaign, rows


@transaction.atomic
def tell(*, location: Location, day: date, by: StaffMember, now: datetime) -> Campaign:
    """Tell everybody who was to come, and close the place for the day.

    Raises NobodyComes.
    """
    campaign, rows = looked_at(location, day, by=by, now=now)
    if not rows:
        raise NobodyComes(_("Nobody is expected there on that day any more."))
    campaign.closure = _close(location, day, by=by)
    keep(campaign, by=by, kind="campaign.drafted")
    for row in rows:
        row.campaign = campaign
    campaigns.add_lines(campaign, rows)
    campaign.frozen_at, campaign.frozen_by = now, by
    campaign.state = CampaignState.READY
    keep(campaign, by=by, kind="campaign.frozen")
    campaign.started_at, campaign.started_by = now, by
    campaign.state = CampaignState.RUNNING
    keep(campaign, by=by, kind="campaign.started")
    for row in rows:
        if row.why_not:
            campaign_calls.ask(row, by=by, now=now)
    return campaign


def _drawn(
    location: Location, day: date, *, by: StaffMember, now: datetime
) -> Campaign:
    on = formats.date_format(day, "j M Y")
    title = _("Closed: %(place)s, %(day)s") % {"place": location.short_name, "day": on}
    return Campaign(
        kind=CampaignKind.CLOSURE,
        title=title,
        location=location,
        closed_on=day,
        writer=by,
        written_at=now,
    )


def _close(location: Location, day: date, *, by: StaffMember) -> Closure | None:
    """Unless it is known to be closed."""
    here = Q(location=location) | Q(location=None)
    rows = Closure.objects.filter(here, starts_on__lte=day, ends_on__gte=day)
    if rows.filter(is_withdrawn=False).exists():
        return None
    return locations.close_for(
        location=location,
        starts_on=day,
        ends_on=day,
        reason=_("Closed, patients told"),
        by=by,
    )
