"""What a person writes to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from messaging import replying
from practice.forms.base import HouseForm

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 4000  # what is typed; what leaves is shorter, and is counted
_COUNTED = {
    "rows": 4,
    "hx-post": reverse_lazy("text_parts"),
    "hx-trigger": "input changed delay:300ms",
    "hx-target": "next .text-parts",
    "hx-swap": "outerHTML",
    "data-draft": "",
}


class _TextForm(HouseForm):
    """A text, with what it will cost said before it goes."""

    body = forms.CharField(
        max_length=LONGEST,
        label=_("Your text"),
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs=_COUNTED),
    )
    parts = forms.IntegerField(
        required=False, min_value=0, max_value=99, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """One that is dearer than its writer was told is shown once more."""
        answers = super().clean() or {}
        parts = replying.parts_of(answers.get("body", ""))
        if 1 < parts <= replying.MOST_PARTS and parts > (answers.get("parts") or 0):
            said = replying.parts_in_words(answers["body"])
            words = _("%(cost)s Press the button once more to send it so.")
            self.add_error("body", words % {"cost": said})
            self.data = self.data.copy()
            self.data["parts"] = str(parts)
        return answers

    def details(self) -> dict[str, Any]:
        answers = super().details()
        answers.pop("parts", None)
        return answers


class ReplyForm(_TextForm):
    """An answer in a conversation; who is meant is asked where several may be."""

    about = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, label=_("About")
    )

    def __init__(
        self, *args: Any, charts: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["about"]
        field.choices = charts  # type: ignore[attr-defined]
        if len(charts) < 2:
            field.widget = forms.HiddenInput()


class NewTextForm(_TextForm):
    """A text from a chart to one of its numbers."""

    to = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)

    field_order = ("to", "body")

    def __init__(
        self, *args: Any, numbers: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.choices = numbers  # type: ignore[attr-defined]
        if numbers:
            field.initial = numbers[0][0]
