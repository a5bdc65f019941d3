"""Reporting a mistake, and seeing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.forms.base import DateInput, HouseForm
from practice.models import IncidentKind, Patient, StaffMember, StepKind
from practice.whereabouts import is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

MOST_WORDS = 1000
REPORTED = [kind for kind in IncidentKind if kind != IncidentKind.LOOKS_WRONG]


class MistakeReportForm(HouseForm):
    """One sentence and one choice; the choice is the button that sends it."""

    words = forms.CharField(
        max_length=MOST_WORDS,
        label=_("What happened?"),
        help_text=_("One sentence is enough. Nobody is blamed for a report."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in REPORTED],
        error_messages={"required": _("Press the button that fits.")},
    )
    page = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )

    def clean_page(self) -> str:
        page: str = self.cleaned_data["page"]
        return page if is_ours(page) else ""


class IncidentForm(HouseForm):
    """What it is, to whom it happened, who sees to it and by when."""

    kind = forms.ChoiceField(choices=IncidentKind.choices, label=_("What it is"))
    concerned = forms.ModelChoiceField(
        StaffMember.objects.none(),
        required=False,
        label=_("Colleague it happened to"),
        empty_label=_("Nobody, or not known"),
        help_text=_("They cannot close it, nor see to it alone."),
    )
    owner = forms.ModelChoiceField(
        StaffMember.objects.none(),
        required=False,
        label=_("Who sees to it"),
        empty_label=_("Nobody yet"),
    )
    due_on = forms.DateField(widget=DateInput, label=_("Closed by the end of"))

    def __init__(
        self,
        *args: Any,
        people: QuerySet[StaffMember],
        owners: QuerySet[StaffMember],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["concerned"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class StepForm(HouseForm):
    """What is owed: something to do, or a letter, which may be to a patient."""

    kind = forms.ChoiceField(choices=StepKind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        max_length=400,
        label=_("What is owed"),
        help_text=_("Such as: tell the patient what was sent to whom."),
    )
    patient = forms.ModelChoiceField(
        Patient.objects.none(),
        required=False,
        label=_("To which patient"),
        empty_label=_("To somebody else"),
    )
    due_on = forms.DateField(widget=DateInput, label=_("Due by the end of"))

    def __init__(self, *args: Any, about: Sequence[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charts = Patient.objects.filter(pk__in=[chart.pk for chart in about])
        field: Any = self.fields["patient"]
        field.queryset = charts
        field.label_from_instance = lambda chart: chart.display_name


class LetterForm(HouseForm):
    """What stands between the salutation and the name of the practice."""

    letter = forms.CharField(
        max_length=4000,
        label=_("The letter"),
        help_text=_("In the language named above. Greeting and sender are added."),
        widget=forms.Textarea(attrs={"rows": 16, "autofocus": True}),
    )


class CloseForm(HouseForm):
    outcome = forms.CharField(
        max_length=MOST_WORDS,
        label=_("What came of it"),
        help_text=_("What was put right, who was told, what changes from now on."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
