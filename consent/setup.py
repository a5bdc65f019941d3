"""SETTINGS_CARDS of this floor."""

from __future__ import annotations

from django.utils.translation import gettext as _

from practice.contributions import SettingsCard, SettingsPage


def card() -> SettingsCard:
    """The page that everybody who works here may read."""
    page = SettingsPage(
        _("What may be sent"),
        _("Which message obeys a stop, consent, quiet hours and the rest"),
        "purposes",
    )
    return SettingsCard(_("Messages"), "mail", [page])
