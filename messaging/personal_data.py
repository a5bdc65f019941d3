"""PERSONAL_DATA: what was said with a patient, and at their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from consent import addresses
from messaging import parts
from messaging.models import (
    Attachment,
    AttachmentBytes,
    Conversation,
    ConversationEvent,
    Delivery,
    DeliveryEvent,
    DeliveryPart,
    Message,
)
from practice.models import ContactPoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_CAME = ["conversation__channel", "conversation__address", "body", "sent_at"]
_CAME += ["came_at", "outcome"]
_WENT = ["channel", "address", "subject", "body", "purpose", "planned_at", "left_at"]
_WENT += ["status", "reason"]
_FILES = ["message__came_at", "found_type", "size", "state"]


class MessageData:
    """Messages on a chart, and what we sent about it.

    What is not filed goes with an erasure where nobody else has the number: it was
    theirs, as far as anybody knows. A conversation goes when nothing is left in it;
    of one that others share, everything that is not theirs stays.
    """

    name = "messages"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        came = Message.objects.filter(patient__in=patient_ids).order_by("came_at", "pk")
        theirs = Q(patient__in=patient_ids) | Q(pk__in=parts.to_several(patient_ids))
        went = Delivery.objects.filter(theirs, staff=None)
        files = Attachment.objects.filter(message__in=came.values("pk")).order_by("pk")
        return {
            "received": [_plain(row) for row in came.values(*_CAME)],
            "attachment": [_plain(row) for row in files.values(*_FILES)],
            "sent": [
                {name: getattr(row, name) for name in _WENT}
                for row in parts.own(
                    list(went.order_by("planned_at", "pk")), patient_ids
                )
            ],
        }

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: what waits to be sent goes with the rest, and is not sent."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return []

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        """Messages and deliveries, with what happened to them: their events are
        their history, and go along. What hangs on others comes first.
        """
        messages, deliveries = _messages(patient_ids), deliveries_of(patient_ids)
        talks = _talks_left_empty(messages, deliveries)
        files = Attachment.objects.filter(message__in=messages)
        events = ConversationEvent.objects.filter(
            Q(message__in=messages)
            | Q(patient__in=patient_ids)
            | Q(conversation__in=talks)
        )
        return [
            AttachmentBytes.objects.filter(attachment__in=_keys(files)),
            Attachment.objects.filter(pk__in=_keys(files)),
            ConversationEvent.objects.filter(pk__in=_keys(events)),
            DeliveryPart.objects.filter(delivery__in=deliveries),
            DeliveryEvent.objects.filter(delivery__in=deliveries),
            Message.objects.filter(pk__in=messages),
            Delivery.objects.filter(pk__in=deliveries),
            Conversation.objects.filter(pk__in=talks),
        ]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """Nothing: no row that stays has words about whoever goes."""
        return []


def _messages(patient_ids: Sequence[int]) -> set[int]:
    alone = _numbers_of_theirs_alone(patient_ids)
    rows = Message.objects.filter(
        Q(patient__in=patient_ids) | Q(patient=None, conversation__address__in=alone)
    )
    return _keys(rows)


def deliveries_of(patient_ids: Sequence[int]) -> set[int]:
    alone = _numbers_of_theirs_alone(patient_ids)
    # What was to others as well is theirs still (messaging.parts.forget).
    others = DeliveryPart.objects.exclude(patient__in=patient_ids).order_by()
    theirs = Q(patient__in=patient_ids) | Q(parts__patient__in=patient_ids)
    rows = Delivery.objects.filter(
        theirs | Q(patient=None, staff=None, address__in=alone)
    ).exclude(pk__in=others.values("delivery"))
    found = _keys(rows)
    # What tries again what is gone goes along, and so does what it tried again.
    again = Delivery.objects.filter(Q(replaces__in=found) | Q(replaced_by__in=found))
    return found | _keys(again)


def _talks_left_empty(messages: set[int], deliveries: set[int]) -> set[int]:
    """The conversations of which nothing stays, and nobody else has the number."""
    addresses_gone = set(
        Delivery.objects.filter(pk__in=deliveries).values_list("address", flat=True)
    )
    rows = Conversation.objects.filter(
        Q(messages__in=messages) | Q(address__in=addresses_gone)
    ).distinct()
    kept_in = Message.objects.exclude(pk__in=messages).values("conversation")
    empty = rows.exclude(pk__in=kept_in)
    kept_out = Delivery.objects.exclude(pk__in=deliveries).filter(
        address__in=[one.address for one in empty]
    )
    written = set(kept_out.values_list("channel", "address"))
    return {one.pk for one in empty if (one.channel, one.address) not in written}


def _numbers_of_theirs_alone(patient_ids: Sequence[int]) -> set[str]:
    """Numbers and mail addresses that these charts have, or had, and nobody else."""
    rows = ContactPoint._base_manager.exclude(kind="post")
    theirs = {addresses.of_point(row) for row in rows.filter(patient__in=patient_ids)}
    others = addresses.points_at(theirs).exclude(patient__in=patient_ids)
    shared = {addresses.of_point(row) for row in others}
    return theirs - shared


def _keys(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def _plain(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """With names of our own for what was asked through another table."""
    return {name.rpartition("__")[2]: value for name, value in row.items()}
