"""Another room: for one visit, or for all of a clinician's day; who is there swaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from practice.announcements import UNDO_TIME
from practice.rules import NotPossible
from practice.trail import Actor, locked
from practice.zones import end_of, first_moment, local_day
from scheduling import booking, details, sight
from scheduling.models import Appointment, Attendee, Modality, Room
from scheduling.states import OPEN
from scheduling.undoing import TooLate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from practice.models import StaffMember


class NoSuchRoom(NotPossible):
    """The room is not at the visit's place, or not in use."""


Rooms = Mapping[int, int]  # by visit; 0 is none


@dataclass(frozen=True, slots=True)
class Swap:
    """Which visits change rooms: those meant, and those that make way for them."""

    meant: Sequence[Appointment]
    others: Sequence[Appointment] = field(default_factory=tuple)
    before: Rooms = field(default_factory=dict)
    after: Rooms = field(default_factory=dict)  # instead: their newest history rows
    closed: int = 0  # how many stay, since they are not for the looker to change


def meant_by(
    visit: Appointment, *, is_for_the_day: bool, now: datetime
) -> list[Appointment]:
    """The visit; or all of its clinician's that day, in the same room, not over yet.

    Who is seen by video or phone needs none: of those only the visit itself.
    """
    if not is_for_the_day:
        return [visit]
    zone = visit.location.time_zone
    day = local_day(visit.starts_at, zone)
    rows = Appointment.objects.live().filter(
        Q(modality=Modality.IN_PERSON) | Q(pk=visit.pk),
        clinician=visit.clinician_id,
        location=visit.location_id,
        room=visit.room_id,
        starts_at__gte=first_moment(day, zone),
        starts_at__lt=end_of(day, zone),
        ends_at__gt=now,
    )
    return list(rows.order_by("starts_at", "pk"))


def open_to(looker: StaffMember, visits: Iterable[Appointment]) -> list[Appointment]:
    """Those of some visits that somebody may change."""
    rows = list(visits)
    closed = sight.closed_among(looker, rows)
    return [one for one in rows if one.pk not in closed]


def in_the_way(
    meant: Sequence[Appointment], rooms: Iterable[Room]
) -> dict[int, list[Appointment]]:
    """By room, the visits that are there while those that are meant last."""
    found: dict[int, list[Appointment]] = {room.pk: [] for room in rooms}
    if not meant:
        return found
    rows = Appointment.objects.live().within(
        min(one.taken_from for one in meant), max(one.taken_until for one in meant)
    )
    rows = rows.filter(room__in=found).exclude(pk__in=[one.pk for one in meant])
    for row in rows.select_related("clinician").order_by("starts_at", "pk"):
        if any(_overlap(row, one) for one in meant):
            found[row.room_id or 0].append(row)
    return found


@transaction.atomic
def change(
    *,
    visit: Appointment,
    room: Room | None,
    is_for_the_day: bool,
    by: Actor,
    now: datetime,
    looker: StaffMember | None = None,
) -> Swap:
    """Put a visit, or the clinician's day, into another room.

    Whoever is there then takes the room that becomes free; who is still ahead of one
    of these visits hears of it after the minute. What the `looker` may not change
    stays, and so does what would push that out. Raises NoSuchRoom, and
    SlotTaken where they cannot.
    """
    places = Room.objects.filter(location=visit.location_id, is_active=True)
    rooms = {
        one.pk: one for one in places.select_for_update(no_key=True).order_by("pk")
    }
    if room is not None and room.pk not in rooms:
        raise NoSuchRoom(_("That room is not at this place."))
    visit = locked(visit)
    if visit.room_id == (room.pk if room else None):
        return Swap(())
    old = rooms.get(visit.room_id or 0)
    day = meant_by(visit, is_for_the_day=is_for_the_day, now=now)
    _check_ahead(day)
    there = in_the_way(day, [room])[room.pk] if room else []
    swap = _of_those_open(Swap(day, there), looker)
    meant, others = swap.meant, swap.others
    if not meant or (others and old is None):
        raise booking.SlotTaken(_("Somebody else is in that room then."))
    before = {one.pk: one.room_id or 0 for one in (*meant, *others)}
    _swap(swap, room, old, by=by)
    details.tell([*meant, *others], by=by, now=now)
    return replace(swap, before=before, after=_newest(before))


def _swap(swap: Swap, room: Room | None, old: Room | None, *, by: Actor) -> None:
    """Those meant go into a room, whoever is there into the one they leave."""
    _empty(swap.others, by=by)
    for one in swap.meant:
        _put(one, room, by=by)
    for one in swap.others:
        _put(one, old, by=by)


@transaction.atomic
def put_back(
    *, before: Rooms, after: Rooms, changed_at: datetime, by: Actor, now: datetime
) -> None:
    """Give visits the rooms that they had before a change that left them as `after`.

    Raises TooLate when the minute is over or something else happened since, and
    SlotTaken where a room is taken.
    """
    visits = Appointment.objects.filter(pk__in=before)
    held = Room.objects.filter(location__in=visits.values("location"), is_active=True)
    rooms = {one.pk: one for one in held.select_for_update(no_key=True).order_by("pk")}
    rows = [locked(one) for one in visits.order_by("pk")]
    if now >= changed_at + UNDO_TIME or _newest(before) != after:
        raise TooLate(_("The minute is over, or somebody changed a visit since."))
    _empty(rows, by=by)
    for one in rows:
        _put(one, rooms.get(before[one.pk]), by=by)
    details.untell(rows, since=changed_at, by=by, now=now)


def _newest(visits: Iterable[int]) -> Rooms:
    """The newest history row of each of some visits."""
    rows = Appointment.history.filter(id__in=list(visits)).order_by()
    return dict(rows.values_list("id").annotate(Max("history_id")))


def need_step_free(meant: Iterable[Appointment]) -> frozenset[int]:
    """The visits among some to which somebody comes who needs step-free access."""
    rows = Attendee.objects.filter(
        appointment__in=[one.pk for one in meant],
        is_withdrawn=False,
        status__in=OPEN,
    ).filter(
        Q(patient__merged_into=None, patient__needs_step_free=True)
        | Q(patient__merged_into__needs_step_free=True)
    )
    return frozenset(rows.values_list("appointment_id", flat=True))


def _of_those_open(swap: Swap, looker: StaffMember | None) -> Swap:
    """A swap without the visits that are closed to somebody, and what meets those."""
    everybody = [*swap.meant, *swap.others]
    closed = sight.closed_among(looker, everybody) if looker else frozenset()
    firm = [one for one in swap.others if one.pk in closed]
    meant = [
        one
        for one in swap.meant
        if one.pk not in closed and not any(_overlap(one, other) for other in firm)
    ]
    others = [one for one in swap.others if any(_overlap(one, row) for row in meant)]
    return Swap(meant, others, closed=len(swap.meant) - len(meant))


def _check_ahead(meant: Sequence[Appointment]) -> None:
    rows = Attendee.objects.filter(
        appointment__in=[one.pk for one in meant], is_withdrawn=False, status__in=OPEN
    )
    if not rows.exists():
        raise NotPossible(_("This visit is over."))


def _empty(rows: Iterable[Appointment], *, by: Actor) -> None:
    """Take visits out of their rooms, so that they can change them."""
    for one in sorted(rows, key=lambda row: row.pk):
        _put(one, None, by=by)


def _put(row: Appointment, room: Room | None, *, by: Actor) -> None:
    visit = locked(row)
    visit.room = room
    booking.keep_visit(visit, by=by, kind="appointment.room_changed")


def _overlap(one: Appointment, other: Appointment) -> bool:
    return one.taken_from < other.taken_until and one.taken_until > other.taken_from
