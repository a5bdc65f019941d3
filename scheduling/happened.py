"""What happened to one visit: who did what, when and why, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from practice import telling, zones
from practice.models import TrailEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scheduling.models import Appointment

SHOWN = 20
# What only says again what a line about a patient says.
SAID_ALREADY = ("appointment.booked", "appointment.freed", "appointment.held")


@dataclass(frozen=True, slots=True)
class Happening:
    when: str
    by: str
    title: str
    reason: str


def to_visit(
    visit: Appointment, attendees: Collection[int], *, is_all_named: bool
) -> Sequence[Happening]:
    """The lines of the trail about a visit and some of its patients; one query.

    What was typed about the visit is about all of them: it is shown where all are.
    """
    lines = TrailEntry.objects.filter(
        Q(record="appointment", record_id=visit.pk)
        | Q(record="attendee", record_id__in=attendees)
    )
    lines = lines.exclude(kind__in=SAID_ALREADY)
    return [
        Happening(
            when=zones.moment(line.at, visit.zone),
            by=line.actor,
            title=telling.title_of(line.kind),
            reason=line.reason if is_all_named or line.record == "attendee" else "",
        )
        for line in lines.order_by("-pk")[:SHOWN]
    ]
