"""PERSONAL_DATA: on which lists of group messages somebody stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from messaging import personal_data
from messaging.models import CampaignDelivery, CampaignRecipient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Recorded

_LINE = ["campaign__kind", "campaign__started_at", "why_not", "handed_at"]


class CampaignData:
    """The lines of lists go with the chart; the counts of what was sent stay.

    It stands before the messages: what says which delivery a line had hangs on both.
    """

    name = "group_messages"

    def export(self, patient_ids: Sequence[int]) -> Mapping[str, Any]:
        rows = _lines(patient_ids).order_by("pk").values(*_LINE)
        plain = [
            {name.rpartition("__")[2]: value for name, value in row.items()}
            for row in rows
        ]
        return {"list": plain}

    def open_ends(self, patient_ids: Sequence[int]) -> Sequence[str]:
        """Nothing: what waits to be sent is not sent."""
        return []

    def records(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Recorded]]:
        return []

    def derived(self, patient_ids: Sequence[int]) -> Sequence[QuerySet[Any]]:
        gone = personal_data.deliveries_of(patient_ids)
        lines = set(_lines(patient_ids).values_list("pk", flat=True))
        sent = CampaignDelivery.objects.filter(
            Q(recipient__in=lines) | Q(delivery__in=gone)
        )
        return [sent, CampaignRecipient.objects.filter(pk__in=lines)]

    def texts(
        self, patient_ids: Sequence[int]
    ) -> Sequence[tuple[QuerySet[Recorded], Sequence[str]]]:
        """Nothing: words and names of campaigns are about nobody."""
        return []


def _lines(patient_ids: Sequence[int]) -> QuerySet[CampaignRecipient]:
    return CampaignRecipient.objects.filter(patient__in=patient_ids)
