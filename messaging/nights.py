"""INBOUND_HANDLERS: the answer outside of hours, to whoever waits for a person.

It says when messages are read, and whom to call in an emergency; at most once a night
to one address. It handles nothing: people read the message all the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from consent import opt_outs
from consent.states import Channel
from messaging import answers, receiving
from messaging.occasions import Occasion
from practice import locations, zones
from practice.models import Location

if TYPE_CHECKING:
    from datetime import date, datetime

    from messaging.models import Message

STILL_NEWS = timedelta(minutes=30)
HALF_A_DAY = timedelta(hours=12)


def answer(message: Message, *, now: datetime) -> bool:
    """Answer where every place is closed, unless they want no texts."""
    where = message.conversation
    if where.channel != Channel.TEXT or not are_closed(now=now):
        return False
    if message.sent_at < now - STILL_NEWS:
        return False  # whoever wrote it does not wait for an answer now
    if (where.address, Channel.TEXT) in opt_outs.standing([where.address]):
        return False
    night = night_of(now, zones.of_practice())
    answers.give(
        message, Occasion.NIGHT, meaning=f"night:{where.pk}:{night:%Y%m%d}", now=now
    )
    if not message.outcome:
        receiving.say(message, _("Came outside of hours: told when texts are read."))
    return False


def are_closed(*, now: datetime) -> bool:
    """Whether nobody is there to read: no place is open by its own clock.

    Where no hours were put in, nobody can say that it is night.
    """
    rows = Location.objects.filter(is_active=True, hours__is_current=True)
    places = list(rows.distinct())
    return bool(places) and not any(locations.is_open(one, now=now) for one in places)


def night_of(at: datetime, zone: str) -> date:
    """A night is named after the day on which it begins, and changes at noon."""
    return (at.astimezone(ZoneInfo(zone)) - HALF_A_DAY).date()
