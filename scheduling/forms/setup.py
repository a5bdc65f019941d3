"""Forms of rooms, protected time, extra hours, and of the calendar's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import HouseForm, HouseModelForm, TimeInput
from practice.forms.moments import DayField
from practice.models import Location, Weekday
from scheduling.forms.lengths import DAY, HOUR, LengthField
from scheduling.models import CalendarRules, Room

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

ONCE = ""


class RoomForm(HouseModelForm[Room]):
    class Meta:
        model = Room
        fields = ["location", "name", "is_step_free"]
        labels = {"is_step_free": gettext_lazy("Can be reached without a step")}
        help_texts = {"name": gettext_lazy("As on its door.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:  # rooms do not travel
            del self.fields["location"]
            return
        field: Any = self.fields["location"]
        field.queryset = Location.objects.filter(is_active=True)
        field.empty_label = _("Choose")


class SpanForm(HouseForm):
    """A stretch of one day at a location, by its clock."""

    location = forms.ModelChoiceField(
        Location.objects.none(),
        empty_label=gettext_lazy("Choose"),
        label=gettext_lazy("Where"),
    )
    starts = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    ends = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)

    def __init__(
        self, *args: Any, places: QuerySet[Location], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field: Any = self.fields["location"]
        field.queryset = places
        if not field.initial and len(found := list(places[:2])) == 1:
            field.initial = found[0]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        starts, ends = answers.get("starts"), answers.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The end must come after the start."))
        if (on := answers.get("on")) and on < self.today:
            self.add_error("on", _("This day is over already."))
        return answers


class ExtraHoursForm(SpanForm):
    """Hours of one day, beside the weekly ones."""

    field_order = ["on", "location", "starts", "ends"]
    on = DayField(label=gettext_lazy("Day"))


class ProtectedTimeForm(SpanForm):
    """A part of somebody's hours that nobody books, every week or once."""

    field_order = ["words", "weekday", "on", "location", "starts", "ends"]
    words = forms.CharField(
        max_length=60,
        required=False,
        label=gettext_lazy("What for"),
        help_text=gettext_lazy("Such as “Lunch”. The calendar shows it."),
    )
    weekday = forms.TypedChoiceField(
        choices=[(ONCE, gettext_lazy("Once, on a day")), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("Every week on"),
    )
    on = DayField(
        required=False,
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("Only for time that is protected once."),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        weekday, on = answers.get("weekday"), answers.get("on")
        if "weekday" in self.errors or "on" in self.errors:
            return answers
        if weekday is None and on is None:
            self.add_error("on", _("Choose a weekday, or a day."))
        elif weekday is not None and on is not None:
            self.add_error("on", _("Choose a weekday or a day, not both."))
        return answers


class RulesForm(HouseModelForm[CalendarRules]):
    """The rules of the calendar, each with what it means."""

    late_cancel = LengthField(
        unit=HOUR,
        min_value=0,
        max_value=168,
        label=gettext_lazy("A cancellation is late: hours before the visit"),
        help_text=gettext_lazy(
            "Whoever cancels for a patient later than that is offered “late” first. "
            "The rule stands beside every figure that counts late cancellations."
        ),
    )
    no_show_after = LengthField(
        min_value=0,
        max_value=120,
        label=gettext_lazy("A no-show: minutes after the start"),
        help_text=gettext_lazy(
            "Nobody can be marked as a no-show sooner, and nothing marks them by "
            "itself. The rule stands beside every figure that counts no-shows."
        ),
    )
    series_ahead = LengthField(
        unit=DAY,
        min_value=28,
        max_value=366,
        label=gettext_lazy("Series are booked ahead: days"),
        help_text=gettext_lazy(
            "For series without an end: so far ahead their visits are in the "
            "calendar; the worker adds the next ones."
        ),
    )
    default_step = LengthField(
        min_value=5,
        max_value=120,
        label=gettext_lazy("A new type may start every … minutes"),
        help_text=gettext_lazy("Only suggested when you add a type."),
    )

    class Meta:
        model = CalendarRules
        fields = [
            "late_cancel",
            "no_show_after",
            "series_ahead",
            "day_starts",
            "day_ends",
            "default_step",
        ]
        widgets = {"day_starts": TimeInput, "day_ends": TimeInput}
        labels = {
            "day_starts": gettext_lazy("The calendar shows the day from"),
            "day_ends": gettext_lazy("The calendar shows the day until"),
        }
        help_texts = {
            "day_ends": gettext_lazy(
                "A visit outside these hours is shown all the same."
            ),
            "day_starts": "",
        }

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        starts, ends = answers.get("day_starts"), answers.get("day_ends")
        if starts and ends and ends <= starts:
            self.add_error("day_ends", _("The end must come after the start."))
        return answers


class LeaveForm(HouseForm):
    reason = forms.CharField(
        max_length=200,
        label=gettext_lazy("Why it stays"),
        help_text=gettext_lazy("Such as: the clinician comes in for this one. Kept."),
    )
