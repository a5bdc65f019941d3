"""Whoever was told that a place is closed hears nothing else about that visit.

The visit stands until somebody finds another time; a reminder of it, or the news that
it is cancelled, would say the opposite or the same again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.purposes import Purpose
from messaging.models import Delivery
from messaging.occasions import Occasion
from messaging.states import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

# What speaks of a visit as if it took place.
SILENT = frozenset({Purpose.BOOKING, Purpose.REMINDER, Purpose.EDUCATION})


def check(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some reminders must not go, by id; one query, or none."""
    del now
    ours = [one for one in deliveries if one.purpose in SILENT and "minute" in one.ids]
    told = told_closed({one.patient_id for one in ours if one.patient_id})
    words = _("They were told that the place is closed then.")
    return {one.pk: words for one in ours if _of(one) in told}


def told_closed(patients: Collection[int]) -> set[tuple[int, int]]:
    """The visits, by attendee and minute, that some were told do not take place."""
    if not patients:
        return set()
    rows = Delivery.objects.filter(
        patient__in=patients, occasion=Occasion.CLOSED, ids__has_key="campaign"
    ).exclude(status__in=sorted(LEFT_OUT))
    return {_of(one) for one in rows.only("ids")}


def _of(one: Delivery) -> tuple[int, int]:
    return one.ids.get("attendee", 0), one.ids.get("minute", 0)
