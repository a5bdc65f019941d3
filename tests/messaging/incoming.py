"""What the tests of this floor share: a text comes in."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from consent.states import Channel
from messaging.models import Delivery
from messaging.receiving import Inbound, receive
from tests.cast import MONDAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from messaging.models import Message

NUMBER = "+12125550187"
_ids = itertools.count(1)


def inbound(body: str = "Hello", **details: Any) -> Inbound:
    """A text from NUMBER, unless given otherwise; each has an id of its own."""
    usual: dict[str, Any] = {
        "vendor_id": f"SM{next(_ids):032}",
        "channel": Channel.TEXT,
        "sender": NUMBER,
        "sent_at": MONDAY,
    }
    return Inbound(body=body, **usual | details)


def text(body: str = "Hello", *, now: Any = MONDAY, **details: Any) -> Message:
    return receive(inbound(body, sent_at=now, **details), now=now)


def answers(address: str = NUMBER) -> Sequence[str]:
    """The occasions of what was answered by itself, in order."""
    rows = Delivery.objects.filter(address=address).order_by("pk")
    return list(rows.values_list("occasion", flat=True))
