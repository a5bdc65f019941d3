"""Where the demo's clock is to go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

# As a browser sends what was chosen, by the practice's clock; and as a button says it.
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"]
MOST_MINUTES = 60 * 24 * 366


class MovedClockForm(forms.Form):
    """So many minutes ahead, to a moment, or back to the machine's time."""

    at = forms.DateTimeField(
        required=False,
        label=_("To this day and time"),
        input_formats=FORMATS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Choose a day and a time.")},
    )
    minutes = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_MINUTES, widget=forms.HiddenInput
    )
    back = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        is_nowhere = not any(answers.get(name) for name in self.fields)
        if is_nowhere and not self.errors:
            self.add_error("at", _("Choose how far the clock moves."))
        return answers

    def goal(self, *, now: datetime) -> datetime | None:
        """The moment it is to show; None for the machine's time."""
        answers = self.cleaned_data
        if answers["back"]:
            return None
        if minutes := answers["minutes"]:
            return now + timedelta(minutes=minutes)
        at: datetime = answers["at"]
        return at
