"""Texts about visits and no others, for whoever answered VISITS to a stop.

SEND_CHECKS reads it at the moment of sending. A stop is wider and wins; STOP, and a
START of somebody who gets texts, end it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from consent.purposes import Purpose
from messaging import conversations
from messaging.models import Conversation, ConversationEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.models import Delivery, Message
    from practice.trail import Actor

# What is not about a visit of theirs, and was not asked for.
OTHER = frozenset(
    {
        Purpose.FOLLOW_UP,
        Purpose.EDUCATION,
        Purpose.SURVEY,
        Purpose.CAMPAIGN,
    }
)
Kind = ConversationEvent.Kind


def ask_for(message: Message, *, by: Actor, now: datetime) -> None:
    """From now on nothing but texts about visits goes to whoever wrote."""
    _set(message, now, Kind.VISITS_ONLY, by=by, now=now)


def end(message: Message, *, by: Actor, now: datetime) -> bool:
    """All texts may go again, or none by a stop; whether that changed anything."""
    rows = Conversation.objects.filter(pk=message.conversation_id)
    if not rows.exclude(visits_only_since_at=None).exists():
        return False
    _set(message, None, Kind.ALL_TEXTS, by=by, now=now)
    return True


def check(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some may not go, by id; one query, or none."""
    others = [one for one in deliveries if one.purpose in OTHER]
    if not others:
        return {}
    asked = Conversation.objects.filter(
        Q(address__in={one.address for one in others}),
        visits_only_since_at__isnull=False,
    )
    at = set(asked.values_list("channel", "address"))
    words = _("They asked for texts about visits only.")
    return {one.pk: words for one in others if (one.channel, one.address) in at}


def _set(
    message: Message, at: datetime | None, kind: str, *, by: Actor, now: datetime
) -> None:
    conversation = conversations.held(message.conversation)
    Conversation.objects.filter(pk=conversation.pk).update(visits_only_since_at=at)
    conversations.record(conversation, kind, message=message, by=by, now=now)
