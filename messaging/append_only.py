"""GUARDS: what happened to a delivery is never changed, deleted or emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from messaging.models import DeliveryEvent
from practice.guards import never_changed, never_emptied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.guards import Guard


def guards(vendor: str) -> Sequence[Guard]:
    """The table of events is append-only, though it is none of records."""
    kept = [*never_changed(vendor, DeliveryEvent)]
    if vendor == "postgresql":
        kept.append(never_emptied(DeliveryEvent._meta.db_table))
    return kept
