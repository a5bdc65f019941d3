"""A person writes: to a conversation, or from a chart to one of its numbers.

It leaves when the undo minute is over; until then it is taken back, and what was
typed is still there. What the patient forbade binds people too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.contacting import YES, may_contact
from consent.purposes import Purpose
from consent.states import Channel
from messaging import answers, conversations, outbox, segments
from messaging.models import Conversation, Delivery
from messaging.outbox import Envelope
from messaging.states import Status
from practice.rules import NotPossible

if TYPE_CHECKING:
    from datetime import datetime

    from consent.contacting import Answer
    from messaging.models import Message
    from practice.models import Caregiver, Patient, StaffMember

UNDO = timedelta(minutes=1)
# A reply that could not leave for so long is for its writer to think about again.
OF_USE = timedelta(hours=12)
MOST_PARTS = 10


class NothingWritten(NotPossible):
    """The text is empty."""

    field = "body"


class TooLong(NotPossible):
    """No phone shows so much in one go."""

    field = "body"


class NotAllowedToText(NotPossible):
    """They do not want it, or it is not safe there."""

    field = "body"


class AlreadyGone(NotPossible):
    """The minute is over: it left."""


def may_write(
    conversation: Conversation,
    *,
    patient: Patient | None,
    now: datetime,
    caregiver: Caregiver | None = None,
) -> Answer:
    """Whether a person may write there now; the sending asks again."""
    if conversation.channel == Channel.MAIL:
        return YES
    return may_contact(
        caregiver or patient,
        conversation.address,
        Channel.TEXT,
        Purpose.HUMAN_REPLY,
        now=now,
        about=patient if caregiver else None,
    )


@transaction.atomic
def write(
    *,
    conversation: Conversation,
    body: str,
    patient: Patient | None,
    by: StaffMember,
    now: datetime,
    answered: Message | None = None,
    caregiver: Caregiver | None = None,
) -> Delivery:
    """Plan a text in a person's own words, due when the undo minute is over.

    Raises NothingWritten, TooLong, NotAllowedToText.
    """
    body = _checked(body)
    patient = (patient.merged_into or patient) if patient else None
    conversation = _where(conversation, now=now)
    answer = may_write(conversation, patient=patient, caregiver=caregiver, now=now)
    if not answer.is_allowed:
        raise NotAllowedToText(answer.reason)
    ids = {"conversation": conversation.pk}
    if answered is not None:
        ids["message"] = answered.pk
    envelope = Envelope(
        meaning=f"reply:{uuid4().hex}",
        purpose=Purpose.HUMAN_REPLY,
        channel=Channel(conversation.channel),
        address=conversation.address,
        body=body,
        language=answers.read_by(patient),
        zone=answers.zone_of(patient),
        planned_at=now + UNDO,
        until_at=now + OF_USE,
        patient=patient,
        caregiver=caregiver,
        writer=by,
        ids=ids,
    )
    Conversation.objects.filter(pk=conversation.pk).update(newest_at=now)
    return outbox.plan(envelope, by=by, now=now)


def _where(conversation: Conversation, *, now: datetime) -> Conversation:
    """Where an answer goes: of a call, to the texts of its number, since no machine
    reads out what a person wrote.
    """
    if conversation.channel != Channel.CALL:
        return conversation
    return conversations.of_address(
        channel=Channel.TEXT, address=conversation.address, now=now
    )


@transaction.atomic
def to_number(
    *,
    address: str,
    body: str,
    patient: Patient,
    by: StaffMember,
    now: datetime,
    caregiver: Caregiver | None = None,
) -> Delivery:
    """Write to a number of a chart, whether something was ever said there or not.

    Raises as `write` does.
    """
    conversation = conversations.of_address(
        channel=Channel.TEXT, address=address, now=now
    )
    return write(
        conversation=conversation,
        body=body,
        patient=patient,
        caregiver=caregiver,
        by=by,
        now=now,
    )


def take_back(*, delivery: Delivery, by: StaffMember, now: datetime) -> None:
    """The writer thought again before it left. Raises AlreadyGone."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, writer=by, purpose=Purpose.HUMAN_REPLY
    )
    if outbox.withdraw(mine, reason=_("Taken back by its writer."), by=by, now=now):
        return
    if not mine.filter(status=Status.WITHDRAWN).exists():
        raise AlreadyGone(_("The minute is over: this text has left, or is leaving."))


def parts_in_words(body: str) -> str:
    """What a text will cost, before it is sent."""
    size = segments.measure(segments.folded(body.strip()))
    if not size.units:
        return _("One text holds %(n)s characters.") % {
            "n": segments.ROOM[segments.Encoding.GSM7][0]
        }
    if size.segments <= 1:
        return _("%(n)s of %(room)s characters: one text.") % {
            "n": size.units,
            "room": segments.ROOM[size.encoding][0],
        }
    words = ngettext(
        "Goes and is charged as %(n)s text.",
        "Goes and is charged as %(n)s texts.",
        size.segments,
    ) % {"n": size.segments}
    if size.outside:
        words += " " + _("“%(one)s” makes it dearer.") % {"one": size.outside[0]}
    return words


def parts_of(body: str) -> int:
    return segments.measure(segments.folded(body.strip())).segments


def _checked(body: str) -> str:
    body = segments.folded(body).strip()
    if not body:
        raise NothingWritten(_("Write something first."))
    if parts_of(body) > MOST_PARTS:
        words = _("Too long: no more than %(n)s texts in one go. Write less, or call.")
        raise TooLong(words % {"n": MOST_PARTS})
    return body
