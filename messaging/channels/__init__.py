"""The ways out of the house, behind one interface: texts, e-mail and calls.

A carrier hands over one parcel, and says afterwards what its vendor knows. It writes
no row of the outbox and decides nothing: when, whether and to whom is settled before.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from consent.states import Channel
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from messaging.errors import Meaning

# By SMS_BACKEND; each is called without arguments and reads the settings.
TEXTS = {
    "twilio": "messaging.channels.twilio.carrier",
    "simulated": "messaging.channels.simulated.carrier",
    "console": "messaging.channels.console.carrier",
}
# Calls leave by the same account, where it has a number for them.
CALLS = {
    "twilio": "messaging.channels.voice.carrier",
    "simulated": "messaging.channels.simulated_calls.carrier",
}
MAILS = "messaging.channels.mail.carrier"
logger = logging.getLogger(__name__)


class NoCarrier(NotPossible):
    """Nothing leaves by this channel: it is not set up."""


class Outcome(Enum):
    """What became of a parcel that was handed over."""

    TAKEN = "taken"
    NOT_MADE = "not made"  # surely: nothing left, nothing will
    UNCLEAR = "unclear"  # it may have been taken: ask before anything else


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as a vendor gets it."""

    delivery_id: int
    channel: str
    address: str  # E.164, or an e-mail address in lower case
    subject: str
    body: str
    language: str
    validity: timedelta  # how long the vendor may go on trying
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """What the vendor said when it was handed over."""

    outcome: Outcome
    vendor_id: str = ""
    word: str = ""  # its own, for messaging.states.WORDS
    code: str = ""
    meaning: Meaning | None = None  # of what was not made
    wait: timedelta | None = None  # that it asked for before the next try


@dataclass(frozen=True, slots=True)
class Seen:
    """One record of the vendor, as it is now."""

    vendor_id: str
    word: str
    code: str
    body: str
    made_at: datetime


class Carrier(Protocol):
    """One vendor of one channel. No call takes much longer than 10 seconds."""

    def hand_over(self, parcel: Parcel) -> Handed:
        """Send it, once; never raises."""

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        """What the vendor has for that address since just before it was claimed.

        None where it could not be asked, which is no answer.
        """

    def fetch(self, vendor_id: str) -> Seen | None:
        """How one message stands now; None where the vendor does not say."""


def carrier_of(channel: str) -> Carrier:
    """The carrier of a channel, by the settings. Raises NoCarrier."""
    if channel == Channel.MAIL:
        return _careful(MAILS)
    if channel == Channel.TEXT and (path := TEXTS.get(settings.SMS_BACKEND)):
        return _careful(path)
    if channel == Channel.CALL and (path := CALLS.get(settings.SMS_BACKEND)):
        return _careful(path)
    words = {Channel.TEXT: _("Texts are not set up.")}
    raise NoCarrier(words.get(Channel(channel), _("Calls are not set up.")))


def why_none(channel: str) -> str:
    """Why nothing leaves by a channel, as a sentence; empty where it is set up."""
    try:
        carrier_of(channel)
    except NoCarrier as fault:
        return str(fault)
    return ""


def _careful(path: str) -> Carrier:
    build: type[Carrier] = import_string(path)
    return Careful(build())


class Careful:
    """A carrier whose own faults stop nobody: what breaks leaves it unclear."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def hand_over(self, parcel: Parcel) -> Handed:
        try:
            return self._carrier.hand_over(parcel)
        except Exception:
            facts = {"subject_id": parcel.delivery_id}
            logger.exception("A parcel could not be handed over.", extra=facts)
            return Handed(Outcome.UNCLEAR)

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        try:
            return self._carrier.look_up(parcel)
        except Exception:
            facts = {"subject_id": parcel.delivery_id}
            logger.exception("A vendor could not be asked.", extra=facts)
            return None

    def fetch(self, vendor_id: str) -> Seen | None:
        try:
            return self._carrier.fetch(vendor_id)
        except Exception:
            logger.exception("A vendor could not be asked.")
            return None
