"""What became of a campaign: what arrived, and what people did in two weeks after.

Somebody is counted once, by the best that went to them: a text to a second number
that arrived makes up for the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from consent.models import OptOut
from consent.states import Event as Stop
from messaging.models import CampaignDelivery, Delivery
from messaging.states import LEFT_OUT, MAY_HAVE_LEFT, Status
from practice.contributions import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from messaging.models import Campaign

LOOKED_AT = timedelta(days=14)
BOOKED, CONFIRMED = "booked", "confirmed"
# From the best to the worst.
RANKED = (
    *(Status.DELIVERED, Status.SENT, Status.ACCEPTED, Status.SENDING),
    *(Status.UNCERTAIN, Status.DUE, Status.UNDELIVERED, Status.FAILED),
    *(Status.EXPIRED, Status.SUPPRESSED, Status.WITHDRAWN),
)
_RANK = {one: turn for turn, one in enumerate(RANKED)}
DID_NOT = frozenset({Status.UNDELIVERED, Status.FAILED})


@dataclass(frozen=True, slots=True)
class Results:
    """People, not texts; `until` is when they are counted no more."""

    handed: int
    delivered: int
    under_way: int
    not_delivered: int
    left_out: int
    booked: int
    confirmed: int
    opted_out: int
    segments: int  # of what went
    until: datetime | None


def of(campaign: Campaign, *, now: datetime) -> Results:
    """The number of queries does not depend on how many got it."""
    texts = _texts(campaign)
    best = {line: min(some, key=_rank) for line, some in texts.items()}
    counts = Counter(_group(one) for one in best.values())
    went = [one for some in texts.values() for one in some if one.may_have_left]
    until = campaign.started_at + LOOKED_AT if campaign.started_at else None
    did = _did(campaign, {one.patient_id or 0 for one in went}, until, now=now)
    return Results(
        handed=len(best),
        delivered=counts["delivered"],
        under_way=counts["under_way"],
        not_delivered=counts["not_delivered"],
        left_out=counts["left_out"],
        booked=did[BOOKED],
        confirmed=did[CONFIRMED],
        opted_out=_opted_out(campaign, went, until),
        segments=sum(one.segments for one in went),
        until=until,
    )


def price(segments: int) -> Decimal:
    """What some segments may cost, in dollars: an estimate."""
    return (Decimal(str(settings.TEXT_PRICE)) * segments).quantize(Decimal("0.01"))


def latest(lines: Collection[int]) -> Mapping[int, Delivery]:
    """The best delivery of each of some lines."""
    return {pk: min(some, key=_rank) for pk, some in _of_lines(lines).items()}


def _texts(campaign: Campaign) -> Mapping[int, Sequence[Delivery]]:
    rows = CampaignDelivery.objects.filter(recipient__campaign=campaign)
    return _grouped(rows)


def _of_lines(lines: Collection[int]) -> Mapping[int, Sequence[Delivery]]:
    return _grouped(CampaignDelivery.objects.filter(recipient__in=lines))


def _grouped(rows: object) -> Mapping[int, Sequence[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for one in rows.select_related("delivery__replaced_by"):  # type: ignore[attr-defined]
        found[one.recipient_id].append(one.delivery)
        if again := getattr(one.delivery, "replaced_by", None):
            found[one.recipient_id].append(again)
    return found


def _rank(one: Delivery) -> int:
    return _RANK[Status(one.status)]


def _group(one: Delivery) -> str:
    if one.status == Status.DELIVERED:
        return "delivered"
    if one.status in DID_NOT:
        return "not_delivered"
    return "left_out" if one.status in LEFT_OUT else "under_way"


def _did(
    campaign: Campaign,
    patients: Collection[int],
    until: datetime | None,
    *,
    now: datetime,
) -> Counter[str]:
    """What people did, as the floors above know it."""
    counts: Counter[str] = Counter()
    if until is None or campaign.started_at is None or not patients:
        return counts
    for outcomes in load("CAMPAIGN_OUTCOMES"):
        told = outcomes(
            sorted(patients), since=campaign.started_at, now=min(now, until)
        )
        counts.update(word for words in told.values() for word in words)
    return counts


def _opted_out(
    campaign: Campaign, went: Sequence[Delivery], until: datetime | None
) -> int:
    """Addresses of it that were stopped since."""
    if until is None or not went:
        return 0
    since = Q(happened_at__gte=campaign.started_at, happened_at__lt=until)
    rows = OptOut.objects.filter(
        since, address__in={one.address for one in went}, event=Stop.STOPPED
    )
    return rows.values("address").distinct().count()


assert set(RANKED) == set(Status)
assert not DID_NOT & LEFT_OUT
assert Status.DELIVERED in MAY_HAVE_LEFT
