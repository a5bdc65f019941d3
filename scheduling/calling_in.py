"""Who said by text that they are here is texted to come in, or that it takes longer.

It goes where they wrote from, and is worded like everything that is written there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from consent.purposes import Purpose
from consent.states import Channel
from messaging import naming, outbox, wordings
from messaging.models import Delivery
from messaging.occasions import Occasion
from messaging.recipients import Recipient
from practice.rules import NotPossible
from practice.trail import locked
from scheduling import visit_words
from scheduling.states import Status
from scheduling.visit_words import News

if TYPE_CHECKING:
    from datetime import datetime

    from practice.trail import Actor
    from scheduling.models import Attendee

LONGER, OF_USE = timedelta(minutes=15), timedelta(minutes=30)


class NotWaiting(NotPossible):
    """Nobody waits for a text: they did not say so by one, or wait no more."""


@transaction.atomic
def call_in(*, attendee: Attendee, by: Actor, now: datetime) -> Delivery:
    """Text them to come in, once for each time that they came. Raises NotWaiting."""
    attendee = locked(attendee)
    meaning = f"come_in:{attendee.pk}:{attendee.status_at:%Y%m%d%H%M%S}"
    return _write(attendee, Occasion.COME_IN, meaning, by=by, now=now)


@transaction.atomic
def tell_longer(*, attendee: Attendee, by: Actor, now: datetime) -> Delivery:
    """Text them that it takes about a quarter of an hour more. Raises NotWaiting."""
    attendee = locked(attendee)
    meaning = f"a_moment_more:{attendee.pk}:{now:%Y%m%d%H%M}"
    return _write(attendee, Occasion.A_MOMENT_MORE, meaning, by=by, now=now)


def _write(
    attendee: Attendee, occasion: Occasion, meaning: str, *, by: Actor, now: datetime
) -> Delivery:
    news = News(
        attendee,
        occasion,
        Purpose.ON_THE_DAY,
        planned_at=now,
        until_at=now + OF_USE,
        begins_at=now + LONGER,
    )
    envelope = visit_words.envelope(
        news,
        _recipient(attendee),
        wordings.load(now=now),
        meaning=meaning,
        ids={},
        by=by,
        now=now,
    )
    return outbox.plan(envelope, by=by, now=now)


def _recipient(attendee: Attendee) -> Recipient:
    """Whoever wrote that they are here."""
    said = Delivery.objects.filter(
        patient=attendee.chart,
        occasion=Occasion.HERE,
        planned_at__gte=attendee.status_at,
    )
    before = said.select_related("caregiver").order_by("-pk").first()
    if before is None or attendee.status != Status.ARRIVED:
        raise NotWaiting(_("They do not wait for a text."))
    return Recipient(
        patient=attendee.chart,
        caregiver=before.caregiver,
        address=before.address,
        channel=Channel(before.channel),
        language=before.language,
        zone=before.zone,
        greeting="",
        may_name_practice=bool(naming.known_at([before.address])),
    )
