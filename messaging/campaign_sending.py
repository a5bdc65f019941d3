"""Campaigns go into the outbox, some lines at a time, each line once.

The campaign's row is held while its lines are handed over: whoever stops it waits for
that, and then withdraws what is due. What forbids a text is read anew here, and once
more by the outbox right before it leaves. A fault in one line is noted there, and the
next lines go.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from consent.states import Channel
from messaging import (
    call_instead,
    campaign_calls,
    campaign_events,
    campaign_hours,
    campaign_lists,
    campaign_words,
    campaigns,
    first_texts,
    outbox,
    recipients,
    wordings,
)
from messaging.campaign_states import OVER, CampaignState
from messaging.first_texts import CAMPAIGN
from messaging.models import (
    Campaign,
    CampaignDelivery,
    CampaignKind,
    CampaignRecipient,
    Delivery,
)
from messaging.occasions import Occasion
from messaging.outbox import Envelope
from practice.announcements import UNDO_TIME
from practice.rules import NotPossible
from practice.trail import keep, locked
from practice.wording import in_house

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.recipients import Reached, Recipient
    from messaging.wordings import Wordings
    from practice.campaign_frames import Event
    from practice.trail import Actor

logger = logging.getLogger(__name__)
CHUNK = 200


class _Moot(NotPossible):
    """There is nothing to tell any more: nobody is called instead."""


@dataclass(slots=True)
class _Post:
    """What the lines of a chunk are worded with."""

    campaign: Campaign
    words: Wordings
    reached: Mapping[int, Reached]
    events: Mapping[int, Event]  # by turn
    taken: set[str]  # addresses that this campaign wrote to
    now: datetime


def hand_over(*, now: datetime, by: Actor, most: int = CHUNK) -> int:
    """Hand some lines of each campaign that is being sent to the outbox; how many.

    Nothing goes in the first minute: whoever sent it by mistake stops it.
    """
    rows = Campaign.objects.sending().filter(started_at__lte=now - UNDO_TIME)
    sending = rows.order_by("pk").values_list("pk", flat=True)
    with in_house():
        return sum(_of_one(pk, most, by=by, now=now) for pk in list(sending))


def still_sent(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: what must not go since its campaign was stopped or paused.

    What explains texts goes where another text to that number waits behind it.
    """
    del now
    ours = {one.pk: one.ids[CAMPAIGN] for one in deliveries if CAMPAIGN in one.ids}
    if not ours:
        return {}
    held = {*OVER, CampaignState.PAUSED} - {CampaignState.DONE}
    rows = Campaign.objects.filter(pk__in=set(ours.values()), state__in=held)
    states = dict(rows.values_list("pk", "state"))
    paused = _("The group message is paused.")
    firsts = [one for one in deliveries if one.occasion == Occasion.FIRST_TEXT]
    held_firsts = [one for one in firsts if ours.get(one.pk) in states]
    needed = first_texts.needed_elsewhere(held_firsts)
    return {
        pk: paused if states[which] == CampaignState.PAUSED else _stopped()
        for pk, which in ours.items()
        if which in states and pk not in needed
    }


def _stopped() -> str:
    return campaigns.stopped_words()


# One campaign ----------------------------------------------------------------
def _of_one(pk: int, most: int, *, by: Actor, now: datetime) -> int:
    """A chunk at once; where that fails, line by line, to find the one at fault."""
    try:
        return _chunk(pk, most, by=by, now=now)
    except Exception:
        logger.exception("the lines of campaign %s could not be handed over", pk)
    lines = campaigns.waiting(Campaign.objects.get(pk=pk))[:most]
    return sum(_alone(pk, one.pk, by=by, now=now) for one in lines)


def _alone(pk: int, line: int, *, by: Actor, now: datetime) -> int:
    try:
        return _chunk(pk, 1, by=by, now=now, line=line)
    except Exception:
        logger.exception("line %s of campaign %s is at fault", line, pk)
    words = _("Something went wrong with this one; it was reported.")
    return _fail(line, words, by=by, now=now)


@transaction.atomic
def _fail(line: int, words: str, *, by: Actor, now: datetime) -> int:
    rows = CampaignRecipient.objects.filter(pk=line, handed_at=None)
    count = rows.update(why_not=words, handed_at=now)
    found = CampaignRecipient.objects.select_related("campaign", "patient")
    row = found.get(pk=line)
    _call(row.campaign, [row] if count else [], by=by, now=now)
    return count


@transaction.atomic
def _chunk(
    pk: int, most: int, *, by: Actor, now: datetime, line: int | None = None
) -> int:
    campaign = locked(Campaign(pk=pk))
    if not campaign.is_sending:
        return 0
    waits = campaigns.waiting(campaign).select_related("patient")
    if line is not None:
        waits = waits.filter(pk=line)
    rows = list(waits[:most])
    if not rows:
        _finish(campaign, by=by, now=now)
        return 0
    post = _post(campaign, rows, now=now)
    envelopes: dict[int, list[Envelope]] = {}
    to_call = []
    for row in rows:
        try:
            envelopes[row.pk] = _written(row, post)
        except NotPossible as fault:
            row.why_not, envelopes[row.pk] = str(fault)[:300], []
            to_call += [] if isinstance(fault, _Moot) else [row]
    _send(campaign, rows, envelopes, post, by=by)
    _call(campaign, to_call, by=by, now=now)
    return len(rows)


def _call(
    campaign: Campaign, rows: Sequence[CampaignRecipient], *, by: Actor, now: datetime
) -> None:
    """Whoever is not told that a place is closed would come for nothing."""
    if campaign.kind == CampaignKind.CLOSURE:
        for row in rows:
            campaign_calls.ask(row, by=by, now=now)


def _finish(campaign: Campaign, *, by: Actor, now: datetime) -> None:
    """All went; as long as something waits to leave, it can be stopped.

    What answers each time never ends by itself.
    """
    campaign = locked(campaign)
    is_open = campaign.kind == CampaignKind.STANDING
    if campaign.state != CampaignState.RUNNING or is_open:
        return
    if campaigns.deliveries(campaign).filter(status__in=campaigns.STILL_HERE).exists():
        return
    campaign.state, campaign.ended_at = CampaignState.DONE, now
    keep(campaign, by=by, kind="campaign.done")


def _post(
    campaign: Campaign, rows: Sequence[CampaignRecipient], *, now: datetime
) -> _Post:
    reached = recipients.of(
        [row.patient for row in rows],
        channel=Channel.TEXT,
        purpose=campaign_words.PURPOSES[campaign.kind],
        now=now,
    )
    taken: set[str] = set()
    if campaign.kind == CampaignKind.GROUP:
        there = {one.address for found in reached.values() for one in found.recipients}
        went = campaigns.deliveries(campaign).filter(address__in=there)
        others = went.exclude(campaign_line__recipient__in=[row.pk for row in rows])
        taken = set(others.values_list("address", flat=True))
    events = campaign_events.of_lines(campaign, rows)
    return _Post(campaign, wordings.load(now=now), reached, events, taken, now)


def _written(row: CampaignRecipient, post: _Post) -> list[Envelope]:
    """What goes for one line. Raises NotPossible with the reason for staff."""
    event = post.events.get(row.turn)
    if row.key and event is None:
        raise _Moot(_("The visit changed, or does not take place."))
    found = post.reached[row.patient_id]
    if not found.recipients:
        raise NotPossible(found.why_not)
    to = [one for one in found.recipients if event or one.address not in post.taken]
    if not to:
        raise NotPossible(campaign_lists.shared())
    envelopes = [_envelope(row, one, event, post) for one in to]
    post.taken |= {one.address for one in to}
    return envelopes


def _envelope(
    row: CampaignRecipient, one: Recipient, event: Event | None, post: _Post
) -> Envelope:
    campaign = post.campaign
    said = campaign_words.worded(
        campaign,
        one,
        post.words,
        values=event.tell(one.language, one.zone) if event else {},
        location_id=event.ids.get("location") if event else None,
    )
    terms = campaign_hours.terms(campaign.kind, event, zone=one.zone, now=post.now)
    whose = one.caregiver.pk if one.caregiver else 0
    return Envelope(
        meaning=f"{_cause(row, campaign)}:{whose}:{one.channel}",
        purpose=terms.purpose,
        channel=one.channel,
        address=one.address,
        body=said.body,
        zone=one.zone,
        planned_at=terms.planned_at,
        until_at=terms.until_at,
        language=one.language,
        occasion=campaign_words.OCCASIONS[campaign.kind],
        patient=one.patient,
        caregiver=one.caregiver,
        ids={**row.ids, CAMPAIGN: campaign.pk},
    )


def _cause(row: CampaignRecipient, campaign: Campaign) -> str:
    """A closure is told once for each visit, whoever tells it, and how often."""
    if campaign.kind == CampaignKind.CLOSURE:
        return f"closed:{row.key}"
    return f"campaign:{campaign.pk}:{row.key or row.patient_id}"


def _send(
    campaign: Campaign,
    rows: Sequence[CampaignRecipient],
    envelopes: Mapping[int, Sequence[Envelope]],
    post: _Post,
    *,
    by: Actor,
) -> None:
    """Plan all, and keep which delivery belongs to which line."""
    meant = [one for some in envelopes.values() for one in some]
    planned = outbox.plan_many(
        first_texts.with_first(meant, post.words), by=by, now=post.now
    )
    rows_by_meaning = {row.meaning: row for row in planned}
    mine: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        for one in envelopes[row.pk]:
            delivery = rows_by_meaning[one.meaning]
            if delivery.ids.get(CAMPAIGN) == campaign.pk:
                mine[row.pk].append(delivery)
        row.handed_at = post.now
        if not row.why_not and not mine[row.pk]:
            row.why_not = _("They were told already.")
    _link(mine)
    for put in planned:
        if call_instead.must(put, is_blocked=False):
            call_instead.ask(put, why=put.reason, now=post.now)
    CampaignRecipient.objects.bulk_update(rows, ["why_not", "handed_at"])


def _link(mine: Mapping[int, Sequence[Delivery]]) -> None:
    """One that came back for another campaign belongs to that one now."""
    links = [
        CampaignDelivery(recipient_id=row, delivery=one)
        for row, some in mine.items()
        for one in some
    ]
    CampaignDelivery.objects.bulk_create(
        links,
        update_conflicts=True,
        unique_fields=["delivery"],
        update_fields=["recipient"],
    )
