"""What comes in: kept before anything else, then read by rules, then by people.

INBOUND_HANDLERS: `(message, *, now) -> bool`, in order; True ends it, and nobody has
to read the message. Whatever reads everything, such as a rule for emergencies, comes
first and answers False. A handler that fails loses nothing: what it began is undone,
the next ones are asked, and the message waits for people.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from consent import addresses
from messaging import conversations, filing
from messaging.models import (
    Attachment,
    Conversation,
    ConversationEvent,
    Message,
)
from practice import patience
from practice.contributions import load
from practice.trail import Automation
from practice.work import words_for_staff

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from consent.states import Channel

    Handler = Callable[..., bool]

SENDER = Automation("Whoever wrote")
RULES = Automation("Rules for messages")
# Whoever began to read and has not ended by then was interrupted.
INTERRUPTED = timedelta(minutes=2)
MOST_MEDIA = 10  # as many as a message of the vendor's can have
LONGEST_URL, LONGEST_TYPE = 400, 100  # nothing that is said too long loses a text
LONGEST_BODY = 20_000  # a text has 1600 at most, a mail may have more
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or file as the vendor names it."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as a vendor handed it over."""

    vendor_id: str
    channel: Channel
    sender: str
    body: str
    sent_at: datetime
    opt_out: str = ""  # the vendor's OptOutType
    media: Sequence[Media] = ()
    ids: Mapping[str, int] = field(default_factory=dict)  # what it answers, if known


def receive(inbound: Inbound, *, now: datetime) -> Message:
    """Keep a message, once per vendor id, and let the rules read it.

    The same again, also at the same moment, is the message that is there; whoever was
    interrupted before all rules had read it is taken up again.
    """
    message = store(inbound, now=now)
    work(message, now=now)
    message.refresh_from_db()
    return message


def store(inbound: Inbound, *, now: datetime) -> Message:
    """Store a message, in a transaction of its own: from then on it waits."""
    if known := Message.objects.filter(vendor_id=inbound.vendor_id).first():
        return known
    try:
        return _kept(inbound, now=now)
    except IntegrityError:
        return Message.objects.get(vendor_id=inbound.vendor_id)


def work(message: Message, *, now: datetime) -> bool:
    """Let the rules read a message, once; whether one of them handled it.

    Raises what the database says where others are at it: then it is read again.
    """
    if not _begin(message, now=now):
        return False
    if _is_handled(message, now=now):
        fresh = Message.objects.get(pk=message.pk)
        words = fresh.outcome or words_for_staff(_("Done by a rule."))
        conversations.handled(fresh, words=words, by=RULES, now=now)
        return True
    _leave_to_people(message, now=now)
    return False


def say(message: Message, words: StrOrPromise) -> None:
    """What a handler did, for staff, in a sentence without a name; it may say so
    once, also where people have to read the message all the same.
    """
    told = words_for_staff(words)[:200]
    Message.objects.filter(pk=message.pk).update(outcome=told)
    message.outcome = told


@transaction.atomic
def _kept(inbound: Inbound, *, now: datetime) -> Message:
    address = addresses.normal(inbound.sender)
    conversation = conversations.of_address(
        channel=inbound.channel, address=address, now=now
    )
    conversation = conversations.held(conversation)
    chart = filing.only_chart_at(address)
    message = Message.objects.create(
        conversation=conversation,
        vendor_id=inbound.vendor_id,
        body=inbound.body.replace("\x00", "")[:LONGEST_BODY],
        opt_out=inbound.opt_out[:10],
        ids=dict(inbound.ids),
        came_at=now,
        sent_at=inbound.sent_at,
        patient=chart,
    )
    Attachment.objects.bulk_create(_attachments(message, inbound.media))
    Conversation.objects.filter(pk=conversation.pk).update(newest_at=now)
    kind = ConversationEvent.Kind.OPENED
    conversations.record(
        conversation, kind, message=message, patient=chart, by=SENDER, now=now
    )
    conversations.settle(conversation, now=now)
    return message


def _attachments(message: Message, media: Sequence[Media]) -> Sequence[Attachment]:
    return [
        Attachment(
            message=message,
            number=number,
            url=one.url[:LONGEST_URL],
            said_type=one.content_type[:LONGEST_TYPE],
        )
        for number, one in enumerate(media[:MOST_MEDIA])
    ]


def _begin(message: Message, *, now: datetime) -> bool:
    """Take a message that nobody reads at this moment; False if somebody does."""
    free = Q(begun_at=None) | Q(begun_at__lte=now - INTERRUPTED)
    rows = Message.objects.filter(free, pk=message.pk, worked_at=None)
    return rows.update(begun_at=now) == 1


def _is_handled(message: Message, *, now: datetime) -> bool:
    try:
        return any(
            _asked(handler, message, now=now) for handler in load("INBOUND_HANDLERS")
        )
    except (OperationalError, patience.Busy):
        Message.objects.filter(pk=message.pk).update(begun_at=None)
        raise


def _asked(handler: Handler, message: Message, *, now: datetime) -> bool:
    """Ask one handler; what it began is undone where it fails.

    Where others are at the database, it is asked again later: a stop would be lost.
    """
    try:
        with transaction.atomic():
            return handler(message, now=now)
    except Exception as fault:  # whatever it is: the message waits for people
        if _is_passing(fault):
            raise
        name = f"{handler.__module__}.{handler.__qualname__}"
        logger.exception("%s failed for message %s.", name, message.pk)
        return False


def _is_passing(fault: Exception) -> bool:
    is_in_use = isinstance(fault, OperationalError) and patience.is_in_use(fault)
    return is_in_use or isinstance(fault, patience.Busy)


@transaction.atomic
def _leave_to_people(message: Message, *, now: datetime) -> None:
    conversation = conversations.held(message.conversation)
    Message.objects.filter(pk=message.pk).update(worked_at=now)
    words = Message.objects.values_list("outcome", flat=True).get(pk=message.pk)
    kind = ConversationEvent.Kind.FOR_PEOPLE
    conversations.record(
        conversation, kind, message=message, words=words, by=RULES, now=now
    )
