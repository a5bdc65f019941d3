"""SETTINGS_CARDS of this floor."""

from __future__ import annotations

from django.utils.translation import gettext as _

from practice.access import Capability
from practice.contributions import SettingsCard, SettingsPage


def card() -> SettingsCard:
    """What messages say, and by which name."""
    pages = [
        SettingsPage(
            _("Wordings"),
            _("What each text, e-mail and call says; your own words, once approved"),
            "wordings",
        ),
        SettingsPage(
            _("Our name in messages"),
            _("Short, and telling nobody why people come"),
            "message_name",
            Capability.MANAGE_SETTINGS,
        ),
    ]
    return SettingsCard(_("What messages say"), "message", pages)
