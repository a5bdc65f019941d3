"""When a campaign's text may go, by which purpose, and how long it is of use.

A group message goes in the hours of campaigns. That a place is closed goes from 6:00
for visits of the next day, and at once to whoever would set out before it came; the
hours of other notices bind it further ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from consent.purposes import Purpose
from messaging.campaign_words import PURPOSES
from messaging.models.campaigns import CampaignKind
from practice import zones

if TYPE_CHECKING:
    from practice.campaign_frames import Event

URGENT_WITHIN = timedelta(hours=24)
FROM, UNTIL = time(6), time(21)
SETS_OUT = timedelta(hours=2)  # before a visit
OF_USE = timedelta(days=7)  # a cap may hold it back for days


@dataclass(frozen=True, slots=True)
class Terms:
    """What the outbox is told of one text."""

    purpose: Purpose
    planned_at: datetime
    until_at: datetime


def terms(kind: str, event: Event | None, *, zone: str, now: datetime) -> Terms:
    until_at = event.until_at if event and event.until_at else now + OF_USE
    if kind != CampaignKind.CLOSURE or event is None:
        return Terms(PURPOSES[kind], now, until_at)
    if event.starts_at > now + URGENT_WITHIN:
        return Terms(Purpose.CHANGE, now, until_at)
    return Terms(Purpose.URGENT, morning(event.starts_at, zone=zone, now=now), until_at)


def morning(starts_at: datetime, *, zone: str, now: datetime) -> datetime:
    """Now by day; at night 6:00 by the reader's clock, unless they would set out."""
    local = now.astimezone(ZoneInfo(zone))
    if FROM <= local.time() < UNTIL:
        return now
    day = local.date() + timedelta(days=local.time() >= UNTIL)
    six = zones.nearest_instant(day, FROM, zone)
    return six if six + SETS_OUT <= starts_at else now
