"""Somebody is here without a visit: the nearest free time today, arrived at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice.models import StaffMember
from practice.rules import NotPossible
from practice.trail import Actor
from practice.zones import local_day
from scheduling import booking, visits
from scheduling.booking import Despite, Plan
from scheduling.deliberate import despite_of
from scheduling.finding import Question, find
from scheduling.minutes import instant_of
from scheduling.models import Attendee, Modality, Room, TypeOffer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Location, Patient
    from scheduling.models import Appointment, AppointmentType


LOOKED_AHEAD = timedelta(days=28)


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
            modalities=[way_of(kind)],
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


@dataclass(frozen=True, slots=True)
class LaterOn:
    """The next free time of a type at a place, and what the booking page calls it."""

    clinician: StaffMember
    starts_at: datetime
    slot: str


def next_free(
    kind: AppointmentType, place: Location, *, now: datetime
) -> LaterOn | None:
    """What to offer where nobody is free today; None if the next weeks are full."""
    today = local_day(now, place.time_zone)
    question = Question(
        kind, today, today + LOOKED_AHEAD, places=[place.pk], modalities=[way_of(kind)]
    )
    for one in find(question, now=now, most=1).slots:
        who = StaffMember.objects.get(pk=one.clinician)
        value = f"{one.clinician}.{one.place}.{one.starts}"
        return LaterOn(who, instant_of(one.starts), value)
    return None


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
    despite = booking.AGREED
    if is_squeezed_in:
        plan = replace(plan, starts_at=now.replace(second=0, microsecond=0))
        despite = _despite(plan, patient, reason)
    visit = booking.book(plan=plan, patients=[patient], despite=despite, by=by, now=now)
    visits.arrive(attendees=Attendee.objects.filter(appointment=visit), by=by, now=now)
    return visit


def _despite(plan: Plan, patient: Patient, reason: str) -> Despite:
    """What stands in the way of a plan, overcome for a reason."""
    if not reason.strip():
        raise NoReasonGiven(_("Say why they are squeezed in."))
    return despite_of(plan, [patient], reason)
