"""One message to several: what of it is whose.

As a whole it stands on no chart, since the time of another's visit is nobody else's
business there. Each chart, export and list shows its own part.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from messaging.models import Delivery, DeliveryPart
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from messaging.models import Conversation
    from practice.models import Patient


def of(deliveries: Sequence[Delivery]) -> Mapping[int, Sequence[DeliveryPart]]:
    """The parts of those that are to several; one query, or none."""
    found: dict[int, list[DeliveryPart]] = defaultdict(list)
    asked = [one.pk for one in deliveries if may_be_to_several(one)]
    rows = DeliveryPart.objects.filter(delivery__in=asked) if asked else ()
    for part in rows and rows.select_related("patient__merged_into", "caregiver"):
        found[part.delivery_id].append(part)
    return found


def may_be_to_several(delivery: Delivery) -> bool:
    return delivery.patient_id is None and delivery.staff_id is None


def alone(part: DeliveryPart, delivery: Delivery) -> Delivery:
    """A part as if it were a message of its own; its number is no row's."""
    one = copy(delivery)
    one.pk, one.replaces = -part.pk, None
    one.patient, one.caregiver = part.patient, part.caregiver
    one.occasion, one.body, one.ids = part.occasion, part.body, part.ids
    return one


def each(delivery: Delivery) -> Sequence[Delivery]:
    """A message to several as those that it stands for; any other is itself."""
    return apart([delivery])


def apart(deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
    """The same for many."""
    found = of(deliveries)
    return [
        one
        for row in deliveries
        for one in [alone(part, row) for part in found.get(row.pk, ())] or [row]
    ]


def about(patient_ids: Any) -> QuerySet[DeliveryPart]:
    return DeliveryPart.objects.filter(patient__in=patient_ids)


@prepared
def _to_several(charts: Any) -> QuerySet[DeliveryPart, int]:
    return about(charts).order_by().values_list("delivery", flat=True).distinct()


def to_several(patient_ids: Collection[int]) -> Sequence[int]:
    """The ids of messages about some patients together with others."""
    return _to_several(charts=list(patient_ids))


def own(
    deliveries: Sequence[Delivery], patient_ids: Collection[int]
) -> Sequence[Delivery]:
    """Some messages as the charts of one patient show them: without others' words."""
    theirs = defaultdict(list)
    several = [one.pk for one in deliveries if one.patient_id is None]
    for part in about(patient_ids).filter(delivery__in=several) if several else ():
        theirs[part.delivery_id].append(part.body)
    for one in deliveries:
        if one.patient_id is None:
            one.body = "\n".join(theirs[one.pk])
    return deliveries


def closed(charts: QuerySet[Patient], conversation: Conversation) -> Sequence[int]:
    """What was sent there to several, of whom one is closed to whoever may open some
    charts; by id.
    """
    rows = not_open(charts).filter(
        delivery__address=conversation.address, delivery__channel=conversation.channel
    )
    return list(rows.order_by().values_list("delivery", flat=True).distinct())


def not_open(charts: QuerySet[Patient, Any]) -> QuerySet[DeliveryPart]:
    """Parts on other charts than those that somebody may open."""
    return DeliveryPart.objects.exclude(patient__in=charts.order_by().values("pk"))


def open_to(charts: QuerySet[Patient, Any]) -> Q:
    """Messages about no patient that somebody with these charts may read: none that is
    to several of whom one is closed to them.
    """
    shut = not_open(charts).filter(delivery=OuterRef("pk")).order_by()
    return Q(patient=None) & ~Q(Exists(shut))


def forget(patient_ids: Collection[int]) -> None:
    """SHARED_WORDS: a message to several loses the words of whoever is erased."""
    theirs = about(patient_ids)
    for pk in set(theirs.values_list("delivery", flat=True)):
        rows = DeliveryPart.objects.filter(delivery=pk)
        others = rows.exclude(patient__in=patient_ids)
        if said := list(_words(others)):
            Delivery.objects.filter(pk=pk).update(body="\n".join(said))
            DeliveryPart.objects.filter(delivery=pk, patient__in=patient_ids).delete()


def _words(rows: QuerySet[DeliveryPart]) -> Iterator[str]:
    yield from rows.order_by("pk").values_list("body", flat=True)
