"""What happens, and is answered each time: words about a visit, once for each.

The floors above tell of events (CAMPAIGN_EVENTS) and of visits on days that a place is
closed (CAMPAIGN_CLOSURES). A standing campaign gets a line for each event since it was
started; looked at again and again, the same event is one line.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from messaging import campaign_lists
from messaging.campaign_states import CampaignState
from messaging.models import Campaign, CampaignKind, CampaignRecipient
from practice.contributions import load
from practice.trail import locked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from practice.campaign_frames import Event, EventKind, Events
    from practice.models import Location

LOOKED_BACK = timedelta(days=2)
OF_TYPE = "of_type"  # in the filters of a standing campaign


def kinds() -> Sequence[EventKind]:
    """What can be answered each time."""
    return [kind for floor in _floors() for kind in floor.kinds]


def of_closure(location: Location, day: date, *, now: datetime) -> Sequence[Event]:
    """Who was to come to a place on a day, the first first."""
    found: list[Event] = []
    for floor in load("CAMPAIGN_CLOSURES"):
        found += floor(location, day, now=now)
    return sorted(found, key=lambda one: (one.starts_at, one.key))


def of_lines(
    campaign: Campaign, rows: Sequence[CampaignRecipient]
) -> Mapping[int, Event]:
    """The events of some lines that are still so, by turn; others are not there."""
    if campaign.kind == CampaignKind.GROUP:
        return {}
    is_closure = campaign.kind == CampaignKind.CLOSURE
    floors = load("CAMPAIGN_CLOSURES") if is_closure else _floors()
    found: dict[int, Event] = {}
    for floor in floors:
        for place, event in floor.of([row.ids for row in rows]).items():
            if event.key == rows[place].key:
                found[rows[place].turn] = event
    return found


def follow(*, now: datetime) -> int:
    """Give each standing campaign its new lines; how many there were."""
    rows = Campaign.objects.filter(
        kind=CampaignKind.STANDING, state=CampaignState.RUNNING
    )
    running = list(rows)
    if not running:
        return 0
    since = max(now - LOOKED_BACK, min(_since(one, now) for one in running))
    events = [one for floor in _floors() for one in floor(since=since, now=now)]
    return sum(_add(one, events, now=now) for one in running)


@transaction.atomic
def _add(campaign: Campaign, events: Sequence[Event], *, now: datetime) -> int:
    campaign = locked(campaign)
    if campaign.state != CampaignState.RUNNING:
        return 0
    meant = [one for one in events if _is_meant(one, campaign, now)]
    lines = campaign.recipients.filter(key__in={one.key for one in meant})
    known = set(lines.values_list("key", flat=True))
    fresh = {one.key: one for one in meant if one.key not in known}
    last = campaign.recipients.order_by("-turn").values_list("turn", flat=True).first()
    asked = campaign_lists.of_events(list(fresh.values()))
    drawn = campaign_lists.drawn(campaign, asked, now=now, after=last or 0)
    CampaignRecipient.objects.bulk_create(drawn, batch_size=500)
    return len(drawn)


def _is_meant(event: Event, campaign: Campaign, now: datetime) -> bool:
    """Of its kind and, where types are named, of one of them; since it was started."""
    types = campaign.filters.get(OF_TYPE) or [str(event.type_id)]
    is_so = event.kind == campaign.event and str(event.type_id) in types
    return is_so and event.at >= _since(campaign, now)


def _since(campaign: Campaign, now: datetime) -> datetime:
    return campaign.started_at or now


def _floors() -> Sequence[Events]:
    return load("CAMPAIGN_EVENTS")
