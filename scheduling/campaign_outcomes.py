"""CAMPAIGN_OUTCOMES: who booked a visit, or confirmed one, after a group message."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from practice.models.patients import about_charts
from scheduling.models import Attendee
from scheduling.states import OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

BOOKED, CONFIRMED = "booked", "confirmed"
_STANDS = OPEN | {Status.COMPLETED}


def of_visits(
    patient_ids: Sequence[int], *, since: datetime, now: datetime
) -> Mapping[int, frozenset[str]]:
    """By the id asked for; a visit that was booked and cancelled again is none.

    Two queries, however many they are.
    """
    rows = Attendee.objects.filter(about_charts(patient_ids), is_withdrawn=False)
    booked = rows.filter(
        status__in=_STANDS,
        appointment__booked_at__gt=since,
        appointment__booked_at__lte=now,
    )
    confirmed = rows.filter(
        status=Status.CONFIRMED, status_at__gt=since, status_at__lte=now
    )
    found: dict[int, set[str]] = defaultdict(set)
    for some, word in ((booked, BOOKED), (confirmed, CONFIRMED)):
        for own, head in some.values_list("patient", "patient__merged_into"):
            found[head or own].add(word)
    return {pk: frozenset(words) for pk, words in found.items()}
