"""Who may do what: this table is the authorization document.

A view says what it needs (`@requires(Capability.X)`, `@signed_in`, `@public`,
`@entrance`, `@half_signed_in`, `@by_link`, `@signed`); practice.gate asks the table on
every request and refuses a view that says nothing. Which charts a person sees is
narrowed in `Patient.objects.visible_to`, and which they change in `usual_to`.
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
    IMPORT_CHARTS = "import_charts"  # files of another system
    EXPORT_PRACTICE = "export_practice"  # everybody at once
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    READ_INCIDENTS = "read_incidents"
    HANDLE_INCIDENTS = "handle_incidents"  # whoever signs in may report one
    DO_TASKS = "do_tasks"
    SEND_LINKS = "send_links"
    READ_ANNOUNCEMENTS = "read_announcements"
    TELL_OTHERS = "tell_others"  # say that somebody was told
    READ_STAFF = "read_staff"
    MANAGE_STAFF = "manage_staff"
    MANAGE_ROSTER = "manage_roster"
    READ_SETTINGS = "read_settings"
    MANAGE_SETTINGS = "manage_settings"
    READ_SCORECARD = "read_scorecard"
    READ_HEALTH = "read_health"
    READ_TRAIL = "read_trail"  # everybody's acts and looks
    EXPORT_TRAIL = "export_trail"
    SEE_LOOKS = "see_looks"  # who looked at a chart: clinicians, at their own patients'
    READ_SHEETS = "read_sheets"  # the day sheets of one's own places
    MANAGE_SHEETS = "manage_sheets"  # their passphrases
    ENTER_PAPER = "enter_paper"  # put in what was written while the site was away
    SEE_CALENDAR = "see_calendar"  # the visits of the places one works at
    BOOK_VISITS = "book_visits"  # book, move, cancel, check in
    BOOK_DESPITE = "book_despite"  # at the same time as another, or outside the hours
    MANAGE_CALENDAR = "manage_calendar"  # types, rooms, hours, rules
    READ_MESSAGES = "read_messages"  # texts of the charts one may open
    ANSWER_MESSAGES = "answer_messages"  # write, and say that nothing is left to do
    FILE_MESSAGES = "file_messages"  # also those that are on no chart yet
    WRITE_CAMPAIGNS = "write_campaigns"  # prepare group messages, look, and stop them
    SEND_CAMPAIGNS = "send_campaigns"  # approve them, and let them go
    TELL_CLOSED = "tell_closed"  # tell whoever was to come that a place is closed
    USE_FEEDS = "use_feeds"  # own calendar feeds, and own calendars elsewhere
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
    Capability.TELL_OTHERS,
    Capability.READ_STAFF,
    Capability.READ_SHEETS,
    Capability.ENTER_PAPER,
    Capability.SEE_CALENDAR,
    Capability.BOOK_VISITS,
    Capability.READ_MESSAGES,
    Capability.ANSWER_MESSAGES,
    Capability.FILE_MESSAGES,
    Capability.WRITE_CAMPAIGNS,
    Capability.TELL_CLOSED,
}
# What break-glass does not lend: it opens a chart to be read.
CHANGES_CHARTS = frozenset(
    {
        Capability.EDIT_PATIENTS,
        Capability.CHANGE_STATE,
        Capability.SET_ALERTS,
        Capability.WATCH_PATIENTS,
        Capability.SET_CARE_TEAM,
        Capability.RESTRICT_CHARTS,
        Capability.MERGE_CHARTS,
        Capability.EXPORT_CHARTS,
        Capability.DO_TASKS,
        Capability.SEND_LINKS,
        Capability.ENTER_PAPER,
        Capability.BOOK_VISITS,
        Capability.BOOK_DESPITE,
        Capability.ANSWER_MESSAGES,
        Capability.FILE_MESSAGES,
    }
)
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
            Capability.SEE_LOOKS,
            Capability.ENTER_PAPER,
            Capability.SEE_CALENDAR,
            Capability.BOOK_VISITS,
            Capability.BOOK_DESPITE,
            Capability.READ_MESSAGES,
            Capability.ANSWER_MESSAGES,
            Capability.USE_FEEDS,
        }
    ),
    Role.MANAGER: frozenset(
        _DESK
        | {
            Capability.RESTRICT_CHARTS,
            Capability.MERGE_CHARTS,
            Capability.EXPORT_CHARTS,
            Capability.IMPORT_CHARTS,
            Capability.EXPORT_PRACTICE,
            Capability.REVIEW_BREAK_GLASS,
            Capability.READ_INCIDENTS,
            Capability.HANDLE_INCIDENTS,
            Capability.MANAGE_STAFF,
            Capability.MANAGE_ROSTER,
            Capability.READ_SETTINGS,
            Capability.MANAGE_SETTINGS,
            Capability.READ_SCORECARD,
            Capability.READ_HEALTH,
            Capability.READ_TRAIL,
            Capability.EXPORT_TRAIL,
            Capability.SEE_LOOKS,
            Capability.MANAGE_SHEETS,
            Capability.BOOK_DESPITE,
            Capability.MANAGE_CALENDAR,
            Capability.SEND_CAMPAIGNS,
            Capability.USE_FEEDS,
            Capability.CONFIGURE,
        }
    ),
    # Reads how the practice works; a chart only by break-glass, with a reason.
    Role.AUDITOR: frozenset(
        {
            Capability.READ_PATIENTS,
            Capability.BREAK_GLASS,
            Capability.REVIEW_BREAK_GLASS,
            Capability.READ_INCIDENTS,
            Capability.READ_ANNOUNCEMENTS,
            Capability.READ_STAFF,
            Capability.READ_SETTINGS,
            Capability.READ_SCORECARD,
            Capability.READ_HEALTH,
            Capability.READ_TRAIL,
            Capability.EXPORT_TRAIL,
            Capability.SEE_LOOKS,
        }
    ),
}


class Door(StrEnum):
    """Who may knock at a view at all."""

    PUBLIC = "public"  # anybody, in the language they prefer
    ENTRANCE = "entrance"  # anybody on the way in, in the language of the staff
    HALF = "half"  # signed in, the second factor still open
    ENROLLING = "enrolling"  # the same, but only while no second factor exists
    STAFF = "staff"  # signed in for good
    LINK = "link"  # a patient with a link: the token is the authority
    SIGNED = "signed"  # a vendor's machine: its signature is, and the view checks it
    CLOSED = "closed"  # part of an installed app that this product does not use


@dataclass(frozen=True, slots=True)
class Access:
    """What a view needs; `is_fresh` asks for the password again, on GET only."""

    door: Door
    capability: Capability | None = None
    is_fresh: bool = False


View = Callable[..., Any]
V = TypeVar("V", bound=View)

PUBLIC = Access(Door.PUBLIC)
ENTRANCE = Access(Door.ENTRANCE)
HALF = Access(Door.HALF)
STAFF = Access(Door.STAFF)
LINK = Access(Door.LINK)
SIGNED = Access(Door.SIGNED)
CLOSED = Access(Door.CLOSED)
ENROL = Access(Door.ENROLLING, is_fresh=True)
FACTOR = Access(Door.STAFF, is_fresh=True)

# Views of installed apps, by URL name: they cannot carry our decorators.
INSTALLED: dict[str, Access] = {
    "account_login": ENTRANCE,
    "account_logout": ENTRANCE,
    "account_inactive": ENTRANCE,
    "account_signup": CLOSED,  # accounts come by invitation
    "account_reauthenticate": HALF,
    "account_email": CLOSED,  # a manager changes the address one signs in with
    "account_email_verification_sent": ENTRANCE,
    "account_confirm_email": ENTRANCE,
    "account_confirm_login_code": CLOSED,
    "account_change_password": STAFF,  # asks for the old one
    "account_set_password": CLOSED,
    "account_reset_password": ENTRANCE,
    "account_reset_password_done": ENTRANCE,
    "account_reset_password_from_key": ENTRANCE,
    "account_reset_password_from_key_done": ENTRANCE,
    "mfa_authenticate": ENTRANCE,  # the stage of a sign-in that has no user yet
    "mfa_reauthenticate": STAFF,
    "mfa_reauthenticate_webauthn": STAFF,
    "mfa_login_webauthn": ENTRANCE,
    "mfa_index": STAFF,
    "mfa_activate_totp": ENROL,
    "mfa_deactivate_totp": FACTOR,
    "mfa_list_webauthn": STAFF,
    "mfa_add_webauthn": ENROL,
    "mfa_edit_webauthn": FACTOR,
    "mfa_remove_webauthn": FACTOR,
    "mfa_view_recovery_codes": FACTOR,
    "mfa_generate_recovery_codes": FACTOR,
    "mfa_download_recovery_codes": CLOSED,  # they are shown once, to be written down
    "usersessions_list": STAFF,
}
ADMIN = Access(Door.STAFF, Capability.CONFIGURE, is_fresh=True)
# The admin's own ways in and out and its own password form go round the entrance.
ADMIN_CLOSED = frozenset({"login", "logout", "password_change", "password_change_done"})


def may(staff: StaffMember, capability: Capability) -> bool:
    """Whether any role of a staff member carries the capability."""
    return any(capability in CAPABILITIES[role] for role in staff.roles)


def capabilities_of(staff: StaffMember) -> frozenset[Capability]:
    return frozenset().union(*(CAPABILITIES[role] for role in staff.roles))


def roles_that_may(capability: Capability) -> list[Role]:
    return [role for role, abilities in CAPABILITIES.items() if capability in abilities]


def requires(capability: Capability, *, fresh: bool = False) -> Callable[[V], V]:
    """Declare the capability a view needs; the outermost decorator."""
    return _declare(Access(Door.STAFF, capability, is_fresh=fresh))


def signed_in(view: V) -> V:
    """Declare that every signed-in staff member may use a view."""
    return _declare(STAFF)(view)


def freshly_signed_in(view: V) -> V:
    """Declare the same, with the password asked again a few minutes later."""
    return _declare(FACTOR)(view)


def public(view: V) -> V:
    """Declare that a view is open to anybody, in the language they prefer."""
    return _declare(PUBLIC)(view)


def entrance(view: V) -> V:
    """Declare a view on the way in: open to anybody, in the staff's language."""
    return _declare(ENTRANCE)(view)


def half_signed_in(view: V) -> V:
    """Declare that a view opens before the second factor."""
    return _declare(HALF)(view)


def by_link(view: V) -> V:
    """Declare that a link's token opens a view."""
    return _declare(LINK)(view)


def signed(view: V) -> V:
    """Declare that a view answers only what a vendor signed, and refuses the rest."""
    return _declare(SIGNED)(view)


def _declare(access: Access) -> Callable[[V], V]:
    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark
