"""Forms of plans of reminders and of their steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import HouseForm, HouseModelForm, TimeInput
from practice.models import Location
from scheduling.models import AppointmentType, ReminderPlan, ReminderStep
from scheduling.models.reminders import MOST_DAYS, MOST_MINUTES


class PlanForm(HouseForm):
    """For which visits a plan is to hold."""

    kind = forms.ModelChoiceField(
        AppointmentType.objects.none(),
        required=False,
        empty_label=gettext_lazy("Every type"),
        label=gettext_lazy("Type of the visit"),
    )
    location = forms.ModelChoiceField(
        Location.objects.none(),
        required=False,
        empty_label=gettext_lazy("Every location"),
        label=gettext_lazy("Where"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.queryset = AppointmentType.objects.filter(is_active=True)
        places: Any = self.fields["location"]
        places.queryset = Location.objects.filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors and not (answers.get("kind") or answers.get("location")):
            self.add_error(
                "kind", _("Choose a type or a location: for all others is a plan.")
            )
        return answers


class PlanEditForm(HouseModelForm[ReminderPlan]):
    class Meta:
        model = ReminderPlan
        fields = ["needs_call"]


class StepForm(HouseModelForm[ReminderStep]):
    """One message of a plan."""

    days = forms.IntegerField(
        min_value=0,
        max_value=MOST_DAYS,
        initial=0,
        label=gettext_lazy("Days before or after"),
    )
    minutes = forms.IntegerField(
        min_value=0,
        max_value=MOST_MINUTES,
        initial=0,
        label=gettext_lazy("Minutes before or after"),
        help_text=gettext_lazy("Only without a time of day. 180 are three hours."),
    )
    at = forms.TimeField(
        required=False,
        widget=TimeInput,
        label=gettext_lazy("Time of day"),
        help_text=gettext_lazy("By the clock of the location."),
    )

    class Meta:
        model = ReminderStep
        fields = [
            "occasion",
            "channel",
            "when",
            "days",
            "minutes",
            "at",
            "condition",
            "is_by_person",
            "is_in_use",
        ]
