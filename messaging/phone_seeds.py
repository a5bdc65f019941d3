"""SEEDS: what became of the demo's texts of the last days, and what people answered.

The phones then have what the outbox and the conversations tell.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from consent import words
from consent.states import Channel
from messaging.channels import simulated
from messaging.models import (
    Conversation,
    Delivery,
    DeliveryEvent,
    Message,
    SimulatedText,
)
from messaging.models.vendors import Fate, Way
from messaging.occasions import Occasion
from messaging.receiving import Inbound, receive
from messaging.states import LEFT_OUT, Status
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

VENDOR = Automation("the text service")
HEARD = "heard"
MINUTE = timedelta(minutes=1)
# Of so many texts one reaches nobody; of so many who are asked one confirms, and
# another one asks for another time.
UNREACHED, CONFIRMS, MOVES = 29, 3, 11
MOST_ANSWERS = 16


@transaction.atomic
def seed(*, now: datetime) -> None:
    """SEEDS: the last days' texts went out, some were answered; phones have them."""
    arrive(now=now)
    _answer(now=now)
    arrive(now=now)
    simulated.make_phones()
    _show()


def arrive(*, now: datetime) -> None:
    """As if the services had taken what was due by then, and delivered nearly all."""
    rows = Delivery.objects.filter(status=Status.DUE, due_at__lte=now)
    for row in rows.exclude(channel=Channel.CALL).order_by("due_at", "pk"):
        is_lost = row.channel == Channel.TEXT and not row.pk % UNREACHED
        _ended(row, Status.UNDELIVERED if is_lost else Status.DELIVERED)


def _ended(row: Delivery, status: Status) -> None:
    is_lost = status is Status.UNDELIVERED
    code = "30003" if is_lost else ""
    Delivery.objects.filter(pk=row.pk).update(
        status=status,
        left_at=row.due_at,
        ended_at=row.due_at,
        vendor_id=f"SMdemo-out-{row.pk}",
        error_code=code,
        reason="The phone could not be reached." if is_lost else "",
    )
    DeliveryEvent.objects.create(
        delivery=row,
        at=row.due_at,
        kind=HEARD,
        before=Status.DUE,
        after=status,
        code=code or str(status),
        actor=VENDOR.name,
    )


def _answer(*, now: datetime) -> None:
    """Some of those who were asked to confirm a visit ahead answer a while later."""
    asked = Delivery.objects.filter(
        occasion=Occasion.TWO_DAYS, channel=Channel.TEXT, status=Status.DELIVERED
    )
    asked = asked.filter(due_at__lt=now - 30 * MINUTE).order_by("due_at", "pk")
    answers = 0
    for number, row in enumerate(asked):
        is_yes, is_move = not number % CONFIRMS, number % MOVES == 1
        if answers < MOST_ANSWERS and (is_yes or is_move):
            answers += 1
            said = "C" if is_yes else "R"
            if row.language == "es" and is_yes:
                said = "Sí"
            at = min(now, row.due_at + (7 + 5 * number) * MINUTE)
            _say(row.address, said, f"SMdemoanswer{row.pk:020}", at=at)


def _say(address: str, body: str, vendor_id: str, *, at: datetime) -> None:
    text = Inbound(
        vendor_id=vendor_id,
        channel=Channel.TEXT,
        sender=address,
        body=body,
        sent_at=at,
    )
    receive(text, now=at)


# The phones ------------------------------------------------------------------------
def _show() -> None:
    """Each phone has what it got and what it said, in its order."""
    left = Delivery.objects.filter(channel=Channel.TEXT, left_at__isnull=False)
    rows = [_out(row) for row in left.exclude(status__in=LEFT_OUT)]
    talks = Conversation.objects.filter(channel=Channel.TEXT).values("pk")
    said = Message.objects.filter(conversation__in=talks)
    rows += [_in(row) for row in said.annotate(address=F("conversation__address"))]
    rows.sort(key=lambda row: (row.shown_at, row.way == Way.OUT, row.delivery_id or 0))
    SimulatedText.objects.bulk_create(rows, batch_size=500)


def _out(row: Delivery) -> SimulatedText:
    is_lost = row.status == Status.UNDELIVERED
    return SimulatedText(
        way=Way.OUT,
        address=row.address,
        body=row.body,
        word=row.status,
        code=row.error_code,
        fate=Fate.UNDELIVERABLE if is_lost else Fate.DELIVER,
        delivery_id=row.pk,
        **_at(f"SMdemo-out-{row.pk}", row.left_at),
    )


def _in(row: Any) -> SimulatedText:
    heard = words.bare(row.body)
    return SimulatedText(
        way=Way.IN,
        address=row.address,
        body=row.body,
        keyword="" if heard is words.Heard.NOTHING else heard.upper(),
        word="received",
        **_at(row.vendor_id, row.came_at),
    )


def _at(vendor_id: str, at: datetime | None) -> dict[str, Any]:
    return {"vendor_id": vendor_id[:34], "made_at": at, "shown_at": at}
