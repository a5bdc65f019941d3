"""Two charts side by side, and which of them is right in what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from practice.forms.base import HouseForm
from practice.merging import CHOSEN

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from practice.models import Patient

INTO, DUPLICATE = "into", "duplicate"
NAMES = ("given_name", "family_name", "preferred_name", "name_in_room")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison; a field where the two differ."""

    label: StrOrPromise
    into: str
    duplicate: str
    is_name: bool
    field: forms.BoundField | None


class MergeForm(HouseForm):
    """Where two charts differ, somebody chooses; the rest needs no answer."""

    reason = forms.CharField(max_length=200, required=False, label=_("How we know"))

    def __init__(
        self, *args: Any, into: Patient, duplicate: Patient, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.into, self.duplicate = into, duplicate
        self.differing = [
            name for name in CHOSEN if getattr(into, name) != getattr(duplicate, name)
        ]
        for name in self.differing:
            self.fields[name] = forms.ChoiceField(
                choices=[(INTO, _("the left one")), (DUPLICATE, _("the right one"))],
                label=_label(into, name),
                required=False,
                initial=INTO if getattr(into, name) else DUPLICATE,
            )

    def rows(self) -> list[Row]:
        """Every column that may be chosen, those that differ with their field."""
        return [
            Row(
                label=_label(self.into, name),
                into=_shown(self.into, name),
                duplicate=_shown(self.duplicate, name),
                is_name=name in NAMES,
                field=self[name] if name in self.differing else None,
            )
            for name in CHOSEN
            if name in self.differing or getattr(self.into, name)
        ]

    def details(self) -> dict[str, Any]:
        """The reason, and in which columns the duplicate is right."""
        answers = super().details()
        choices = {name: answers.pop(name) for name in self.differing}
        takes = [name for name, answer in choices.items() if answer == DUPLICATE]
        return answers | {"takes": takes}


def _label(chart: Patient, name: str) -> str:
    return capfirst(str(chart._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _shown(chart: Patient, name: str) -> str:
    """A column's value as people read it."""
    if name == "born_on":
        return date_format(chart.born_on, "j M Y")
    display = getattr(chart, f"get_{name}_display", None)
    return str(display() if display else getattr(chart, name))
