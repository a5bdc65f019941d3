"""What the tests of this floor share: a person writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consent.states import Channel
from messaging import conversations, replying
from tests.cast import MONDAY
from tests.messaging.incoming import NUMBER

if TYPE_CHECKING:
    from messaging.models import Delivery, Message


def write(
    body: str = "See you then.", *, message: Message | None = None, **details: Any
) -> Delivery:
    """A reply to a message, or a text to NUMBER; `by` is given."""
    talk = (
        message.conversation
        if message
        else conversations.of_address(channel=Channel.TEXT, address=NUMBER, now=MONDAY)
    )
    usual: dict[str, Any] = {"patient": None, "now": MONDAY}
    return replying.write(
        conversation=talk, body=body, answered=message, **usual | details
    )
