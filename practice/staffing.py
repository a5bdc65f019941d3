"""Who works here: accounts, roles, places, and when they are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from practice import clock, sessions, work
from practice.models import (
    Clinician,
    Location,
    Role,
    StaffLocation,
    StaffMember,
    Task,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from practice.versions import Shown


class OwnRoles(NotPossible):
    """Nobody changes their own roles."""

    field = "roles"


class OwnAccount(NotPossible):
    """Nobody opens their own account to somebody else, or shuts themselves out."""


class NoRole(NotPossible):
    """An account without a role opens nothing."""

    field = "roles"


class LastManager(NotPossible):
    """The practice would be left without a manager."""

    field = "roles"


class NeverJoined(NotPossible):
    """An account opens by its invitation only."""


class AlreadySo(NotPossible):
    """The account is open, or closed, already: somebody was quicker."""


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
    *,
    staff: StaffMember,
    name: str,
    phone: str,
    by: Actor,
    seen: Shown | None = None,
) -> StaffMember:
    """Raises ChangedMeanwhile where `seen` is out of date."""
    staff = locked(staff)
    if seen is not None:
        seen.check()
    staff.name, staff.phone = name, phone
    return keep(staff, by=by, kind="staff.changed")


@transaction.atomic
def change_roles(
    *,
    staff: StaffMember,
    roles: Collection[Role],
    by: Actor,
    reason: str = "",
    seen: Shown | None = None,
) -> StaffMember:
    """Set what somebody may do. Raises OwnRoles, LastManager, ChangedMeanwhile."""
    if isinstance(by, StaffMember) and by.pk == staff.pk:
        raise OwnRoles(_("Ask another manager to change your own roles."))
    if not roles:
        raise NoRole(_("Choose at least one role, or close the account."))
    managers = _managers()
    staff = locked(staff)
    if seen is not None:
        seen.check()
    if staff.is_manager and Role.MANAGER not in roles:
        _check_not_last(staff, managers)
    _set_roles(staff, roles)
    return keep(staff, by=by, kind="staff.roles_changed", reason=reason)


@transaction.atomic
def place(*, staff: StaffMember, locations: Collection[Location], by: Actor) -> None:
    """Set the locations where somebody works, and whose patients they so see."""
    staff = locked(staff)
    wanted = {location.pk: location for location in locations}
    rows = {row.location_id: row for row in staff.placements.all()}
    for location_id, row in rows.items():
        is_wanted = location_id in wanted
        if row.is_current != is_wanted:
            row.is_current = is_wanted
            keep(row, by=by, kind="staff.placed" if is_wanted else "staff.unplaced")
    for location_id in wanted.keys() - rows.keys():
        row = StaffLocation(staff=staff, location=wanted[location_id])
        keep(row, by=by, kind="staff.placed")


@transaction.atomic
def deactivate(
    *, staff: StaffMember, by: Actor, reason: str = "", tasks_to: Role | None = None
) -> StaffMember:
    """Close an account at once; it is never deleted. Raises OwnRoles, LastManager.

    Every sign-in ends, and open tasks given to the person by name pass to a role.
    """
    if isinstance(by, StaffMember) and by.pk == staff.pk:
        raise OwnRoles(_("Ask another manager to close your own account."))
    managers = _managers()
    staff = locked(staff)
    if not staff.is_active:
        raise AlreadySo(_("This account is not open."))
    if staff.is_manager:
        _check_not_last(staff, managers)
    staff.is_active = False
    keep(staff, by=by, kind="staff.deactivated", reason=reason)
    sessions.end_all(staff=staff, by=by, now=clock.real_now())
    if tasks_to:
        for task in Task.objects.open().filter(for_person=staff):
            work.hand_over(task=task, to=tasks_to, by=by)
    return staff


@transaction.atomic
def reactivate(*, staff: StaffMember, by: Actor) -> StaffMember:
    """Open a closed account again, with the roles it had. Raises NeverJoined."""
    staff = locked(staff)
    if staff.is_active:
        raise AlreadySo(_("This account is open."))
    if not staff.has_usable_password():
        raise NeverJoined(_("They have not joined yet: send the invitation again."))
    staff.is_active = True
    return keep(staff, by=by, kind="staff.reactivated")


@transaction.atomic
def switch_shortcuts(*, staff: StaffMember, are_on: bool, by: Actor) -> StaffMember:
    """Turn single-key shortcuts on or off for one person (WCAG 2.1.4)."""
    staff = locked(staff)
    staff.shortcuts_enabled = are_on
    return keep(staff, by=by, kind="staff.shortcuts_switched")


@transaction.atomic
def describe_clinician(
    *, staff: StaffMember, by: Actor, seen: Shown | None = None, **details: Any
) -> Clinician:
    """Record what patients and the calendar need to know of a clinician.

    Raises ChangedMeanwhile where `seen` is out of date.
    """
    staff = locked(staff)
    if seen is not None:
        seen.check()
    clinician = Clinician.objects.filter(staff=staff).first() or Clinician(staff=staff)
    for name, value in details.items():
        setattr(clinician, name, value)
    return keep(clinician, by=by, kind="clinician.described")


def check_another(staff: StaffMember, *, by: Actor) -> None:
    """Raise OwnAccount unless a colleague acts: what opens an account takes two."""
    if isinstance(by, StaffMember) and by.pk == staff.pk:
        raise OwnAccount(_("Ask another manager to do this for you."))


def _set_roles(staff: StaffMember, roles: Collection[Role]) -> None:
    for role in Role:
        setattr(staff, f"is_{role}", role in roles)


def _managers() -> list[StaffMember]:
    """The managers, locked in the order of their ids: not even two leave at once.

    Before the account in question, so that two of these never wait for each other.
    """
    rows = StaffMember.objects.holding(Role.MANAGER).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def _check_not_last(staff: StaffMember, managers: Sequence[StaffMember]) -> None:
    if all(manager.pk == staff.pk for manager in managers):
        raise LastManager(_("The practice needs at least one manager."))
