"""Whose a message is: one chart by its number alone, or a person says so.

Charts, exports and the read log have what is filed to them, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from consent import addresses
from messaging import conversations
from messaging.models import ConversationEvent, Delivery, DeliveryEvent, Message
from practice.models import Caregiving, Patient, StaffMember
from practice.rules import NotPossible
from practice.trail import note

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.models import Conversation

Kind = ConversationEvent.Kind
# After each of these, the event says on whose chart the message stands.
FILINGS = (Kind.OPENED, Kind.FILED, Kind.MOVED, Kind.UNFILED)


class AlreadyFiled(NotPossible):
    """It stands on that chart, or somebody filed it elsewhere meanwhile."""


def charts_at(address: str) -> Sequence[Patient]:
    """Everybody whom a message from an address may be about, by what stands on charts.

    Who has it, and who is cared for by somebody who has it; of merged charts the one
    that stands for them.
    """
    points = addresses.points_at([address])
    own = set(points.exclude(patient=None).values_list("patient", flat=True))
    cared = _cared_for(address).values_list("patient", flat=True)
    found = Patient.objects.filter(pk__in=own | set(cared))
    heads = {
        one.pk: one
        for one in (
            row.merged_into or row for row in found.select_related("merged_into")
        )
    }
    return [heads[pk] for pk in sorted(heads)]


def only_chart_at(address: str) -> Patient | None:
    """The one chart that a number stands for; None where a person has to say.

    A number of somebody who must not be told anything stands for nobody.
    """
    charts = charts_at(address)
    if len(charts) != 1 or _cared_for(address).filter(must_not_be_told=True).exists():
        return None
    return charts[0]


@transaction.atomic
def file(*, message: Message, to: Patient, by: StaffMember, now: datetime) -> Message:
    """Put a message on the chart that it belongs to, or on the right one.

    What was answered to it goes along; both charts keep a line. Raises AlreadyFiled.
    """
    conversation = conversations.held(message.conversation)
    message = Message.objects.select_related("patient").get(pk=message.pk)
    to = to.merged_into or to
    origin = message.patient
    if origin is not None and to.pk in (origin.pk, origin.merged_into_id):
        raise AlreadyFiled(_("It stands on that chart already."))
    _put(message, to, by=by, now=now)
    kind = Kind.MOVED if origin else Kind.FILED
    conversations.record(
        conversation, kind, message=message, patient=to, by=by, now=now
    )
    _tell_charts(message, origin, to, by=by)
    message.refresh_from_db()
    return message


@transaction.atomic
def file_all(
    *, conversation: Conversation, to: Patient, by: StaffMember, now: datetime
) -> int:
    """File every message of a conversation that is on no chart yet; how many."""
    conversation = conversations.held(conversation)
    rows = conversation.messages.filter(patient=None).order_by("pk")
    for message in rows:
        file(message=message, to=to, by=by, now=now)
    return len(rows)


@transaction.atomic
def take_back(*, message: Message, by: StaffMember, now: datetime) -> Message:
    """The last filing was wrong: back to where the message stood before.

    Raises AlreadyFiled where somebody else filed it since.
    """
    conversation = conversations.held(message.conversation)
    message = Message.objects.select_related("patient").get(pk=message.pk)
    rows = message.events.filter(kind__in=FILINGS).select_related("patient")
    before, last = ([None, None, *rows])[-2:]
    if last is None or last.actor_staff_id != by.pk:
        raise AlreadyFiled(_("Somebody else filed it since: look again."))
    origin, to = message.patient, before.patient if before else None
    _put(message, to, by=by, now=now)
    kind = Kind.MOVED if to else Kind.UNFILED
    conversations.record(
        conversation, kind, message=message, patient=to, by=by, now=now
    )
    _tell_charts(message, origin, to, by=by)
    message.refresh_from_db()
    return message


def _cared_for(address: str) -> QuerySet[Caregiving]:
    points = addresses.points_at([address]).exclude(caregiver=None)
    return Caregiving.objects.filter(
        caregiver__in=points.values("caregiver"), is_withdrawn=False
    )


def _put(
    message: Message, to: Patient | None, *, by: StaffMember, now: datetime
) -> None:
    Message.objects.filter(pk=message.pk).update(
        patient=to, filed_at=now if to else None, filed_by=by if to else None
    )
    conversation = message.conversation
    answers = Delivery.objects.filter(
        channel=conversation.channel,
        address=conversation.address,
        ids__message=message.pk,
        parts=None,  # what is to several stays theirs
    )
    for one in answers.exclude(patient=to):
        Delivery.objects.filter(pk=one.pk).update(patient=to)
        DeliveryEvent.objects.create(
            delivery=one,
            at=now,
            kind=Kind.MOVED,
            before=one.status,
            after=one.status,
            actor=by.name,
            actor_staff=by,
        )


def _tell_charts(
    message: Message, origin: Patient | None, to: Patient | None, *, by: StaffMember
) -> None:
    words = f"(message {message.pk})"
    if origin is not None:
        note(by=by, kind="message.moved_away", about=origin, reason=words)
    if to is not None:
        kind = "message.moved_here" if origin else "message.filed"
        note(by=by, kind=kind, about=to, reason=words)
