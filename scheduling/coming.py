"""CONTACT_FACTS: when patients are expected next, for whoever may not write to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.contact_frames import ContactFacts
from practice.models.patients import about_charts
from scheduling.models import Attendee
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


def next_visits(
    patient_ids: Sequence[int], *, now: datetime
) -> Mapping[int, ContactFacts]:
    """The next visit of each of some charts, or of one merged into it; one query."""
    rows = Attendee.objects.filter(
        about_charts(patient_ids),
        is_withdrawn=False,
        status__in=AHEAD,
        appointment__starts_at__gt=now,
    )
    found: dict[int, ContactFacts] = {}
    told = rows.order_by("-appointment__starts_at").values_list(
        "patient",
        "patient__merged_into",
        "appointment__starts_at",
        "appointment__location__time_zone",
    )
    for own, head, starts_at, zone in told:  # the soonest comes last, and stays
        found[head or own] = ContactFacts(starts_at, zone)
    return found
