"""Tables of the messaging floor.

Deliveries, messages and conversations change often and are many: each change leaves a
row of its own in an append-only table of events, in place of model history.
"""

from __future__ import annotations

from messaging.models.conversations import (
    Attachment,
    AttachmentBytes,
    Conversation,
    ConversationEvent,
    Message,
)
from messaging.models.deliveries import Delivery, DeliveryEvent

__all__ = [
    "Attachment",
    "AttachmentBytes",
    "Conversation",
    "ConversationEvent",
    "Delivery",
    "DeliveryEvent",
    "Message",
]
