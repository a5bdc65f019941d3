"""What the pages of group messages show: words, cost, lists by name, results."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from messaging import (
    audiences,
    campaign_events,
    campaign_results,
    campaign_words,
    campaigns,
    wordings,
)
from messaging.campaign_states import CampaignState
from messaging.models import Campaign, CampaignKind, CampaignRecipient
from messaging.outbox_lists import TONES as OF_DELIVERIES
from practice import zones
from practice.models import Patient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.models import Delivery
    from practice.campaign_frames import Event
    from practice.models import StaffMember

PAGE = 50
GETS, SKIPPED = "gets", "skipped"
TONES = {
    CampaignState.WAITING: "warn",
    CampaignState.READY: "info",
    CampaignState.TRIAL: "info",
    CampaignState.RUNNING: "info",
    CampaignState.PAUSED: "warn",
    CampaignState.STOPPED: "bad",
    CampaignState.DONE: "good",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the page shows it; no chart where it is closed to who looks."""

    patient: Patient | None
    row: CampaignRecipient
    delivery: Delivery | None
    tone: str
    visit: str  # when it was to be, where a visit is the cause


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a list."""

    rows: Sequence[Line]
    show: str
    counts: Mapping[str, int]
    reasons: Sequence[tuple[str, int]]  # why some get nothing, the most frequent first
    after: int | None
    is_first: bool


def tone(campaign: Campaign) -> str:
    return TONES.get(CampaignState(campaign.state), "")


def looked_at(campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """What somebody reads before they send or approve it."""
    loaded = wordings.load(now=now)
    return {
        "row": campaign,
        "tone": tone(campaign),
        "chosen": chosen(campaign),
        "previews": campaign_words.shown(campaign, loaded),
        "is_own": bool(campaign.text_en),
        "price": campaign_results.price(campaign.segments + campaign.first_segments),
        "first_price": campaign_results.price(campaign.first_segments),
        "each": campaign_results.price(1000),
    }


def chosen(campaign: Campaign) -> Sequence[str]:
    """Who gets it, in sentences."""
    if campaign.kind == CampaignKind.CLOSURE:
        words = _("Everybody with a visit at %(place)s on that day")
        return [words % {"place": campaign.location}]
    if campaign.kind == CampaignKind.GROUP:
        return audiences.in_words(campaign.filters, campaign.charts)
    kinds = {one.name: one for one in campaign_events.kinds()}
    kind = kinds.get(campaign.event)
    if kind is None:
        return []
    names = dict(kind.types())
    types = campaign.filters.get(campaign_events.OF_TYPE, [])
    told = ", ".join(names.get(one, "?") for one in types)
    return [str(kind.label), told] if told else [str(kind.label)]


def is_still_closed(campaign: Campaign) -> bool:
    """Whether a notice was stopped too late: some were told, and nobody books there."""
    is_stopped = campaign.state == CampaignState.STOPPED
    closure = campaign.closure
    return is_stopped and closure is not None and not closure.is_withdrawn


def acts(campaign: Campaign, staff: StaffMember, *, now: datetime) -> dict[str, Any]:
    """What can be pressed, and why not."""
    state = campaign.state
    waits = state == CampaignState.WAITING
    return {
        "why_not": campaigns.why_not_approved_by(campaign, staff, now=now)
        if waits
        else "",
        "still_closed": is_still_closed(campaign),
        "is_mine": campaigns.is_own(campaign, staff),
        "may_go_on": state == CampaignState.TRIAL
        and not campaigns.is_batch_open(campaign),
    }


def lines(
    campaign: Campaign, *, show: str, after: int, staff: StaffMember, now: datetime
) -> Lines:
    """Some lines of a list, in their order; takes a fixed number of queries."""
    everything = campaign.recipients.order_by("turn")
    told = everything.exclude(why_not="").order_by().values_list("why_not")
    reasons = Counter(dict(told.annotate(n=Count("pk")))).most_common()
    skipped = sum(count for _why, count in reasons)
    counts = {GETS: everything.filter(why_not="").count(), SKIPPED: skipped}
    some = everything.exclude(why_not="")
    if show != SKIPPED:
        some = everything.filter(why_not="")
    rows = list(some.filter(turn__gt=after)[: PAGE + 1])
    shown = rows[:PAGE]
    return Lines(
        named(campaign, shown, staff=staff, now=now),
        show,
        counts,
        reasons,
        shown[-1].turn if len(rows) > PAGE else None,
        after == 0,
    )


def named(
    campaign: Campaign,
    rows: Sequence[CampaignRecipient],
    *,
    staff: StaffMember,
    now: datetime,
) -> Sequence[Line]:
    """Lines with the names of those whose chart somebody may open."""
    heads = Patient.objects.visible_to(staff, now=now)
    charts = heads.in_bulk({row.patient_id for row in rows})
    sent = campaign_results.latest([row.pk for row in rows if row.pk])
    events = campaign_events.of_lines(campaign, rows)
    return [
        Line(charts.get(row.patient_id), row, one, _tone(one), _visit(events, row.turn))
        for row in rows
        for one in [sent.get(row.pk)]
    ]


def _visit(events: Mapping[int, Event], turn: int) -> str:
    event = events.get(turn)
    return zones.moment(event.starts_at, event.zone) if event else ""


def _tone(one: Delivery | None) -> str:
    return OF_DELIVERIES.get(one.status, "") if one else ""
