"""The outbox's way in (stand-in of this branch: the merge takes helper A's)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from messaging.models import Delivery, DeliveryEvent
from messaging.states import Status
from practice.models import Caregiver, Patient, StaffMember
from practice.trail import Actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from consent.purposes import Purpose
    from consent.states import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message as it is meant to leave."""

    meaning: str
    purpose: Purpose
    channel: Channel
    address: str
    body: str
    zone: str
    planned_at: datetime
    until_at: datetime | None
    subject: str = ""
    language: str = "en"
    occasion: str = ""
    patient: Patient | None = None
    caregiver: Caregiver | None = None
    staff: StaffMember | None = None
    writer: StaffMember | None = None
    ids: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def plan(envelope: Envelope, *, by: Actor, now: datetime) -> Delivery:
    """Put one message into the outbox; the same meaning again is the row there."""
    row, is_new = Delivery.objects.get_or_create(
        meaning=envelope.meaning,
        defaults={
            **{name: getattr(envelope, name) for name in _COPIED},
            "ids": dict(envelope.ids),
            "created_at": now,
            "due_at": envelope.planned_at,
        },
    )
    if is_new:
        _record(row, "planned", "", row.status, by=by, now=now)
    return row


def plan_many(
    envelopes: Sequence[Envelope], *, by: Actor, now: datetime
) -> Sequence[Delivery]:
    return [plan(one, by=by, now=now) for one in envelopes]


@transaction.atomic
def withdraw(
    deliveries: QuerySet[Delivery], *, reason: str, by: Actor, now: datetime
) -> int:
    """Take back those that still wait; how many."""
    due = list(deliveries.select_for_update().filter(status=Status.DUE))
    for row in due:
        Delivery.objects.filter(pk=row.pk).update(
            status=Status.WITHDRAWN, reason=reason, ended_at=now
        )
        _record(row, "withdrawn", Status.DUE, Status.WITHDRAWN, by=by, now=now)
    return len(due)


def _record(
    row: Delivery, kind: str, before: str, after: str, *, by: Actor, now: datetime
) -> None:
    DeliveryEvent.objects.create(
        delivery=row, at=now, kind=kind, before=before, after=after, actor=by.name
    )


_COPIED = ["purpose", "channel", "address", "body", "zone", "planned_at", "until_at"]
_COPIED += ["subject", "language", "occasion", "patient", "caregiver", "staff"]
_COPIED += ["writer"]
