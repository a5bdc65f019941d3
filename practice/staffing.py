"""Who works here: accounts, roles, places, and when they are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from practice.locations import Span, check_apart
from practice.models import (
    Absence,
    Clinician,
    DutyHours,
    Location,
    OnCallShift,
    Role,
    StaffLocation,
    StaffMember,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime


class OwnRoles(NotPossible):
    """Nobody changes their own roles."""


class LastManager(NotPossible):
    """The practice would be left without a manager."""


class AlreadyAway(NotPossible):
    """That person is already away then."""


@transaction.atomic
def add_staff(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    locations: Collection[Location],
    by: Actor,
    phone: str = "",
    password: str | None = None,
) -> StaffMember:
    """Make an account. Without a password it opens by invitation only."""
    staff = StaffMember(email=email.strip().lower(), name=name, phone=phone)
    _set_roles(staff, roles)
    if password is None:
        staff.set_unusable_password()
    else:
        staff.set_password(password)
    keep(staff, by=by, kind="staff.added")
    place(staff=staff, locations=locations, by=by)
    return staff


@transaction.atomic
def change_staff(
    *, staff: StaffMember, name: str, phone: str, by: Actor
) -> StaffMember:
    staff.name, staff.phone = name, phone
    return keep(staff, by=by, kind="staff.changed")


@transaction.atomic
def change_roles(
    *, staff: StaffMember, roles: Collection[Role], by: Actor, reason: str = ""
) -> StaffMember:
    """Set what somebody may do. Raises OwnRoles, LastManager."""
    if isinstance(by, StaffMember) and by.pk == staff.pk:
        raise OwnRoles("Ask another manager to change your own roles.")
    if staff.is_manager and Role.MANAGER not in roles:
        _check_not_last_manager(staff)
    _set_roles(staff, roles)
    return keep(staff, by=by, kind="staff.roles_changed", reason=reason)


@transaction.atomic
def place(*, staff: StaffMember, locations: Collection[Location], by: Actor) -> None:
    """Set the locations where somebody works, and whose patients they so see."""
    wanted = {location.pk: location for location in locations}
    rows = {row.location_id: row for row in staff.placements.select_for_update()}
    for location_id, row in rows.items():
        is_wanted = location_id in wanted
        if row.is_current != is_wanted:
            row.is_current = is_wanted
            keep(row, by=by, kind="staff.placed" if is_wanted else "staff.unplaced")
    for location_id in wanted.keys() - rows.keys():
        row = StaffLocation(staff=staff, location=wanted[location_id])
        keep(row, by=by, kind="staff.placed")


@transaction.atomic
def deactivate(*, staff: StaffMember, by: Actor, reason: str = "") -> StaffMember:
    """Close an account at once; it is never deleted. Raises OwnRoles, LastManager."""
    if isinstance(by, StaffMember) and by.pk == staff.pk:
        raise OwnRoles("Ask another manager to close your own account.")
    if staff.is_manager:
        _check_not_last_manager(staff)
    staff.is_active = False
    return keep(staff, by=by, kind="staff.deactivated", reason=reason)


@transaction.atomic
def reactivate(*, staff: StaffMember, by: Actor) -> StaffMember:
    staff.is_active = True
    return keep(staff, by=by, kind="staff.reactivated")


@transaction.atomic
def switch_shortcuts(*, staff: StaffMember, are_on: bool, by: Actor) -> StaffMember:
    """Turn single-key shortcuts on or off for one person (WCAG 2.1.4)."""
    staff.shortcuts_enabled = are_on
    return keep(staff, by=by, kind="staff.shortcuts_switched")


@transaction.atomic
def describe_clinician(*, staff: StaffMember, by: Actor, **details: Any) -> Clinician:
    """Record what patients and the calendar need to know of a clinician."""
    clinician = Clinician.objects.filter(staff=staff).first() or Clinician(staff=staff)
    for name, value in details.items():
        setattr(clinician, name, value)
    return keep(clinician, by=by, kind="clinician.described")


@transaction.atomic
def set_duty_hours(
    *, staff: StaffMember, location: Location, spans: Iterable[Span], by: Actor
) -> None:
    """Replace somebody's weekly duty hours at one location, by its wall clock.

    Raises OverlappingHours, also for hours at the other locations.
    """
    wanted = set(spans)
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    rows = list(DutyHours.objects.filter(staff=staff, is_current=True))
    elsewhere = {
        (row.weekday, row.starts, row.ends)
        for row in rows
        if row.location_id != location.pk
    }
    check_apart([*wanted, *elsewhere])
    for row in rows:
        if row.location_id != location.pk:
            continue
        span = (row.weekday, row.starts, row.ends)
        if span in wanted:
            wanted.remove(span)
        else:
            row.is_current = False
            keep(row, by=by, kind="duty.ended")
    for weekday, starts, ends in sorted(wanted):
        row = DutyHours(
            staff=staff, location=location, weekday=weekday, starts=starts, ends=ends
        )
        keep(row, by=by, kind="duty.added")


@transaction.atomic
def record_absence(
    *,
    staff: StaffMember,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    cover: StaffMember | None,
    by: Actor,
) -> Absence:
    """Note that somebody is away, and who answers for them. Raises AlreadyAway."""
    StaffMember.objects.select_for_update().get(pk=staff.pk)
    overlapping = Absence.objects.filter(
        staff=staff, is_withdrawn=False, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if overlapping.exists():
        raise AlreadyAway(f"{staff.name} is already away then.")
    absence = Absence(
        staff=staff, kind=kind, starts_at=starts_at, ends_at=ends_at, cover=cover
    )
    return keep(absence, by=by, kind="absence.recorded")


@transaction.atomic
def withdraw_absence(*, absence: Absence, by: Actor) -> Absence:
    absence.is_withdrawn = True
    return keep(absence, by=by, kind="absence.withdrawn")


@transaction.atomic
def put_on_call(
    *, staff: StaffMember, starts_at: datetime, ends_at: datetime, rank: int, by: Actor
) -> OnCallShift:
    """Give somebody a dated turn on the on-call rota; rank 1 is called first."""
    shift = OnCallShift(staff=staff, starts_at=starts_at, ends_at=ends_at, rank=rank)
    return keep(shift, by=by, kind="on_call.added")


@transaction.atomic
def withdraw_on_call(*, shift: OnCallShift, by: Actor) -> OnCallShift:
    shift.is_withdrawn = True
    return keep(shift, by=by, kind="on_call.withdrawn")


def _set_roles(staff: StaffMember, roles: Collection[Role]) -> None:
    for role in Role:
        setattr(staff, f"is_{role}", role in roles)


def _check_not_last_manager(staff: StaffMember) -> None:
    managers = StaffMember.objects.holding(Role.MANAGER).select_for_update()
    if all(manager.pk == staff.pk for manager in managers):
        raise LastManager("The practice needs at least one manager.")
