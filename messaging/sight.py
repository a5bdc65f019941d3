"""Who sees which conversation, and what of it.

A message on a chart is seen by whoever may open that chart. What is not yet filed is
for those who file: at the places of anybody whom it may be about, and everywhere
where the number is on no chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from messaging import parts
from messaging.models import Conversation, Delivery, Message
from messaging.occasions import Occasion
from messaging.readable import AboutTheirs, HasLoose, HasTheirs
from practice.access import Capability, may
from practice.models import Patient
from practice.models.opening import OpensTo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember

WHOSE = "whose_"  # and a letter: among the ids of a question, whose visit that is


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see at a moment."""

    staff: StaffMember
    charts: QuerySet[Patient]  # that they may open
    opens: OpensTo  # the same as a condition
    may_file: bool

    def conversations(self) -> QuerySet[Conversation]:
        """Those with anything in them that this person may read."""
        return Conversation.objects.filter(Q(HasTheirs(self.opens)) | self.has_loose())

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
        return (
            sent_in(conversation)
            .filter(seen)
            .exclude(pk__in=self._closed_to(conversation))
        )

    def _closed_to(self, conversation: Conversation) -> Sequence[int]:
        """What names visits on several charts, one of which is closed to them."""
        rows = sent_in(conversation).filter(occasion=Occasion.WHICH_VISIT)
        some = parts.closed(self.charts, conversation)
        return [*self._closed_questions(rows), *some]

    def _closed_questions(self, rows: QuerySet[Delivery]) -> Sequence[int]:
        """Questions which visit was meant."""
        named = {pk: charts_in(ids) for pk, ids in rows.values_list("pk", "ids")}
        if not named:
            return []
        known = set().union(*named.values())
        theirs = self.charts.order_by().filter(pk__in=known)
        seen = set(theirs.values_list("pk", flat=True))
        return [pk for pk, charts in named.items() if not charts or charts - seen]

    def _charts(self) -> QuerySet[Patient, Any]:
        return self.charts.order_by().values("pk")

    def has_loose(self) -> Q:
        """Something in it is on no chart, and is theirs to file."""
        return Q(HasLoose(self.opens)) if self.may_file else Q(pk__in=[])

    def _is_loose_theirs(self, conversation: Conversation) -> bool:
        rows = Conversation.objects.filter(pk=conversation.pk)
        return rows.filter(AboutTheirs(self.opens)).exists()


def of(staff: StaffMember, *, now: datetime) -> Sight:
    """What somebody may read, by break-glass too."""
    charts = Patient.objects.visible_to(staff, now=now)
    opens = OpensTo(staff, now)
    return Sight(staff, charts, opens, may(staff, Capability.FILE_MESSAGES))


def to_act(staff: StaffMember) -> Sight:
    """What somebody may answer and be done with: never by break-glass."""
    charts, opens = Patient.objects.usual_to(staff), OpensTo(staff)
    return Sight(staff, charts, opens, may(staff, Capability.FILE_MESSAGES))


def charts_in(ids: Mapping[str, int]) -> set[int]:
    """The charts of the visits that a question names by letters."""
    return {chart for name, chart in ids.items() if name.startswith(WHOSE)}


def sent_in(conversation: Conversation) -> QuerySet[Delivery]:
    """Everything that was sent, or is to be, to a conversation's address."""
    return Delivery.objects.filter(
        channel=conversation.channel, address=conversation.address
    )
