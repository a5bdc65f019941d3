"""A yes to one text about the visits of several: each that stands is confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from consent.purposes import Purpose
from messaging import outbox, wordings
from messaging.models import DeliveryPart
from messaging.occasions import Occasion
from messaging.outbox import Envelope
from scheduling import reminders_joint, reply_acts, visit_words
from scheduling.reply_acts import OF_USE, REPLY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from messaging.wordings import Wordings
    from scheduling.reply_acts import Answer

_ALL = gettext_lazy("Confirmed all visits that the text was about.")


def confirm(answers: Sequence[Answer], *, now: datetime) -> None:
    """Confirm each, and write back once: by times, never by names.

    Raises NotPossible where a rule forbids one of them; then none is confirmed.
    """
    for one in sorted(answers, key=lambda one: one.attendee.appointment_id):
        reply_acts.confirmed(one, now=now)
    reply_acts.say(answers[0], (_ALL, _ALL))
    said = _envelope(answers, wordings.load(now=now), now=now)
    outbox.plan(said, by=REPLY, now=now)


def _envelope(answers: Sequence[Answer], words: Wordings, *, now: datetime) -> Envelope:
    first = answers[0]
    to, visit = replace(first.recipient, greeting=""), first.attendee.appointment

    def say(some: Sequence[Answer]) -> str:
        times = [one.attendee.appointment.starts_at for one in some]
        values = reminders_joint.values_of(visit, times, language=to.language)
        place, occasion = visit.location_id, Occasion.CONFIRMED_JOINT
        return words.to(to, occasion, values=values, location_id=place).body

    return Envelope(
        meaning=reply_acts.meaning_of(first),
        purpose=Purpose.ANSWER,
        channel=to.channel,
        address=to.address,
        body=say(answers),
        zone=to.zone,
        language=to.language,
        occasion=Occasion.CONFIRMED_JOINT,
        planned_at=now,
        until_at=now + OF_USE,
        ids={"message": first.message.pk},
        parts=[_part(one, say([one])) for one in answers],
    )


def _part(one: Answer, body: str) -> DeliveryPart:
    return DeliveryPart(
        patient=one.chart,
        caregiver=one.recipient.caregiver,
        occasion=Occasion.CONFIRMED,
        body=body,
        ids=visit_words.about(one.attendee),
    )
