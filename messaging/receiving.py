"""A stand-in until conversations are here: what comes in, and who takes it.

REPLACED AT THE MERGE by the floor's own module of this name, with the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consent.states import Channel
    from messaging.models import Message


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or file, at the vendor."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it came in."""

    vendor_id: str
    channel: Channel
    sender: str
    body: str
    sent_at: datetime
    opt_out: str = ""
    media: Sequence[Media] = ()


def receive(inbound: Inbound, *, now: datetime) -> Message:
    """Take it in, once per vendor id."""
    raise NotImplementedError
