"""Forms of the consent floor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.states import Channel
from practice.forms.base import HouseForm

if TYPE_CHECKING:
    from collections.abc import Sequence


class _ChannelForm(HouseForm):
    """One channel of a contact, and what the patient said."""

    channel = forms.ChoiceField(widget=forms.RadioSelect, label=_("What"))
    words = forms.CharField(
        max_length=400,
        label=_("What they said"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in channels]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["channel"].initial = choices[0][0]


class StopForm(_ChannelForm):
    pass


class LiftForm(_ChannelForm):
    pass
