"""How a conversation's number or address is written: `{% load messaging %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from phonenumber_field.phonenumber import to_python

from consent.states import Channel
from practice.models.contacts import phone_text
from practice.templatetags.wellhouse import mail_initial, veiled

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from messaging.models import Conversation

register = template.Library()


@register.simple_tag
def number_of(conversation: Conversation) -> SafeString:
    """The number or address; counter mode and prints show its end, or its beginning."""
    if conversation.channel == Channel.MAIL:
        return veiled(conversation.address, mail_initial(conversation.address))
    return veiled(number_text(conversation.address), f"…{conversation.address[-4:]}")


@register.filter
def number_text(address: str) -> str:
    """A number as people here write it."""
    phone = to_python(address)
    return phone_text(phone) if phone else address
