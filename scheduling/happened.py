"""What happened to one visit: who did what, when and why, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from practice import telling, zones
from practice.models import TrailEntry
from scheduling.models import Attendee

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
    visit: Appointment,
    attendees: Collection[int],
    *,
    is_all_named: bool,
    veiled: Collection[str] = (),
) -> Sequence[Happening]:
    """The lines of the trail about a visit and some of its patients; one query.

    What was typed about the visit is about all of them: it is shown where all are.
    Reasons that are `veiled` are not.
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
            reason=line.reason
            if (is_all_named or line.record == "attendee") and line.reason not in veiled
            else "",
        )
        for line in lines.order_by("-pk")[:SHOWN]
    ]


def said_of(visit: Appointment, attendees: Collection[int]) -> frozenset[str]:
    """Every reason that was ever given about some patients of a visit.

    One typed for several tells of each: where one of them is private, it is shown
    beside nobody. Takes a query where there are any.
    """
    if not attendees:
        return frozenset()
    rows = Attendee.history.filter(appointment_id=visit.pk, id__in=attendees)
    return frozenset(rows.order_by().values_list("reason", flat=True))
