"""SEEDS: what a few people of the demo wrote, and what the desk answered."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from consent import addresses, opt_outs
from consent.states import Channel
from messaging import attachments, conversations, replying
from messaging.models import Delivery, DeliveryEvent
from messaging.receiving import Inbound, Media, receive
from messaging.replying import NotAllowedToText
from messaging.states import Status
from practice import zones
from practice.models import ContactKind, ContactPoint, Patient, StaffMember
from practice.states import PatientState
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from messaging.models import Message

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOBODYS = "+13055550142"  # on no chart
VENDOR = Automation("the text service")
HEARD = "heard"
AMONG = 400  # phones, in the order in which they were taken
# Asked, answered and done with, some days ago.
OVER: Sequence[tuple[str, str, str]] = [
    ("Is there a bus stop near you?", "Yes: line 7 stops at the corner.", "Thank you!"),
    ("Can my son wait with me?", "Of course, there is room.", "Great, see you"),
    ("Do I need to bring the form?", "It is already here, thank you.", "Perfect"),
]
WAITING: Sequence[tuple[str, timedelta]] = [
    ("Is there parking behind the building?", 9 * MINUTE),
    ("¿Puedo traer a mi mamá para que me traduzca?", 47 * MINUTE),
    ("I lost the link for the video visit, can you send it again?", 2 * HOUR),
]
# A picture of four pixels.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP8z8Dwn4GBgYmB"
    "gYEBAAwEAQHd3o2tAAAAAElFTkSuQmCC"
)


@transaction.atomic
def seed(*, now: datetime) -> None:
    """SEEDS: some conversations wait, one of them on no chart yet; others are over."""
    numbers, shared = _numbers()
    one = _Sender()
    for days, said in enumerate(OVER, start=1):
        _over(one, next(numbers), said, now=_by_day(now - days * DAY))
    for words, ago in WAITING:
        one.send(next(numbers), words, now=now - ago)
    message = one.send(
        next(numbers), "Is this the right card?", now=now - 25 * MINUTE, picture=True
    )
    attachments.take(attachment=message.attachments.get(), content=PICTURE)
    one.send(next(numbers), "stop texting me please", now=now - 3 * DAY)
    one.send(NOBODYS, "Do you take new patients? A friend sent me.", now=now - HOUR)
    for number in shared[:1]:
        words = "This is about Thursday: may we come half an hour later?"
        one.send(number, words, now=now - 15 * MINUTE)
    for row in Delivery.objects.filter(status=Status.DUE, ids__has_key="conversation"):
        _arrived(row, at=row.planned_at)


class _Sender:
    """Texts that come in, each with an id of its own."""

    def __init__(self) -> None:
        self._count = 0

    def send(
        self, number: str, body: str, *, now: datetime, picture: bool = False
    ) -> Message:
        self._count += 1
        media = [Media("https://example.invalid/picture", "image/png")]
        text = Inbound(
            vendor_id=f"SMdemo{self._count:028}",
            channel=Channel.TEXT,
            sender=number,
            body=body,
            sent_at=now,
            media=media if picture else (),
        )
        return receive(text, now=now)


def _over(
    one: _Sender, number: str, said: tuple[str, str, str], *, now: datetime
) -> None:
    """A question, an answer that arrived, thanks, and somebody is done."""
    asked, answer, thanks = said
    message = one.send(number, asked, now=now)
    chart = message.patient
    desk = _desk(chart) if chart else None
    if chart is None or desk is None:
        return
    try:
        row = replying.write(
            conversation=message.conversation,
            body=answer,
            patient=chart,
            answered=message,
            by=desk,
            now=now + 5 * MINUTE,
        )
    except NotAllowedToText:  # by what is safe there at that hour
        return
    _arrived(row, at=row.planned_at)
    last = one.send(number, thanks, now=now + 9 * MINUTE)
    conversations.finish(
        conversation=last.conversation, seen=last.pk, by=desk, now=now + 20 * MINUTE
    )


def _by_day(at: datetime) -> datetime:
    """A quarter past ten of that day, when somebody is at the desk."""
    local = at.astimezone(ZoneInfo(zones.of_practice()))
    return local.replace(hour=10, minute=15).astimezone(UTC)


def _arrived(row: Delivery, *, at: datetime) -> None:
    """As if the vendor had taken it and delivered it."""
    Delivery.objects.filter(pk=row.pk).update(
        status=Status.DELIVERED,
        left_at=at,
        ended_at=at,
        vendor_id=f"SMdemo-out-{row.pk}",
    )
    DeliveryEvent.objects.create(
        delivery=row,
        at=at,
        kind=HEARD,
        before=Status.DUE,
        after=Status.DELIVERED,
        code="delivered",
        actor=VENDOR.name,
    )


def _numbers() -> tuple[Iterator[str], Sequence[str]]:
    """Numbers of one patient who may be texted, and numbers that several have."""
    rows = ContactPoint.objects.filter(kind=ContactKind.PHONE, ended_at=None)
    owners: Mapping[str, set[int]] = defaultdict(set)
    fine: dict[str, bool] = {}
    for point in rows.select_related("patient").order_by("pk")[:AMONG]:
        where = addresses.of_point(point)
        owners[where].add(point.patient_id or 0)
        fine[where] = bool(
            point.patient
            and point.patient.state == PatientState.ACTIVE
            and not point.patient.is_restricted
            and point.may_text
            and not point.safe_from
        )
    stopped = opt_outs.standing(owners)
    alone = (
        where
        for where, people in owners.items()
        if len(people) == 1 and fine[where] and (where, Channel.TEXT) not in stopped
    )
    shared = [where for where, people in owners.items() if len(people) > 1]
    return alone, shared


def _desk(chart: Patient) -> StaffMember | None:
    """Somebody at a desk where the chart is at home."""
    rows = StaffMember.objects.active().filter(is_front_desk=True).order_by("pk")
    return next(
        (
            one
            for one in rows
            if Patient.objects.usual_to(one).filter(pk=chart.pk).exists()
        ),
        None,
    )
