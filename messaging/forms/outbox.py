"""What somebody asks the outbox for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.purposes import TABLE
from messaging.outbox_lists import SHOWS, UNSURE, Wish
from practice.forms.base import DateInput, check_day

if TYPE_CHECKING:
    from datetime import date


class OutboxFilter(forms.Form):
    """State, purpose and day; what is left empty is any."""

    show = forms.ChoiceField(
        required=False,
        choices=[(name, words) for name, (words, _statuses) in SHOWS.items()],
        widget=forms.HiddenInput,
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        required=False,
        choices=[("", _("Anything")), *((str(p), r.words) for p, r in TABLE.items())],
    )
    day = forms.DateField(label=_("Due on"), required=False, widget=DateInput)

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None:
            check_day(day)
        return day

    def wish(self, zone: str) -> Wish:
        said: dict[str, Any] = self.cleaned_data
        return Wish(
            show=said["show"] or UNSURE,
            purpose=said["purpose"],
            day=said["day"],
            zone=zone,
        )
