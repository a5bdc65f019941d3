"""Forms of imports: the file, what its columns hold, the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import imports, whole_names
from practice.alphabets import Letters
from practice.columns import GROUPS
from practice.date_orders import Order
from practice.forms.base import UNASKED, HouseForm
from practice.import_cells import SYSTEM, Plan
from practice.models import Location
from practice.rules import NotPossible
from practice.whole_names import Surnames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.forms import BoundField

FROM_FILE = ""


class UploadForm(HouseForm):
    """One file; whatever is wrong with it is said by who reads it."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "At most 25,000 rows and 20 MB. Its first line names the columns."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )

    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters with accents"),
        choices=[(FROM_FILE, gettext_lazy("As the file shows")), *Letters.choices],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Read here, before the transaction that keeps it begins."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if file := answers.get("file"):
            encoding = answers.get("encoding", "")
            try:
                answers["file"] = imports.opened(file.read(), encoding=encoding)
            except NotPossible as refusal:
                self.add_error("file", str(refusal))
        return answers


class ColumnsForm(HouseForm):
    """What each column holds, and what the file does not say."""

    order = forms.ChoiceField(
        label=gettext_lazy("Dates"),
        choices=[
            (FROM_FILE, gettext_lazy("As the file's own dates show")),
            *Order.choices,
        ],
        help_text=gettext_lazy(
            "Where they do not show it, a file with these columns is read like the "
            "last one. Otherwise you are asked."
        ),
        required=False,
    )
    surnames = forms.ChoiceField(
        label=gettext_lazy("Family name in a whole name"),
        choices=Surnames.choices,
        help_text=gettext_lazy(
            "Where first and family name stand in one column. What stands before a "
            "comma is the family name: García López, Ana. Names without a comma are "
            "all read as you say here; “de la”, “van” and “Jr.” stay with their name."
        ),
    )
    home = forms.ModelChoiceField(
        Location.objects.filter(is_active=True),
        label=gettext_lazy("Home location"),
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("Of everybody whose row names none."),
    )
    system = forms.CharField(
        label=gettext_lazy("Name of the old system"),
        max_length=40,
        initial=SYSTEM,
        help_text=gettext_lazy("Its numbers are kept on the charts under this name."),
    )
    may_text = forms.BooleanField(
        label=gettext_lazy("they may be texted at their mobile or main number"),
        required=False,
    )
    may_call = forms.BooleanField(
        label=gettext_lazy("they may be called"), required=False
    )
    may_leave_voicemail = forms.BooleanField(
        label=gettext_lazy("voicemail may be left, where calling is allowed"),
        required=False,
    )
    may_write = forms.BooleanField(
        label=gettext_lazy("they may be written to, by mail or e-mail"), required=False
    )

    def __init__(
        self,
        *args: Any,
        heads: Sequence[str],
        guessed: Sequence[str],
        known: Mapping[str, Any],
        order_of: Callable[[Sequence[str]], str],
        **kwargs: Any,
    ) -> None:
        usual = {name: known[name] for name in self.base_fields if name in known}
        usual = {"surnames": whole_names.usual(heads), **usual, "order": FROM_FILE}
        super().__init__(*args, initial=usual, **kwargs)
        self.heads, self.order_of = heads, order_of
        for number, (head, name) in enumerate(zip(heads, guessed, strict=True)):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=_("What “%(head)s” holds") % {"head": head or number + 1},
                choices=_choices(),
                initial=name,
                required=False,
            )

    def columns(self) -> list[BoundField]:
        return [self[f"column_{number}"] for number in range(len(self.heads))]

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for number in range(len(self.heads)):
            name = answers.get(f"column_{number}", "")
            if name and name in seen:
                self.add_error(
                    f"column_{number}", _("Another column is read as this already.")
                )
            seen.add(name)
        if not self.errors and not answers["order"]:
            answers["order"] = self._order()
        return answers

    def _order(self) -> str:
        """The file's own; asked here, before the transaction that keeps it begins."""
        try:
            return self.order_of(self.names())
        except NotPossible as refusal:
            self.add_error("order", str(refusal))
        return FROM_FILE

    def names(self) -> list[str]:
        return [
            self.cleaned_data[f"column_{number}"] for number in range(len(self.heads))
        ]

    def plan(self) -> Plan:
        """The answers as the worker takes them."""
        answers = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in UNASKED and not name.startswith("column_")
        }
        answers["home"] = answers["home"].pk
        return Plan(columns=self.names(), **answers)


class ConfirmForm(HouseForm):
    """The last word before a file comes in."""

    leaves_out_problems = forms.BooleanField(
        label=gettext_lazy(
            "Leave the rows with problems out: I have them, or need none"
        ),
        required=False,
    )


def _choices() -> list[Any]:
    groups = [(group.label, list(group.columns.items())) for group in GROUPS]
    return [("", _("Leave this column out")), *groups]
