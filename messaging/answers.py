"""What is answered by itself to a message of theirs, in their language."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from consent import grounds, words
from consent.purposes import Purpose
from consent.states import Channel
from messaging import naming, outbox, readers, variables, wordings
from messaging.outbox import Envelope
from messaging.receiving import RULES
from practice import reaching, zones

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import Delivery, Message
    from practice.models import Caregiver, Patient

# 47 CFR 64.1200(a)(12): the one answer to a stop comes within five minutes.
LASTS = {Purpose.OPT_OUT_CONFIRMATION: timedelta(minutes=5)}
USUALLY = timedelta(minutes=30)
SPANISH = frozenset({"ayuda", "citas", "cita", *words.SPANISH_STOPS})


def give(
    message: Message,
    occasion: str,
    *,
    meaning: str,
    now: datetime,
    purpose: Purpose = Purpose.ANSWER,
) -> Delivery:
    """Plan an answer to whoever wrote, at once; the same meaning again is no second.

    Family who may not be told are answered as somebody whom nobody knows.
    """
    conversation = message.conversation
    patient, family = _who_wrote(message, now=now)
    language = _language_of(message, patient)
    worded = wordings.load(now=now).word(
        occasion,
        language=language,
        values={},
        may_name_practice=bool(naming.known_at([conversation.address])),
    )
    envelope = Envelope(
        meaning=meaning,
        purpose=purpose,
        channel=Channel(conversation.channel),
        address=conversation.address,
        subject=worded.subject,
        body=worded.body,
        language=language,
        occasion=occasion,
        patient=patient,
        caregiver=family,
        zone=zone_of(patient),
        planned_at=now,
        until_at=now + LASTS.get(purpose, USUALLY),
        ids={"conversation": conversation.pk, "message": message.pk},
    )
    return outbox.plan(envelope, by=RULES, now=now)


def _who_wrote(
    message: Message, *, now: datetime
) -> tuple[Patient | None, Caregiver | None]:
    """Of whose chart a message is, and the family that wrote it, if it was they."""
    patient, where = message.patient, message.conversation.address
    family = readers.caregiver_at(where, patient) if patient else None
    if patient is None or family is None:
        return patient, None
    head = patient.merged_into or patient
    told = grounds.of([head, family], [where], now=now).told
    return (patient, family) if (head.pk, family.pk) in told else (None, None)


def _language_of(message: Message, patient: Patient | None) -> str:
    """The language somebody just wrote a known word in, else the one they read."""
    if words.plain(message.body) in SPANISH:
        return "es"
    return read_by(patient)


def read_by(patient: Patient | None) -> str:
    """The language that somebody reads, of those that texts are written in."""
    if patient is None or patient.written_language not in variables.LANGUAGES:
        return variables.LANGUAGES[0]
    return patient.written_language


def zone_of(patient: Patient | None) -> str:
    """Whose clock counts: the patient's, else the practice's."""
    if patient is None:
        return zones.of_practice()
    return reaching.zone_of(patient.merged_into or patient)
