"""Tables of the messaging floor.

Deliveries, messages and conversations change often and are many: each change leaves a
row of its own in an append-only table of events, in place of model history.
Templates and campaigns are few, and have it; the lines of a campaign's list are fixed.
"""

from __future__ import annotations

from messaging.models.calls import IncomingCall, PhonePin, SimulatedCall
from messaging.models.campaigns import (
    Campaign,
    CampaignDelivery,
    CampaignKind,
    CampaignRecipient,
)
from messaging.models.conversations import (
    Attachment,
    AttachmentBytes,
    Conversation,
    ConversationEvent,
    Message,
)
from messaging.models.deliveries import Delivery, DeliveryEvent, DeliveryPart
from messaging.models.senders import Sender
from messaging.models.templates import Template, TemplateState
from messaging.models.vendors import HookCall, SimulatedPhone, SimulatedText

__all__ = [
    "Attachment",
    "AttachmentBytes",
    "Campaign",
    "CampaignDelivery",
    "CampaignKind",
    "CampaignRecipient",
    "Conversation",
    "ConversationEvent",
    "Delivery",
    "DeliveryEvent",
    "DeliveryPart",
    "HookCall",
    "IncomingCall",
    "Message",
    "PhonePin",
    "Sender",
    "SimulatedCall",
    "SimulatedPhone",
    "SimulatedText",
    "Template",
    "TemplateState",
]
