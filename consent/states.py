"""What can be agreed to and stopped, in whose words; and who may lift a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping


class Channel(models.TextChoices):
    TEXT = "text", _("Texts")
    CALL = "call", _("Calls")
    MAIL = "mail", _("E-mails")


class Decision(models.TextChoices):
    GRANTED = "granted", _("Agreed")
    DECLINED = "declined", _("Said no")
    WITHDRAWN = "withdrawn", _("No longer agrees")


class Event(models.TextChoices):
    STOPPED = "stopped", _("Stopped")
    LIFTED = "lifted", _("Lifted")


class Source(models.TextChoices):
    """How a stop, or its end, came to the practice."""

    KEYWORD = "keyword", _("texted a stop word")
    VENDOR = "vendor", _("refused by the phone company")
    WORDS = "words", _("wrote it in words of their own")
    KEYPAD = "keypad", _("pressed a key during a call")
    LINK = "link", _("pressed stop on a page")
    SPOKEN = "spoken", _("said so to staff")
    START = "start", _("texted START")
    STAFF = "staff", _("said so to staff again")


STOPS = frozenset(
    {
        Source.KEYWORD,
        Source.VENDOR,
        Source.WORDS,
        Source.KEYPAD,
        Source.LINK,
        Source.SPOKEN,
    }
)
# A stop of texts ends by the patient's own START: the vendor blocks until then,
# whatever staff say. Any other ends by a person only if it was told to a person.
LIFTS: Mapping[Channel, frozenset[Source]] = {
    Channel.TEXT: frozenset({Source.START}),
    Channel.CALL: frozenset({Source.STAFF}),
    Channel.MAIL: frozenset({Source.STAFF}),
}


def staff_may_lift(channel: str, source: str) -> bool:
    """Whether staff may end a stop of a channel that came from a source."""
    return Source.STAFF in LIFTS[Channel(channel)] and source == Source.SPOKEN
