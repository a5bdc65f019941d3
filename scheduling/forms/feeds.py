"""Forms of calendar feeds, and of calendars elsewhere."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.forms.base import HouseForm
from scheduling.fetching import LONGEST_ADDRESS
from scheduling.models import FeedNames


class FeedForm(HouseForm):
    """What a new feed calls visits."""

    names = forms.ChoiceField(
        label=_("What your calendar shows of each visit"),
        choices=FeedNames.choices,
        initial=FeedNames.INITIALS,
        widget=forms.RadioSelect,
    )


class BusyCalendarForm(HouseForm):
    """The address of a calendar elsewhere; never shown again."""

    address = forms.CharField(
        label=_("Its secret address in iCal format"),
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        help_text=_(
            "Google: Settings, your calendar, “Secret address in iCal format”. "
            "Outlook: Settings, Shared calendars, Publish, the ICS link. "
            "It is kept encrypted and never shown again."
        ),
    )
