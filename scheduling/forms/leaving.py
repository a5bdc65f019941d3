"""Which of somebody's visits will not take place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.forms.base import HouseForm

if TYPE_CHECKING:
    from collections.abc import Sequence


class LeftVisitsForm(HouseForm):
    """The visits that are cancelled; all of them, unless somebody takes one out."""

    visits = forms.MultipleChoiceField(
        label=_("These visits will not take place"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one, or go back.")},
    )
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["visits"]
        field.choices = choices
        field.initial = [value for value, _label in choices]
