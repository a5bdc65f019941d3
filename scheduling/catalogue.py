"""What can be booked: types, who offers them and where, rooms, protected time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from practice.models import DutyHours
from practice.trail import Actor, keep, locked
from scheduling.models import (
    AppointmentType,
    ProtectedTime,
    Room,
    TypeInstructions,
    TypeOffer,
    TypePlace,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, time

    from practice.models import Location, Recorded, StaffMember
    from practice.versions import Shown

R = TypeVar("R", bound="Recorded")


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
def add_room(*, location: Location, by: Actor, **details: Any) -> Room:
    return keep(Room(location=location, **details), by=by, kind="room.added")


@transaction.atomic
def change_room(*, room: Room, by: Actor, **details: Any) -> Room:
    room = locked(room)
    return _change(room, details, by=by, what="room.changed")


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
    """Hours of one day beside the weekly ones; where both overlap, they are one."""
    staff = locked(staff)
    row = DutyHours(staff=staff, location=location, weekday=on.weekday())
    row.starts, row.ends, row.starts_on, row.ends_on = starts, ends, on, on
    return keep(row, by=by, kind="duty.extra_added")


@transaction.atomic
def protect_time(*, by: Actor, **details: Any) -> ProtectedTime:
    """Keep a part of somebody's hours free of visits; visits booked there stay."""
    return keep(ProtectedTime(**details), by=by, kind="protected_time.added")


@transaction.atomic
def release_time(*, protected: ProtectedTime, by: Actor) -> ProtectedTime:
    protected = locked(protected)
    protected.is_withdrawn = True
    return keep(protected, by=by, kind="protected_time.withdrawn")


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
    people = {one.pk: TypeOffer(type=kind, clinician=one) for one in clinicians}
    known = {row.clinician_id: row for row in kind.offers.all()}
    _link(people, known, by=by, what="type_offer")
    held = {one.pk: TypePlace(type=kind, location=one) for one in locations}
    _link(
        held,
        {row.location_id: row for row in kind.places.all()},
        by=by,
        what="type_place",
    )


def _link(
    wanted: Mapping[int, TypeOffer] | Mapping[int, TypePlace],
    known: Mapping[int, TypeOffer] | Mapping[int, TypePlace],
    *,
    by: Actor,
    what: str,
) -> None:
    """Make the current rows those that are wanted."""
    for number, row in known.items():
        if row.is_current != (number in wanted):
            row.is_current = number in wanted
            keep(row, by=by, kind=f"{what}.{'added' if row.is_current else 'ended'}")
    for number, row in wanted.items():
        if number not in known:
            keep(row, by=by, kind=f"{what}.added")
