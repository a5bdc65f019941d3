"""What can be booked: types, who offers them and where, rooms, protected time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from practice.locations import OverlappingHours, span_words
from practice.models import DutyHours
from practice.roster import valid_on
from practice.trail import Actor, keep, locked
from practice.zones import nearest_instant
from scheduling.models import (
    AppointmentType,
    ProtectedTime,
    Room,
    TypeInstructions,
    TypeOffer,
    TypePlace,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime, time

    from practice.models import Location, Recorded, StaffMember
    from practice.versions import Shown


class AlreadyThere(OverlappingHours):
    """Somebody has hours at that time already."""

    field = "starts"


R = TypeVar("R", bound="Recorded")
L = TypeVar("L", TypeOffer, TypePlace)


def is_offered(
    kind: AppointmentType, *, clinician: StaffMember, location: Location
) -> bool:
    """Whether somebody offers a type at a place, all three as they are now."""
    offers = TypeOffer.objects.filter(
        type=kind,
        clinician=clinician,
        clinician__is_active=True,
        clinician__is_clinician=True,
        is_current=True,
    )
    places = TypePlace.objects.filter(type=kind, is_current=True)
    held = set(places.values_list("location_id", flat=True))
    is_here = not held or location.pk in held
    return is_here and location.is_active and offers.exists()


@transaction.atomic
def add_type(
    *,
    by: Actor,
    clinicians: Iterable[StaffMember] = (),
    locations: Iterable[Location] = (),
    instructions: Mapping[str, str] | None = None,
    **details: Any,
) -> AppointmentType:
    """Add a type, offered by some clinicians; no locations means all of them."""
    kind = keep(AppointmentType(**details), by=by, kind="type.added")
    _set_links(kind, clinicians, locations, by=by)
    for language, words in (instructions or {}).items():
        row = TypeInstructions(type=kind, language=language, words=words)
        keep(row, by=by, kind="type.instructed")
    return kind


@transaction.atomic
def change_type(
    *,
    kind: AppointmentType,
    by: Actor,
    clinicians: Iterable[StaffMember],
    locations: Iterable[Location],
    instructions: Mapping[str, str],
    seen: Shown | None = None,
    **details: Any,
) -> AppointmentType:
    """Change a type for visits booked from now on; those booked stay as they are.

    Raises ChangedMeanwhile where `seen` is out of date.
    """
    kind = locked(kind)
    if seen is not None:
        seen.check()
    _change(kind, details, by=by, what="type.changed")
    _set_links(kind, clinicians, locations, by=by)
    known = {row.language: row for row in kind.instructions.all()}
    for language, words in instructions.items():
        row = known.get(language) or TypeInstructions(type=kind, language=language)
        if row.words != words:
            row.words = words
            keep(row, by=by, kind="type.instructed")
    return kind


@transaction.atomic
def retire_type(*, kind: AppointmentType, by: Actor) -> AppointmentType:
    """Nobody books it any more; visits that are booked stay as they are."""
    return _change(locked(kind), {"is_active": False}, by=by, what="type.retired")


@transaction.atomic
def restore_type(*, kind: AppointmentType, by: Actor) -> AppointmentType:
    return _change(locked(kind), {"is_active": True}, by=by, what="type.restored")


@transaction.atomic
def add_room(*, location: Location, by: Actor, **details: Any) -> Room:
    return keep(Room(location=location, **details), by=by, kind="room.added")


@transaction.atomic
def change_room(
    *, room: Room, by: Actor, seen: Shown | None = None, **details: Any
) -> Room:
    """Raises ChangedMeanwhile where `seen` is out of date."""
    room = locked(room)
    if seen is not None:
        seen.check()
    return _change(room, details, by=by, what="room.changed")


@transaction.atomic
def close_room(*, room: Room, by: Actor) -> Room:
    """Nobody gets it any more; visits that are to take place there are loose ends."""
    return _change(locked(room), {"is_active": False}, by=by, what="room.closed")


@transaction.atomic
def reopen_room(*, room: Room, by: Actor) -> Room:
    return _change(locked(room), {"is_active": True}, by=by, what="room.reopened")


@transaction.atomic
def add_extra_hours(
    *,
    staff: StaffMember,
    location: Location,
    on: date,
    starts: time,
    ends: time,
    by: Actor,
) -> DutyHours:
    """Hours of one day beside the weekly ones; where both overlap, they are one.

    Raises AlreadyThere where somebody would be at two places at once.
    """
    staff = locked(staff)
    row = DutyHours(staff=staff, location=location, weekday=on.weekday())
    row.starts, row.ends, row.starts_on, row.ends_on = starts, ends, on, on
    _check_alone(row, on)
    return keep(row, by=by, kind="duty.extra_added")


@transaction.atomic
def drop_extra_hours(*, hours: DutyHours, by: Actor) -> DutyHours:
    return _change(
        locked(hours), {"is_current": False}, by=by, what="duty.extra_dropped"
    )


@transaction.atomic
def restore_extra_hours(*, hours: DutyHours, by: Actor) -> DutyHours:
    """The undo. Raises AlreadyThere."""
    locked(hours.staff)
    hours = locked(hours)
    if not hours.is_current and hours.starts_on is not None:
        _check_alone(hours, hours.starts_on)
    return _change(hours, {"is_current": True}, by=by, what="duty.extra_added")


@transaction.atomic
def protect_time(*, by: Actor, **details: Any) -> ProtectedTime:
    """Keep a part of somebody's hours free of visits; visits booked there stay."""
    return keep(ProtectedTime(**details), by=by, kind="protected_time.added")


@transaction.atomic
def release_time(*, protected: ProtectedTime, by: Actor) -> ProtectedTime:
    return _change(
        locked(protected),
        {"is_withdrawn": True},
        by=by,
        what="protected_time.withdrawn",
    )


@transaction.atomic
def protect_again(*, protected: ProtectedTime, by: Actor) -> ProtectedTime:
    return _change(
        locked(protected), {"is_withdrawn": False}, by=by, what="protected_time.added"
    )


def _check_alone(row: DutyHours, on: date) -> None:
    """Raise AlreadyThere where somebody has the same hours, or others elsewhere."""
    starts_at, ends_at = _on_day(row, on)
    others = DutyHours.objects.filter(
        valid_on(on), staff=row.staff, weekday=on.weekday(), is_current=True
    ).exclude(pk=row.pk)
    for other in others.select_related("location"):
        there_from, there_until = _on_day(other, on)
        is_elsewhere = other.location_id != row.location_id
        is_same = other.starts_on == on and other.starts == row.starts
        overlaps = there_from < ends_at and starts_at < there_until
        if overlaps and (is_elsewhere or is_same):
            raise AlreadyThere(
                _("Then there are hours at %(place)s already: %(span)s.")
                % {
                    "place": other.location,
                    "span": span_words((other.weekday, other.starts, other.ends)),
                }
            )


def _on_day(row: DutyHours, on: date) -> tuple[datetime, datetime]:
    zone = row.location.time_zone
    return nearest_instant(on, row.starts, zone), nearest_instant(on, row.ends, zone)


def _change(record: R, details: Mapping[str, Any], *, by: Actor, what: str) -> R:
    """Keep a locked record with new details, if any differ."""
    if all(getattr(record, name) == value for name, value in details.items()):
        return record
    for name, value in details.items():
        setattr(record, name, value)
    return keep(record, by=by, kind=what)


def _set_links(
    kind: AppointmentType,
    clinicians: Iterable[StaffMember],
    locations: Iterable[Location],
    *,
    by: Actor,
) -> None:
    """Make the current offers and places of a type those that are wanted."""
    offers = {row.clinician_id: row for row in kind.offers.all()}
    people = {one.pk: one for one in clinicians}
    for offer in _out_of_step(offers, people):
        keep(offer, by=by, kind="type_offer.turned")
    for number in people.keys() - offers.keys():
        new = TypeOffer(type=kind, clinician=people[number])
        keep(new, by=by, kind="type_offer.added")
    held = {row.location_id: row for row in kind.places.all()}
    wanted = {one.pk: one for one in locations}
    for place in _out_of_step(held, wanted):
        keep(place, by=by, kind="type_place.turned")
    for number in wanted.keys() - held.keys():
        there = TypePlace(type=kind, location=wanted[number])
        keep(there, by=by, kind="type_place.added")


def _out_of_step(known: Mapping[int, L], wanted: Collection[int]) -> Iterator[L]:
    """The rows whose “current” is not what is wanted, turned round."""
    for number, row in known.items():
        if row.is_current != (number in wanted):
            row.is_current = number in wanted
            yield row
