"""What is done with conversations: they open, somebody is done with them, or not.

A conversation is open as long as a message of it waits. Each act holds the
conversation's row, so that a message that comes in and a “done” take turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from messaging import sight
from messaging.models import Conversation, ConversationEvent, Message
from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import Actor

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Patient

Kind = ConversationEvent.Kind


class NewerMessage(NotPossible):
    """Something came in that whoever is done has not seen."""


def of_address(*, channel: str, address: str, now: datetime) -> Conversation:
    """The one conversation with an address; two first messages at once make one."""
    row, _is_new = Conversation.objects.get_or_create(
        channel=channel,
        address=address,
        defaults={"begun_at": now, "newest_at": now},
    )
    return row


def held(conversation: Conversation) -> Conversation:
    """The conversation as it is now, held until the transaction ends."""
    rows = Conversation.objects.select_for_update(no_key=True)
    return rows.get(pk=conversation.pk)


@transaction.atomic
def finish(
    *, conversation: Conversation, seen: int, by: StaffMember, now: datetime
) -> None:
    """Nobody has to do anything more with what `by` may read; `seen` is the newest
    message read. It stays open where others have to read something.

    A second press changes nothing. Raises NewerMessage where another came since.
    """
    conversation = held(conversation)
    theirs = sight.to_act(by).messages(conversation)
    newest = theirs.order_by("-pk").first()
    if newest is not None and newest.pk > seen:
        raise NewerMessage(_("Another message came in meanwhile: read it first."))
    if not conversation.is_open:
        return
    done = theirs.filter(is_waiting=True, pk__lte=seen).order_by()
    numbers = list(done.values_list("pk", flat=True))
    if not numbers and not conversation.is_kept_open:
        return  # what waits is for others to read
    Message.objects.filter(pk__in=numbers).update(is_waiting=False)
    Conversation.objects.filter(pk=conversation.pk).update(is_kept_open=False)
    record(conversation, Kind.DONE, message=newest, by=by, now=now)
    settle(conversation, now=now)


@transaction.atomic
def reopen(*, conversation: Conversation, by: StaffMember, now: datetime) -> None:
    """Somebody has to come back to it; an open one stays as it is."""
    conversation = held(conversation)
    if conversation.is_open:
        return
    Conversation.objects.filter(pk=conversation.pk).update(
        is_kept_open=True, open_since_at=now, state=Conversation.State.OPEN
    )
    record(conversation, Kind.REOPENED, by=by, now=now)


@transaction.atomic
def handled(message: Message, *, words: str, by: Actor, now: datetime) -> None:
    """A rule did all that the message asks for: nobody has to read it."""
    conversation = held(message.conversation)
    Message.objects.filter(pk=message.pk).update(
        is_handled=True, is_waiting=False, worked_at=now, outcome=words[:200]
    )
    record(conversation, Kind.HANDLED, message=message, words=words, by=by, now=now)
    settle(conversation, now=now)


def settle(conversation: Conversation, *, now: datetime) -> None:
    """Open or done by what waits; the caller holds the row."""
    waiting = Message.objects.filter(conversation=conversation, is_waiting=True)
    first = waiting.order_by("pk").values_list("came_at", flat=True).first()
    fresh = Conversation.objects.get(pk=conversation.pk)
    if first is None and not fresh.is_kept_open:
        state, since = Conversation.State.DONE, None
    else:
        state, since = Conversation.State.OPEN, first or fresh.open_since_at or now
    Conversation.objects.filter(pk=conversation.pk).update(
        state=state, open_since_at=since
    )


def record(
    conversation: Conversation,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    message: Message | None = None,
    patient: Patient | None = None,
    words: str = "",
) -> ConversationEvent:
    """Add what happened, who did it and when; nobody changes that afterwards."""
    return ConversationEvent.objects.create(
        conversation=conversation,
        message=message,
        patient=patient,
        at=now,
        kind=kind,
        words=words[:200],
        actor=by.name,
        actor_staff=by if isinstance(by, StaffMember) else None,
    )
