"""What a text says of each kind of announcement about a visit, or why none can.

Only what a patient can act on is told by a text: when, where, that it is off or on
again. A room, a way to meet and another clinician have no words in a text, since it
may not name them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.purposes import Purpose
from messaging.occasions import Occasion
from scheduling.announced import MOVED
from scheduling.delays import BEHIND
from scheduling.details import CHANGED
from scheduling.models import Appointment, Delay
from scheduling.states import Status
from scheduling.visits import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from practice.models import Announcement
    from scheduling.models import Attendee

URGENT_WITHIN = timedelta(hours=24)
BOOKED, CALLED_OFF = "attendee.booked", KINDS[Status.CALLED_OFF]
AGAIN = KINDS[Status.SCHEDULED]
TOLD = (BOOKED, MOVED, CHANGED, BEHIND, CALLED_OFF, AGAIN)
# Of one act, such as a series, the first visit stands for all where they are booked.
ONE_STANDS_FOR_ALL = frozenset({BOOKED})


@dataclass(frozen=True, slots=True)
class Said:
    """What a text is to say; or, where `why_not` is given, why a person says it."""

    occasion: str = ""
    purpose: Purpose = Purpose.CHANGE
    begins_at: datetime | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """When and where a visit was before its last move."""

    starts_at: datetime
    location: int


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of some visits: asked once for all of them."""

    before: Mapping[int, Before]
    late: Mapping[int, int]  # minutes


def around(rows: Sequence[Announcement]) -> Around:
    """Takes one query for those that moved, and one for those that begin later."""
    return Around(_before(_of(rows, MOVED)), _late(_of(rows, BEHIND)))


def said(
    row: Announcement, attendee: Attendee, known: Around, *, count: int, now: datetime
) -> Said:
    """What a text says of an announcement; `count` visits of theirs changed with it."""
    if count > 1 and row.kind not in ONE_STANDS_FOR_ALL:
        return Said(
            why_not=_("Several of their visits changed at once: tell them together.")
        )
    visit = attendee.appointment
    purpose = Purpose.URGENT if _is_soon(visit, known, now=now) else Purpose.CHANGE
    match row.kind:
        case "attendee.booked":
            return Said(Occasion.BOOKED, Purpose.BOOKING)
        case "appointment.moved":
            return _moved(visit, known.before.get(visit.pk), purpose)
        case "appointment.delayed":
            return _later(visit, known.late.get(visit.pk))
        case "appointment.changed":
            return Said(why_not=_("A text has no words for a room or a way to meet."))
        case "attendee.called_off":
            return Said(Occasion.CALLED_OFF, purpose)
    return Said(Occasion.STANDS_AGAIN, purpose)


def _moved(visit: Appointment, before: Before | None, purpose: Purpose) -> Said:
    if before is None or before.starts_at != visit.starts_at:
        return Said(Occasion.MOVED, purpose)
    if before.location != visit.location_id:
        return Said(Occasion.CHANGED, purpose)
    return Said(
        why_not=_("Same time and place, but with somebody else: a text names nobody.")
    )


def _later(visit: Appointment, minutes: int | None) -> Said:
    if minutes is None:
        return Said(why_not=_("It begins on time after all."))
    begins_at = visit.starts_at + timedelta(minutes=minutes)
    return Said(Occasion.BEGINS_LATER, Purpose.ON_THE_DAY, begins_at)


def _is_soon(visit: Appointment, known: Around, *, now: datetime) -> bool:
    """Whether they may be about to come: at its time now, or at the one it had."""
    before = known.before.get(visit.pk)
    times = [visit.starts_at, *([before.starts_at] if before else [])]
    return any(now < at <= now + URGENT_WITHIN for at in times)


def _of(rows: Sequence[Announcement], kind: str) -> set[int]:
    return {row.ids["appointment"] for row in rows if row.kind == kind}


def _before(visits: Collection[int]) -> Mapping[int, Before]:
    """By the history of each: the row before the one that counts its last move."""
    if not visits:
        return {}
    now = dict(Appointment.objects.filter(pk__in=visits).values_list("pk", "version"))
    history = Appointment.history.filter(id__in=visits).order_by("history_id")
    columns = ("id", "version", "starts_at", "location_id")
    return {
        pk: Before(starts_at, location)
        for pk, version, starts_at, location in history.values_list(*columns)
        if version != now[pk]
    }


def _late(visits: Collection[int]) -> Mapping[int, int]:
    if not visits:
        return {}
    rows = Delay.objects.standing().filter(appointment__in=visits, attendee=None)
    return dict(rows.values_list("appointment_id", "minutes"))
