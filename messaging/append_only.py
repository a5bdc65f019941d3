"""GUARDS: what happened to deliveries and conversations is never changed or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.models import ConversationEvent, DeliveryEvent
from practice.guards import never_changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.guards import Guard


def guards(vendor: str) -> Sequence[Guard]:
    """The tables of events are append-only."""
    return never_changed(vendor, DeliveryEvent, ConversationEvent)
