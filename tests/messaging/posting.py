"""What the tests of the outbox share: envelopes, and a carrier that does as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from consent.purposes import Purpose
from consent.states import Channel
from messaging import outbox
from messaging.channels import Handed, NoCarrier, Outcome, Parcel, Seen
from messaging.errors import meaning_of
from messaging.models import Delivery
from messaging.outbox import Envelope
from messaging.states import Status
from practice.models import Patient
from tests import cast
from tests.cast import FOUNDER, MONDAY

if TYPE_CHECKING:
    from datetime import datetime

_numbers = count(1)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def taken(vendor_id: str = "", word: str = "queued") -> Handed:
    return Handed(
        outcome=Outcome.TAKEN, vendor_id=vendor_id or f"SM{uuid4().hex}", word=word
    )


def refused(code: str) -> Handed:
    return Handed(outcome=Outcome.NOT_MADE, code=code, meaning=meaning_of(code))


UNCLEAR = Handed(outcome=Outcome.UNCLEAR)


@dataclass
class FakeCarrier:
    """Remembers what it was given, and answers what it was told to."""

    answer: Callable[[Parcel], Handed] = lambda _parcel: taken()
    given: list[Parcel] = field(default_factory=list)
    records: Sequence[Seen] | None = ()
    fetched: Seen | None = None
    _lock: Any = field(default_factory=threading.Lock)

    def hand_over(self, parcel: Parcel) -> Handed:
        with self._lock:
            self.given.append(parcel)
        return self.answer(parcel)

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        return self.records

    def fetch(self, vendor_id: str) -> Seen | None:
        return self.fetched

    def bodies(self) -> list[str]:
        return [one.body for one in self.given]


def carry(monkeypatch: Any, carrier: Any, *, on: str = Channel.TEXT) -> None:
    """From now on `carrier` carries a channel, and nobody the others."""

    def carrier_of(channel: str) -> Any:
        if channel == on:
            return carrier
        raise NoCarrier(channel)

    monkeypatch.setattr("messaging.channels.carrier_of", carrier_of)


def reachable(patient: Patient, **details: Any) -> str:
    """A number of theirs that may be texted, and is agreed to."""
    return str(cast.make_contact(patient, **details).phone)


def envelope(
    patient: Patient | None = None, *, now: datetime = MONDAY, **details: Any
) -> Envelope:
    """A reminder by text that is due at once and of use for a day, unless given."""
    usual: dict[str, Any] = {
        "meaning": f"test:{next(_numbers)}",
        "purpose": Purpose.REMINDER,
        "channel": Channel.TEXT,
        "address": "+12125550187",
        "body": "See you on Tue 3 March, 9:00 AM.",
        "zone": "America/New_York",
        "planned_at": now,
        "until_at": now + DAY,
        "patient": patient,
    }
    return Envelope(**usual | details)


def post(
    patient: Patient | None = None, *, now: datetime = MONDAY, **details: Any
) -> Delivery:
    return outbox.plan(envelope(patient, now=now, **details), by=FOUNDER, now=now)


def doubtful(patient: Patient | None = None, **details: Any) -> Delivery:
    """One of which nobody is sure whether it went."""
    row = post(patient, **details)
    rows = Delivery.objects.filter(pk=row.pk)
    rows.update(status=Status.SENDING, claimed_at=MONDAY, lease_until_at=MONDAY)
    rows.update(status=Status.UNCERTAIN, reason="Nobody knows.")
    return row


# For the walk through all addresses; of phones there are none outside of the demo.
SUBJECTS = {
    "messages/outbox/<id:pk>": lambda subjects: {"pk": subjects["delivery"].pk},
    "demo/phone/<id:pk>": lambda subjects: {"pk": 1},
}


def kinds(delivery: Delivery) -> list[str]:
    """What happened to it, in order."""
    return list(delivery.events.values_list("kind", flat=True))


def now_is(delivery: Delivery) -> tuple[str, str]:
    """Its status and the reason."""
    delivery.refresh_from_db()
    return delivery.status, delivery.reason
