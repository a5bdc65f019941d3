"""Who sees which conversation, and what of it.

A message on a chart is seen by whoever may open that chart. What is not yet filed is
for those who file: at the places of anybody whom it may be about, and everywhere
where the number is on no chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from consent.states import Channel
from messaging.models import Conversation, Delivery, Message
from practice.access import Capability, may
from practice.models import Caregiving, ContactKind, ContactPoint, Patient

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see at a moment."""

    staff: StaffMember
    charts: QuerySet[Patient]  # that they may open
    may_file: bool

    def conversations(self) -> QuerySet[Conversation]:
        """Those with anything in them that this person may read."""
        return Conversation.objects.filter(self._has_theirs() | self.has_loose())

    def messages(self, conversation: Conversation) -> QuerySet[Message]:
        """What came in with a conversation that this person may read."""
        seen = Q(patient__in=self._charts())
        if self.may_file and self._is_loose_theirs(conversation):
            seen |= Q(patient=None)
        return conversation.messages.filter(seen)

    def deliveries(self, conversation: Conversation) -> QuerySet[Delivery]:
        """What we sent there that this person may read.

        What is about nobody was said to whoever has the number: it goes with what is
        not yet filed; what no person wrote tells nothing.
        """
        seen = Q(patient__in=self._charts()) | Q(patient=None, writer=None, staff=None)
        if self.may_file and self._is_loose_theirs(conversation):
            seen |= Q(patient=None, staff=None)
        return sent_in(conversation).filter(seen)

    def _charts(self) -> QuerySet[Patient, Any]:
        return self.charts.order_by().values("pk")

    def _has_theirs(self) -> Q:
        """Something came from, or went to, a chart of theirs."""
        came = Message.objects.filter(
            conversation=OuterRef("pk"), patient__in=self._charts()
        )
        went = Delivery.objects.filter(
            address=OuterRef("address"),
            channel=OuterRef("channel"),
            patient__in=self._charts(),
        )
        return Q(Exists(came)) | Q(Exists(went))

    def has_loose(self) -> Q:
        """Something in it is on no chart, and is theirs to file."""
        if not self.may_file:
            return Q(pk__in=[])
        loose = Message.objects.filter(conversation=OuterRef("pk"), patient=None)
        return Q(Exists(loose)) & self._may_be_about_theirs()

    def _may_be_about_theirs(self) -> Q:
        cared = Caregiving.objects.filter(
            is_withdrawn=False, patient__in=self._charts()
        )
        theirs = Q(patient__in=self._charts())
        theirs |= Q(caregiver__in=cared.values("caregiver"))
        return _stands_somewhere(theirs) | ~_stands_somewhere(Q())

    def _is_loose_theirs(self, conversation: Conversation) -> bool:
        rows = Conversation.objects.filter(pk=conversation.pk)
        return rows.filter(self._may_be_about_theirs()).exists()


def of(staff: StaffMember, *, now: datetime) -> Sight:
    """What somebody may read, by break-glass too."""
    charts = Patient.objects.visible_to(staff, now=now)
    return Sight(staff, charts, may(staff, Capability.FILE_MESSAGES))


def to_act(staff: StaffMember) -> Sight:
    """What somebody may answer and be done with: never by break-glass."""
    charts = Patient.objects.usual_to(staff)
    return Sight(staff, charts, may(staff, Capability.FILE_MESSAGES))


def sent_in(conversation: Conversation) -> QuerySet[Delivery]:
    """Everything that was sent, or is to be, to a conversation's address."""
    return Delivery.objects.filter(
        channel=conversation.channel, address=conversation.address
    )


def _stands_somewhere(whose: Q) -> Q:
    """Whether somebody among some has a conversation's number, or its mail address."""
    rows = ContactPoint.objects.filter(whose, ended_at=None)
    phones = rows.filter(phone=OuterRef("address"))
    mails = rows.annotate(mail=Lower("email"))
    mails = mails.filter(kind=ContactKind.EMAIL, mail=OuterRef("address"))
    return ~Q(channel=Channel.MAIL) & Q(Exists(phones)) | Q(channel=Channel.MAIL) & Q(
        Exists(mails)
    )
