"""What is done on a phone of the demo."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models.vendors import Fate

LONGEST = 1600  # what a phone can text


class SaidForm(forms.Form):
    """A text that somebody writes on the phone."""

    body = forms.CharField(
        max_length=LONGEST,
        label=_("Text to the practice"),
        error_messages={"required": _("Write something first.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "send"}),
    )


class CarrierForm(forms.Form):
    """What becomes of texts to the phone from now on."""

    fate = forms.ChoiceField(choices=Fate.choices)
