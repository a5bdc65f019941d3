"""Somebody is here without a visit: the nearest free time today, arrived at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import Actor
from practice.zones import local_day
from scheduling import booking, taken, visits
from scheduling.booking import Despite, Plan
from scheduling.finding import Question, find
from scheduling.minutes import instant_of
from scheduling.models import Attendee, Modality, Room, TypeOffer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Location, Patient
    from scheduling.models import Appointment, AppointmentType


class NoReasonGiven(NotPossible):
    """Whoever is squeezed in is squeezed in for a reason."""

    field = "reason"


@dataclass(frozen=True, slots=True)
class Opening:
    """The first free time of one clinician today."""

    clinician: StaffMember
    starts_at: datetime
    room: Room | None


def openings(
    kind: AppointmentType, place: Location, *, now: datetime
) -> Sequence[Opening]:
    """The first free time today of everybody who offers a type, the nearest first."""
    today = local_day(now, place.time_zone)
    answer = find(
        Question(
            kind,
            today,
            today,
            places=[place.pk],
            modality=way_of(kind),
            notice=False,
        ),
        now=now,
    )
    first = {slot.clinician: slot for slot in reversed(answer.slots)}
    people = StaffMember.objects.in_bulk(list(first))
    rooms = Room.objects.in_bulk([slot.room for slot in first.values() if slot.room])
    return [
        Opening(people[one.clinician], instant_of(one.starts), rooms.get(one.room or 0))
        for one in sorted(first.values())
    ]


def offering(kind: AppointmentType, place: Location) -> Sequence[StaffMember]:
    """Who offers a type and works at a place."""
    offers = TypeOffer.objects.filter(type=kind, is_current=True)
    here = place.placements.filter(is_current=True)
    rows = StaffMember.objects.active().filter(
        pk__in=offers.values("clinician"), is_clinician=True
    )
    return list(rows.filter(pk__in=here.values("staff")).order_by("name", "pk"))


def way_of(kind: AppointmentType) -> str:
    """Somebody who is here is seen in person, where the type allows it."""
    ways = kind.modalities
    return Modality.IN_PERSON if Modality.IN_PERSON in ways else ways[0]


@transaction.atomic
def walk_in(
    *,
    plan: Plan,
    patient: Patient,
    by: Actor,
    now: datetime,
    reason: str = "",
    is_squeezed_in: bool = False,
) -> Appointment:
    """Book somebody who is here, and note that they have arrived.

    `is_squeezed_in`: now, whatever stands in the way, for a `reason`. Raises what
    `book` raises, and NoReasonGiven.
    """
    despite = booking.NOTHING
    if is_squeezed_in:
        plan = replace(plan, starts_at=now.replace(second=0, microsecond=0))
        despite = _despite(plan, reason)
    visit = booking.book(plan=plan, patients=[patient], despite=despite, by=by, now=now)
    visits.arrive(attendees=Attendee.objects.filter(appointment=visit), by=by, now=now)
    return visit


def _despite(plan: Plan, reason: str) -> Despite:
    """What stands in the way of a plan, overcome for a reason."""
    if not reason.strip():
        raise NoReasonGiven(_("Say why they are squeezed in."))
    beside = taken.visit_of_clinician(plan)
    is_away = taken.absence_of(plan) is not None
    is_outside = is_away or not taken.is_within_hours(plan)
    return Despite(
        hours=reason if is_outside else "",
        beside=beside,
        beside_reason=reason if beside else "",
    )
