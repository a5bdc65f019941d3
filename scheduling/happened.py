"""What happened to one visit: who did what, when and why, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q

from practice import telling, zones
from practice.models import TrailEntry
from scheduling.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

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
    attendees: Collection[int]  # whom it is about; empty: all of them


def to_visit(
    visit: Appointment,
    attendees: Collection[int],
    *,
    is_all_named: bool,
    veiled: Collection[str] = (),
) -> Sequence[Happening]:
    """The lines of the trail about a visit and some of its patients; one query.

    What was typed about the visit is about all of them: it is shown where all are.
    Reasons that are `veiled` are not. What was done with several at once is told once.
    """
    lines = TrailEntry.objects.filter(
        Q(record="appointment", record_id=visit.pk)
        | Q(record="attendee", record_id__in=attendees)
    )
    plain = Q(reason="") if is_all_named else Q()
    lines = lines.exclude(plain, kind__in=SAID_ALREADY)
    newest = lines.order_by("-pk")[: SHOWN * max(1, len(attendees))]
    told = [
        _happening(
            line, visit, is_told=_is_told(line, veiled, is_all_named=is_all_named)
        )
        for line in newest
    ]
    return [
        _together(alike, everybody=len(attendees))
        for _words, alike in groupby(told, lambda one: replace(one, attendees=()))
    ][:SHOWN]


def _is_told(line: TrailEntry, veiled: Collection[str], *, is_all_named: bool) -> bool:
    is_of_one = line.record == "attendee"
    return (is_all_named or is_of_one) and line.reason not in veiled


def _happening(line: TrailEntry, visit: Appointment, *, is_told: bool) -> Happening:
    whom = line.record_id if line.record == "attendee" else None
    return Happening(
        when=zones.moment(line.at, visit.zone),
        by=line.actor,
        title=telling.title_of(line.kind),
        reason=line.reason if is_told else "",
        attendees=(whom,) if whom else (),
    )


def _together(alike: Iterator[Happening], *, everybody: int) -> Happening:
    """What was done alike, with the people of all of it."""
    first, *others = alike
    whom = {pk for one in (first, *others) for pk in one.attendees}
    return replace(first, attendees=whom if len(whom) < everybody else ())


def said_of(visit: Appointment, attendees: Collection[int]) -> frozenset[str]:
    """Every reason that was ever given about some patients of a visit.

    One typed for several tells of each: where one of them is private, it is shown
    beside nobody. Takes a query where there are any.
    """
    if not attendees:
        return frozenset()
    rows = Attendee.history.filter(appointment_id=visit.pk, id__in=attendees)
    return frozenset(rows.order_by().values_list("reason", flat=True))
