"""What changes about a visit without moving it: its room, how they meet, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import announcements
from practice.models import Announcement
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import booking, taken
from scheduling.models import Appointment, Attendee, Modality, Room
from scheduling.states import AHEAD, OPEN

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from practice.versions import Shown


CHANGED = "appointment.changed"


class RoomTaken(NotPossible):
    """Another visit has the room then."""

    field = "room"


class OtherPlace(NotPossible):
    """The room is at another location."""

    field = "room"


class NotThisWay(NotPossible):
    """The type is not held this way."""

    field = "modality"


@transaction.atomic
def change(
    *,
    appointment: Appointment,
    room: Room | None,
    modality: str,
    telehealth_url: str,
    desk_note: str,
    by: Actor,
    now: datetime,
    seen: Shown | None = None,
) -> Appointment:
    """Change room, way to meet, link and note of a visit; its time stays.

    Raises RoomTaken, OtherPlace, NotThisWay and ChangedMeanwhile.
    """
    visit = _lock(appointment, room)
    if seen is not None:
        seen.check()
    if modality != visit.modality and modality not in visit.type.modalities:
        way = Modality(modality).label
        words = {"type": visit.type, "way": way}
        raise NotThisWay(_("“%(type)s” is not held this way: %(way)s.") % words)
    _check_room(visit, room)
    known = told_of(visit)
    visit.room, visit.modality = room, modality
    visit.telehealth_url, visit.desk_note = telehealth_url, desk_note
    return _keep(visit, is_told=known != told_of(visit), by=by, now=now)


@transaction.atomic
def swap_room(
    *, appointment: Appointment, room: Room | None, by: Actor, now: datetime
) -> Appointment:
    """Another room for one visit, at its time. Raises RoomTaken, OtherPlace."""
    visit = _lock(appointment, room)
    _check_room(visit, room)
    visit.room = room
    return _keep(visit, is_told=True, by=by, now=now)


def tell(visits: Collection[Appointment], *, by: Actor, now: datetime) -> None:
    """Another room or way to meet: whoever is still ahead of visits hears of it."""
    coming = Attendee.objects.filter(
        appointment__in=visits, is_withdrawn=False, status__in=AHEAD
    )
    for attendee in coming.select_related("patient", "appointment").order_by("pk"):
        booking.announce(CHANGED, attendee, by=by, now=now)


def told_at(visit: Appointment) -> datetime | None:
    """When such a change of a visit was last announced."""
    rows = Announcement.objects.filter(kind=CHANGED, ids__appointment=visit.pk)
    newest = rows.order_by("-pk").values_list("announced_at", flat=True)
    return newest.first()


def untell(
    visits: Collection[Appointment], *, since: datetime, by: Actor, now: datetime
) -> bool:
    """It was taken back within the minute; whether anybody was to hear of it."""
    rows = announcements.waiting().filter(
        kind=CHANGED,
        ids__appointment__in=[one.pk for one in visits],
        announced_at__gte=since,
        not_before__gt=now,
    )
    found = list(rows.select_for_update())
    for row in found:
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
    return bool(found)


def told_of(visit: Appointment) -> tuple[object, ...]:
    """What whoever comes hears of when it changes; the desk's note is not among it."""
    return visit.room_id, visit.modality, visit.telehealth_url


def _keep(
    visit: Appointment, *, is_told: bool, by: Actor, now: datetime
) -> Appointment:
    """Save, and say so to whoever comes, unless only the desk's note differs."""
    booking.keep_visit(visit, by=by, kind="appointment.changed")
    if is_told:
        coming = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
        for attendee in coming.select_related("patient"):
            booking.announce(CHANGED, attendee, by=by, now=now)
    return visit


def _lock(appointment: Appointment, room: Room | None) -> Appointment:
    """The visit, once its clinician and the room are locked, in the one order."""
    locked(appointment.clinician)
    if room is not None:
        locked(room)
    return locked(appointment)


def _check_room(visit: Appointment, room: Room | None) -> None:
    if room is None or room.pk == visit.room_id:
        return
    if room.location_id != visit.location_id:
        raise OtherPlace(_("That room is at another location."))
    if visit.is_live and taken.is_room_taken(visit, room):
        raise RoomTaken(_("Another visit is in %(room)s then.") % {"room": room})
