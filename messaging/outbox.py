"""Stand-in until the outbox is merged: take the other side's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from consent.purposes import Purpose
from consent.states import Channel
from messaging.models import Delivery
from messaging.states import Status

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from practice.models import Caregiver, Patient, StaffMember
    from practice.trail import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
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


def plan(envelope: Envelope, *, by: Actor, now: datetime) -> Delivery:
    [row] = plan_many([envelope], by=by, now=now)
    return row


def plan_many(
    envelopes: Sequence[Envelope], *, by: Actor, now: datetime
) -> Sequence[Delivery]:
    found = []
    for one in envelopes:
        columns = {name: getattr(one, name) for name in Envelope.__slots__}
        columns |= {"ids": dict(one.ids), "created_at": now, "due_at": one.planned_at}
        row, is_new = Delivery.objects.get_or_create(
            meaning=columns.pop("meaning"), defaults=columns
        )
        if not is_new and row.status == Status.WITHDRAWN and row.left_at is None:
            for name, value in columns.items():
                setattr(row, name, value)
            row.status, row.reason = Status.DUE, ""
            row.save()
        found.append(row)
    return found


def withdraw(
    deliveries: QuerySet[Delivery], *, reason: str, by: Actor, now: datetime
) -> int:
    ids = list(deliveries.filter(status=Status.DUE).values_list("pk", flat=True))
    rows = Delivery.objects.filter(pk__in=ids)
    return rows.update(status=Status.WITHDRAWN, reason=reason, ended_at=now)
