"""Who may do what: this table is the authorization document.

A view says what it needs (`@requires(Capability.X)`, `@signed_in`, `@public`,
`@by_link`); practice.gate asks the table on every request and refuses a view
that says nothing. Which charts a person sees is narrowed in
`Patient.objects.visible_to`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from practice.models import Role, StaffMember


class Capability(StrEnum):
    FIND_PATIENTS = "find_patients"  # name and birth year, practice-wide
    READ_PATIENTS = "read_patients"  # charts the person may open
    EDIT_PATIENTS = "edit_patients"  # register, contact data, caregivers, needs
    CHANGE_STATE = "change_state"  # pause, end care, record a death
    SET_ALERTS = "set_alerts"
    WATCH_PATIENTS = "watch_patients"  # the “check on them” flag
    SET_CARE_TEAM = "set_care_team"
    RESTRICT_CHARTS = "restrict_charts"
    MERGE_CHARTS = "merge_charts"
    EXPORT_CHARTS = "export_charts"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    DO_TASKS = "do_tasks"
    SEND_LINKS = "send_links"
    READ_ANNOUNCEMENTS = "read_announcements"
    READ_STAFF = "read_staff"
    MANAGE_STAFF = "manage_staff"
    MANAGE_ROSTER = "manage_roster"
    READ_SETTINGS = "read_settings"
    MANAGE_SETTINGS = "manage_settings"
    READ_SCORECARD = "read_scorecard"
    READ_HEALTH = "read_health"
    CONFIGURE = "configure"  # Django's admin: configuration only


_DESK = {
    Capability.FIND_PATIENTS,
    Capability.READ_PATIENTS,
    Capability.EDIT_PATIENTS,
    Capability.CHANGE_STATE,
    Capability.SET_ALERTS,
    Capability.SET_CARE_TEAM,
    Capability.BREAK_GLASS,
    Capability.DO_TASKS,
    Capability.SEND_LINKS,
    Capability.READ_ANNOUNCEMENTS,
    Capability.READ_STAFF,
}
CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.FRONT_DESK: frozenset(_DESK),
    Role.CLINICIAN: frozenset(
        {
            Capability.FIND_PATIENTS,
            Capability.READ_PATIENTS,
            Capability.CHANGE_STATE,
            Capability.SET_ALERTS,
            Capability.WATCH_PATIENTS,
            Capability.SET_CARE_TEAM,
            Capability.EXPORT_CHARTS,
            Capability.BREAK_GLASS,
            Capability.DO_TASKS,
            Capability.READ_STAFF,
        }
    ),
    Role.MANAGER: frozenset(
        _DESK
        | {
            Capability.RESTRICT_CHARTS,
            Capability.MERGE_CHARTS,
            Capability.EXPORT_CHARTS,
            Capability.REVIEW_BREAK_GLASS,
            Capability.MANAGE_STAFF,
            Capability.MANAGE_ROSTER,
            Capability.READ_SETTINGS,
            Capability.MANAGE_SETTINGS,
            Capability.READ_SCORECARD,
            Capability.READ_HEALTH,
            Capability.CONFIGURE,
        }
    ),
    # Reads how the practice works; a chart only by break-glass, with a reason.
    Role.AUDITOR: frozenset(
        {
            Capability.READ_PATIENTS,
            Capability.BREAK_GLASS,
            Capability.REVIEW_BREAK_GLASS,
            Capability.READ_ANNOUNCEMENTS,
            Capability.READ_STAFF,
            Capability.READ_SETTINGS,
            Capability.READ_SCORECARD,
            Capability.READ_HEALTH,
        }
    ),
}


class Door(StrEnum):
    """Who may knock at a view at all."""

    PUBLIC = "public"  # anybody
    SIGNING_IN = "signing_in"  # signed in, the second factor still open
    STAFF = "staff"  # signed in for good
    LINK = "link"  # a patient with a link: the token is the authority


@dataclass(frozen=True, slots=True)
class Access:
    """What a view needs; `is_fresh` asks for the password again, on GET only."""

    door: Door
    capability: Capability | None = None
    is_fresh: bool = False


View = Callable[..., Any]
V = TypeVar("V", bound=View)

PUBLIC = Access(Door.PUBLIC)
SIGNING_IN = Access(Door.SIGNING_IN)
STAFF = Access(Door.STAFF)
LINK = Access(Door.LINK)

# Views of installed apps, by URL name: they cannot carry our decorators.
INSTALLED: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": SIGNING_IN,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,  # answers “closed”: accounts come by invitation
    "account_reauthenticate": STAFF,
    "account_email": STAFF,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": PUBLIC,
    "account_change_password": STAFF,
    "account_set_password": STAFF,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": PUBLIC,  # the stage of a sign-in that has no user yet
    "mfa_reauthenticate": STAFF,
    "mfa_reauthenticate_webauthn": STAFF,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": SIGNING_IN,
    "mfa_activate_totp": SIGNING_IN,
    "mfa_deactivate_totp": STAFF,
    "mfa_list_webauthn": SIGNING_IN,
    "mfa_add_webauthn": SIGNING_IN,
    "mfa_edit_webauthn": STAFF,
    "mfa_remove_webauthn": STAFF,
    "mfa_view_recovery_codes": SIGNING_IN,
    "mfa_generate_recovery_codes": SIGNING_IN,
    "mfa_download_recovery_codes": SIGNING_IN,
    "usersessions_list": STAFF,
}
ADMIN = Access(Door.STAFF, Capability.CONFIGURE, is_fresh=True)


def may(staff: StaffMember, capability: Capability) -> bool:
    """Whether any role of a staff member carries the capability."""
    return any(capability in CAPABILITIES[role] for role in staff.roles)


def capabilities_of(staff: StaffMember) -> frozenset[Capability]:
    return frozenset().union(*(CAPABILITIES[role] for role in staff.roles))


def requires(capability: Capability, *, fresh: bool = False) -> Callable[[V], V]:
    """Declare the capability a view needs; the outermost decorator."""
    return _declare(Access(Door.STAFF, capability, is_fresh=fresh))


def signed_in(view: V) -> V:
    """Declare that every signed-in staff member may use a view."""
    return _declare(STAFF)(view)


def public(view: V) -> V:
    """Declare that a view is open to anybody."""
    return _declare(PUBLIC)(view)


def by_link(view: V) -> V:
    """Declare that a link's token opens a view."""
    return _declare(LINK)(view)


def _declare(access: Access) -> Callable[[V], V]:
    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
