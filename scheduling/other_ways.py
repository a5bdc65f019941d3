"""OTHER_WAYS: what a dead number could not bring is worded for an e-mail.

The outbox asks for it where a number turned out to be no mobile, or nobody's; the
front desk is asked for another number besides. Whoever has no e-mail address is
called by a person: a machine does not ring where a text was wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consent.purposes import Purpose
from consent.states import Channel
from messaging import recipients, wordings
from messaging.changing import OUTBOX
from messaging.occasions import BY_MAIL
from practice.rules import NotPossible
from scheduling import reminders, visit_words
from scheduling.models import Attendee
from scheduling.states import AHEAD, CANCELLATIONS
from scheduling.visit_words import News

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import Delivery
    from messaging.outbox import Envelope
    from messaging.recipients import Recipient

OFF = ("called_off", "closed")


def by_mail(delivery: Delivery, *, now: datetime) -> Envelope | None:
    """The same about the same visit, to the same person; None where there is no way."""
    if delivery.channel != Channel.TEXT or delivery.occasion not in BY_MAIL:
        return None
    attendee = _attendee(delivery)
    if attendee is None or not _is_true(delivery, attendee):
        return None
    recipient = _same_person(delivery, attendee, now=now)
    if recipient is None:
        return None
    news = News(
        attendee,
        delivery.occasion,
        Purpose(delivery.purpose),
        planned_at=now,
        until_at=delivery.until_at or attendee.appointment.starts_at,
        writer=delivery.writer,
    )
    meaning = f"by_mail:{delivery.pk}"
    loaded, ids = wordings.load(now=now), dict(delivery.ids)
    try:
        return visit_words.envelope(
            news, recipient, loaded, meaning=meaning, ids=ids, by=OUTBOX, now=now
        )
    except NotPossible:
        return None


def _attendee(delivery: Delivery) -> Attendee | None:
    rows = Attendee.objects.filter(pk=delivery.ids.get("attendee", 0))
    return reminders.with_visit(rows).first()


def _is_true(delivery: Delivery, attendee: Attendee) -> bool:
    states = CANCELLATIONS if delivery.occasion in OFF else AHEAD
    is_same = visit_words.is_true_of(delivery.ids, attendee.appointment)
    return is_same and attendee.status in states and not attendee.is_withdrawn


def _same_person(
    delivery: Delivery, attendee: Attendee, *, now: datetime
) -> Recipient | None:
    chart = attendee.chart
    reached = recipients.of(
        [chart], channel=Channel.MAIL, purpose=delivery.purpose, now=now
    )[chart.pk]
    theirs = (
        one
        for one in reached.recipients
        if (one.caregiver.pk if one.caregiver else None) == delivery.caregiver_id
    )
    return next(theirs, None)
