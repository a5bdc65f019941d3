"""Forms in which the practice words its messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models.templates import LONGEST, LONGEST_SUBJECT
from messaging.naming import LONGEST_NAME
from practice.forms.base import HouseForm


class WordingForm(HouseForm):
    """The words for one occasion; an e-mail has a subject as well."""

    subject = forms.CharField(
        max_length=LONGEST_SUBJECT,
        label=_("Subject"),
        help_text=_("It is read on locked screens: the day, and nothing of the visit."),
    )
    text = forms.CharField(
        max_length=LONGEST,
        label=_("Words"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What stands in braces is filled in for each patient."),
    )

    def __init__(self, *args: Any, has_subject: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_subject:
            del self.fields["subject"]

    def clean_text(self) -> str:
        """Lines end as they do in a message."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")


class MessageNameForm(HouseForm):
    """What messages call the practice."""

    message_name = forms.CharField(
        max_length=LONGEST_NAME,
        required=False,
        label=_("Our name in messages"),
        help_text=_(
            "Short and neutral: it stands on locked screens. Empty: the usual name, if "
            "that tells nobody why people come."
        ),
    )
