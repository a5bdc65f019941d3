"""SETUP_STEPS and SETTINGS_CARDS of this floor: what a calendar needs first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from practice.access import Capability
from practice.contributions import SettingsCard, SettingsPage, SetupStep
from scheduling.models import TypeOffer

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        SettingsPage(
            _("Appointment types"),
            _("What can be booked, how long it takes, who offers it"),
            "appointment_types",
            Capability.READ_SETTINGS,
        ),
        SettingsPage(
            _("Clinicians' hours"),
            _("Weekly hours, extra hours, protected time"),
            "clinicians_hours",
            Capability.MANAGE_CALENDAR,
        ),
        SettingsPage(
            _("Rooms"),
            _("Where visits take place"),
            "rooms",
            Capability.READ_SETTINGS,
        ),
        SettingsPage(
            _("Public holidays"),
            _("Close for them with one press"),
            "public_holidays",
            Capability.MANAGE_CALENDAR,
        ),
        SettingsPage(
            _("Rules of the calendar"),
            _("Late cancellations, no-shows, series, hours shown"),
            "calendar_rules",
            Capability.READ_SETTINGS,
        ),
        SettingsPage(
            _("Visits outside the hours"),
            _("Loose ends that changes of hours left"),
            "loose_ends",
            Capability.BOOK_VISITS,
        ),
    ]
    return SettingsCard(_("Calendar"), "calendar", pages)
