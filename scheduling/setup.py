"""SETUP_STEPS and SETTINGS_CARDS of this floor: what a calendar needs first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.access import Capability
from practice.contributions import SettingsCard, SettingsPage, SetupStep
from scheduling.models import TypeOffer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

READ, MANAGE = Capability.READ_SETTINGS, Capability.MANAGE_CALENDAR
PAGES: Sequence[tuple[StrOrPromise, StrOrPromise, str, Capability]] = (
    (
        gettext_lazy("Appointment types"),
        gettext_lazy("What can be booked, how long it takes, who offers it"),
        "appointment_types",
        READ,
    ),
    (
        gettext_lazy("Clinicians' hours"),
        gettext_lazy("Weekly hours, extra hours, protected time"),
        "clinicians_hours",
        MANAGE,
    ),
    (gettext_lazy("Rooms"), gettext_lazy("Where visits take place"), "rooms", READ),
    (
        gettext_lazy("Public holidays"),
        gettext_lazy("Close for them with one press"),
        "public_holidays",
        MANAGE,
    ),
    (
        gettext_lazy("Rules of the calendar"),
        gettext_lazy("Late cancellations, no-shows, series"),
        "calendar_rules",
        READ,
    ),
    (
        gettext_lazy("Reminders"),
        gettext_lazy("Which messages a visit brings, when and to whom"),
        "reminder_plans",
        READ,
    ),
    (
        gettext_lazy("Visits outside the hours"),
        gettext_lazy("Loose ends that changes of hours left"),
        "loose_ends",
        Capability.BOOK_VISITS,
    ),
)


def steps() -> Sequence[SetupStep]:
    """Clinicians' hours are a step of the ground floor: they are the duty hours."""
    return [
        SetupStep(
            _("Say what can be booked"),
            _("A type says how long a visit takes; without one nobody books any."),
            reverse("appointment_types"),
            is_done=TypeOffer.objects.filter(
                is_current=True, type__is_active=True, clinician__is_active=True
            ).exists(),
        )
    ]


def card() -> SettingsCard:
    """The pages where managers set the calendar up."""
    pages = [
        SettingsPage(str(label), str(detail), url_name, capability)
        for label, detail, url_name, capability in PAGES
    ]
    return SettingsCard(_("Calendar"), "calendar", pages)
