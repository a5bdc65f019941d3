"""What carries messages: each channel's carrier, whichever vendor is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from messaging.errors import Meaning


class NoCarrier(Exception):
    """The channel is not set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is handed over: one message, and how long it stays of use."""

    delivery_id: int
    channel: str
    address: str
    subject: str
    body: str
    language: str
    validity: timedelta
    claimed_at: datetime


class Outcome(Enum):
    TAKEN = "taken"
    NOT_MADE = "surely not made"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What a vendor answered: `word` and `code` are its own."""

    outcome: Outcome
    vendor_id: str = ""
    word: str = ""
    code: str = ""
    meaning: Meaning | None = None
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record of the vendor."""

    vendor_id: str
    word: str
    code: str
    body: str
    made_at: datetime


class Carrier(Protocol):
    def hand_over(self, parcel: Parcel) -> Handed:
        """Give it to the vendor; never raises, and takes 10 s at most."""

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        """What the vendor has for the address since shortly before the claim.

        None where it could not be asked.
        """

    def fetch(self, vendor_id: str) -> Seen | None:
        """One record as it is now; None where it could not be asked."""


def carrier_of(channel: str) -> Carrier:
    """The carrier of a channel. Raises NoCarrier where it is not set up."""
    path = settings.CARRIERS.get(channel, "")
    if not path:
        raise NoCarrier(channel)
    return _made(path)


@cache
def _made(path: str) -> Carrier:
    return cast("Carrier", import_string(path)())
