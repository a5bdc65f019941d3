"""What the tests of answers share: a reminder leaves, and somebody writes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from consent.states import Channel
from messaging import receiving
from messaging.models import Delivery
from messaging.receiving import Inbound
from messaging.states import Status as Sending
from scheduling import reminders_due, replies
from tests.scheduling.conftest import at
from tests.scheduling.reminding import CLOCK, follow

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import ContactPoint
    from scheduling.models import Appointment

MONDAY = at(9, day=2)
NOW = at(10, 30, day=16)
_numbers = itertools.count(1)


def remind(now: datetime = at(10, day=16)) -> None:  # noqa: B008 - it stays
    follow(MONDAY)
    reminders_due.hand_over(now=now, by=CLOCK)
    leave(now)


def leave(now: datetime = NOW) -> None:
    Delivery.objects.filter(status=Sending.DUE).update(status=Sending.SENT, left_at=now)


def receive(
    point: ContactPoint,
    body: str,
    now: datetime = NOW,
    channel: str = "text",
    **details: Any,
) -> tuple[bool, list[str]]:
    """Whether the message was acted on; what was written back, by occasion."""
    said: dict[str, Any] = {"sent_at": now, "body": body, "sender": str(point.phone)}
    said |= {"vendor_id": f"SM{next(_numbers)}", "channel": Channel(channel)}
    message = receiving.store(Inbound(**said | details), now=now)
    known = set(Delivery.objects.values_list("pk", flat=True))
    is_done = replies.answer(message, now=now)
    new = Delivery.objects.exclude(pk__in=known).order_by("pk")
    written = [one.occasion for one in new]
    leave(now)
    return is_done, written


def status_of(visit: Appointment) -> str:
    return str(visit.attendees.get().status)
