"""What is to be sent: planned once for each meaning, and withdrawn where it is moot.

A planned message leaves by itself when it is due (messaging.sending). What hours of
its purpose stand in the way at that time moves it now, earlier or later; everything
else is looked at last, right before it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from consent import addresses
from consent.purposes import Obeys, Purpose, rule_of
from consent.states import Channel
from messaging import changing, hours, quiet, segments
from messaging.changing import Change, Way
from messaging.models import Delivery, DeliveryEvent, DeliveryPart
from messaging.models.deliveries import URGENT
from messaging.states import COMES_BACK, LEFT_OUT, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.quiet import Window
    from practice.models import Caregiver, Patient, StaffMember
    from practice.trail import Actor

CHUNK = 500  # planned in one transaction
# What a message that comes back takes over from the new plan.
_NEW = (
    *("address", "channel", "zone", "subject", "body", "segments", "language"),
    *("occasion", "ids", "planned_at", "due_at", "until_at"),
    *("purpose", "is_urgent"),
    *("patient", "caregiver", "staff", "writer"),
)
_OF_PART = ("patient", "caregiver", "occasion", "body", "ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message to one address; the same `meaning` twice is one message.

    `planned_at` is when it is meant to leave, `until_at` when it is of no more use,
    `zone` whose clock quiet hours go by. `writer` is the person who wrote it. One for
    several has no patient, and `parts`.
    """

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
    parts: Sequence[DeliveryPart] = ()


def plan(envelope: Envelope, *, by: Actor, now: datetime) -> Delivery:
    """Put one message into the outbox; what was planned before is answered as it is.

    One that was withdrawn before it left comes back with the new words.
    """
    [row] = plan_many([envelope], by=by, now=now)
    return row


def plan_many(
    envelopes: Sequence[Envelope], *, by: Actor, now: datetime
) -> Sequence[Delivery]:
    """The same for many, in their order; of one meaning given twice, the first counts.

    A few queries for each chunk, which is a transaction of its own unless the caller
    has one.
    """
    wanted = {one.meaning: one for one in reversed(envelopes)}
    found: dict[str, Delivery] = {}
    for chunk in _chunks(sorted(wanted)):  # sorted: two planners never wait crosswise
        found |= _planned([wanted[one] for one in chunk], by=by, now=now)
    return [found[one.meaning] for one in envelopes]


@transaction.atomic
def withdraw(
    deliveries: QuerySet[Delivery], *, reason: str, by: Actor, now: datetime
) -> int:
    """Send none of those that still wait; `reason` is a sentence. Returns how many."""
    # A query that joins what one is for finds it once for each of them.
    rows = {row.pk: row for row in deliveries.filter(status=Status.DUE).order_by("pk")}
    changes = [
        Change(row=row, to=Status.WITHDRAWN, kind="withdrawn", words=reason)
        for row in rows.values()
    ]
    return len(changing.change_many(changes, by=by, at=now))


@transaction.atomic
def _planned(
    envelopes: Sequence[Envelope], *, by: Actor, now: datetime
) -> dict[str, Delivery]:
    day = hours.of_practice()
    drawn = {one.meaning: _drawn(one, day, now=now) for one in envelopes}
    known = _rows(drawn)
    fresh = [row for meaning, row in drawn.items() if meaning not in known]
    if fresh:
        # Whoever planned the same at this moment was first, and has told of it.
        Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
        new = _rows([row.meaning for row in fresh])
        _tell(new.values(), by=by, now=now)
        known |= new
    rows = [known[one.meaning] for one in envelopes]
    back = _bring_back(rows, drawn, by=by, now=now)
    _divide([one for one in envelopes if one.parts], known, back)
    return known


def _rows(meanings: Collection[str]) -> dict[str, Delivery]:
    rows = Delivery.objects.filter(meaning__in=meanings)
    return {row.meaning: row for row in rows}


def _tell(rows: Collection[Delivery], *, by: Actor, now: datetime) -> None:
    """Tell of those that nobody told of: they are ours."""
    told = DeliveryEvent.objects.filter(delivery__in=[row.pk for row in rows])
    others = set(told.values_list("delivery", flat=True))
    DeliveryEvent.objects.bulk_create(
        changing.event(row, "planned", by=by, at=now, before="", words=row.reason)
        for row in rows
        if row.pk not in others
    )


def _bring_back(
    rows: Sequence[Delivery],
    drawn: Mapping[str, Delivery],
    *,
    by: Actor,
    now: datetime,
) -> set[int]:
    """Those that came back."""
    withdrawn, due = COMES_BACK
    changes = [
        Change(
            row=row,
            to=due,
            kind="planned_again",
            words=drawn[row.meaning].reason,
            columns={name: getattr(drawn[row.meaning], name) for name in _NEW}
            | {"looks": 0, "looked_at": None},
            way=Way.BACK,
        )
        for row in rows
        if row.status == withdrawn
        and not row.has_left
        and drawn[row.meaning].status == due
    ]
    done = changing.change_many(changes, by=by, at=now) if changes else ()
    return {one.row.pk for one in done}


def _divide(
    envelopes: Sequence[Envelope], known: Mapping[str, Delivery], back: Collection[int]
) -> None:
    """Write down whose messages to several are; of what came back, anew."""
    if not envelopes:
        return
    DeliveryPart.objects.filter(delivery__in=back).delete()
    rows = DeliveryPart.objects.filter(
        delivery__in=[known[one.meaning].pk for one in envelopes]
    )
    there = set(rows.order_by().values_list("delivery", flat=True))
    DeliveryPart.objects.bulk_create(
        DeliveryPart(
            delivery=known[one.meaning],
            **{name: getattr(part, name) for name in _OF_PART},
        )
        for one in envelopes
        if known[one.meaning].pk not in there
        for part in one.parts
    )


def _drawn(envelope: Envelope, day: Window, *, now: datetime) -> Delivery:
    """The row of a message as it would be planned now."""
    is_text = envelope.channel == Channel.TEXT
    body = segments.folded(envelope.body) if is_text else envelope.body
    row = Delivery(
        meaning=envelope.meaning,
        purpose=str(envelope.purpose),
        is_urgent=envelope.purpose in URGENT,
        occasion=envelope.occasion,
        channel=envelope.channel,
        address=addresses.normal(envelope.address),
        patient=envelope.patient,
        caregiver=envelope.caregiver,
        staff=envelope.staff,
        writer=envelope.writer,
        language=envelope.language,
        subject=envelope.subject,
        body=body,
        segments=segments.measure(body).segments if is_text else 0,
        ids=dict(envelope.ids),
        zone=envelope.zone,
        created_at=now,
        planned_at=envelope.planned_at,
        due_at=max(envelope.planned_at, now),
        until_at=envelope.until_at,
    )
    _timed(row, day, now=now)
    return row


def _timed(row: Delivery, day: Window, *, now: datetime) -> None:
    """When it leaves, or that it never will, each with its sentence."""
    found = _moment(row, day, now=now)
    if hours.purpose_at(row, at=found.at or now) != row.purpose:
        # It would come less than a day before the visit: it does not wait so long.
        row.purpose, row.is_urgent = str(Purpose.URGENT), True
        found = _moment(row, day, now=now)
    obeys = rule_of(row.purpose).obeys
    if found.at is not None:
        row.due_at = found.at
    elif Obeys.NOT_TOO_LATE in obeys:
        is_late = found.shift is quiet.Shift.TOO_LATE
        row.status = Status.EXPIRED if is_late else Status.SUPPRESSED
        row.ended_at = now
    with translation.override(settings.LANGUAGE_CODE):  # whoever caused it
        row.reason = found.why if found.at or row.status in LEFT_OUT else ""


def _moment(row: Delivery, day: Window, *, now: datetime) -> quiet.Moment:
    may_go_earlier = row.purpose in hours.MAY_GO_EARLIER
    return quiet.moment(
        planned=row.planned_at,
        until=hours.useful_until(row),
        hours=hours.hours_of(row, day),
        now=now,
        earliest=None if may_go_earlier else row.planned_at,
    )


def _chunks(meanings: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(meanings), CHUNK):
        yield meanings[start : start + CHUNK]
