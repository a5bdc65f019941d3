"""CHORES: campaigns go out in steps, and standing ones follow what happens."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from messaging import campaign_events, campaign_sending
from practice.chores import Chore
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

CLOCK = Automation("The clock")
PATIENCE_SECONDS = 8.0


def follow_events(*, now: datetime) -> None:
    campaign_events.follow(now=now)


def hand_over(*, now: datetime) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while campaign_sending.hand_over(now=now, by=CLOCK) and time.monotonic() < ends:
        pass


CHORES = (
    Chore("campaigns.follow", timedelta(minutes=1), follow_events),
    Chore(
        "campaigns.hand_over",
        timedelta(seconds=10),
        hand_over,
        why=gettext_lazy("the group messages that are being sent"),
    ),
)
