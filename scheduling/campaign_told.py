"""Whoever was told that a place is closed hears nothing else about that visit.

The visit stands until somebody finds another time; a reminder of it, or the news that
it is cancelled, would say the opposite or the same again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.purposes import Purpose
from messaging.models import Campaign, Delivery
from messaging.occasions import Occasion
from messaging.states import LEFT_OUT
from scheduling import campaign_visits, reminders, visit_words
from scheduling.models import Attendee
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

# What speaks of a visit as if it took place.
SILENT = frozenset({Purpose.BOOKING, Purpose.REMINDER, Purpose.EDUCATION})
# How a visit stands while words about it are true, by what happened. Whoever is told of
# a closed day hears nothing else: those words stay true where the practice cancels.
STANDS = {
    campaign_visits.BOOKED: AHEAD,
    campaign_visits.COMPLETED: frozenset({Status.COMPLETED}),
}
CLOSED_STANDS = AHEAD | {Status.CALLED_OFF}
OURS = {"campaign", "attendee", "minute"}  # in the ids


def check(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some reminders must not go, by id; one query, or none."""
    del now
    ours = [one for one in deliveries if one.purpose in SILENT and "minute" in one.ids]
    told = told_closed({one.patient_id for one in ours if one.patient_id})
    words = _("They were told that the place is closed then.")
    return {one.pk: words for one in ours if _of(one) in told}


def still_so(deliveries: Sequence[Delivery], *, now: datetime) -> Mapping[int, str]:
    """SEND_CHECKS: why some words about what happened must not go, by id.

    Two queries, or none.
    """
    del now
    ours = [one for one in deliveries if one.ids.keys() >= OURS]
    if not ours:
        return {}
    campaigns = Campaign.objects.in_bulk({one.ids["campaign"] for one in ours})
    rows = Attendee.objects.filter(pk__in={one.ids["attendee"] for one in ours})
    theirs = reminders.with_visit(rows).in_bulk()
    words = _("The visit changed, or does not take place.")
    said = {}
    for one in ours:
        event = campaigns[one.ids["campaign"]].event
        if not _is_so(one, theirs.get(one.ids["attendee"]), event):
            said[one.pk] = words
    return said


def _is_so(one: Delivery, attendee: Attendee | None, event: str) -> bool:
    if attendee is None or attendee.is_withdrawn:
        return False
    closed = one.occasion == Occasion.CLOSED
    stands = CLOSED_STANDS if closed else STANDS.get(event, frozenset(Status))
    is_there = visit_words.is_true_of(one.ids, attendee.appointment)
    return is_there and attendee.status in stands


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
