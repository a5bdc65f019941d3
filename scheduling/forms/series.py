"""A series: the first visit, how it repeats, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import HouseForm
from practice.forms.moments import DayField
from practice.zones import local_day
from scheduling.forms.booking import PlanForm
from scheduling.forms.visits import WHO_CANCELS
from scheduling.recurring import MONTHS, WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WEEK = 7
MOST_NTH = 4


class SeriesForm(PlanForm):
    """The weekday, and which of the month it is, are those of the first visit."""

    is_clear = False  # what was asked is right, whatever a rule says to it later
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Repeats"),
        choices=[
            ("1", gettext_lazy("Every week")),
            ("2", gettext_lazy("Every two weeks")),
            ("n", gettext_lazy("Every so many weeks")),
            (MONTHS, gettext_lazy("Every month, on the same weekday")),
        ],
        widget=forms.RadioSelect,
        initial="1",
    )
    every = forms.IntegerField(
        label=gettext_lazy("How many weeks"), min_value=1, max_value=52, required=False
    )
    ends = forms.ChoiceField(
        label=gettext_lazy("Ends"),
        choices=[
            ("open", gettext_lazy("When somebody ends it")),
            ("count", gettext_lazy("After a number of visits")),
            ("day", gettext_lazy("On a day")),
        ],
        widget=forms.RadioSelect,
        initial="open",
    )
    count = forms.IntegerField(
        label=gettext_lazy("How many visits"),
        min_value=1,
        max_value=300,
        required=False,
    )
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A day that conflicts is left out or moved, never booked all the same."""
        super().__init__(*args, **kwargs)
        del self.fields["despite"], self.fields["despite_reason"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        needed = {"count": "count", "day": "ends_on"}.get(answers.get("ends", ""))
        if needed and not answers.get(needed):
            self.add_error(needed, _("Say when it ends."))
        if answers.get("rhythm") == "n" and not answers.get("every"):
            self.add_error("every", _("Say how many weeks."))
        last = answers.get("ends_on") if answers.get("ends") == "day" else None
        if self.planned and last and last < self.first_day():
            self.add_error("ends_on", _("The end comes before the first visit."))
        self.is_clear = not self.errors
        return answers

    def first_day(self) -> date:
        plan = self.plan()
        return local_day(plan.starts_at, plan.location.time_zone)

    def wish(self) -> Wish:
        """What repeats, as the form says it."""
        answers, day = self.cleaned_data, self.first_day()
        is_monthly = answers["rhythm"] == MONTHS
        weeks = {"1": 1, "2": 2}.get(answers["rhythm"]) or answers["every"]
        rule = Rule(
            rhythm=MONTHS if is_monthly else WEEKS,
            every=1 if is_monthly else weeks,
            weekday=day.weekday(),
            starts_on=day,
            nth=nth_of(day) if is_monthly else None,
            ends_on=answers["ends_on"] if answers["ends"] == "day" else None,
            count=answers["count"] if answers["ends"] == "count" else None,
        )
        return Wish(self.plan(), rule)


class EndForm(HouseForm):
    """Which of the visits ahead are cancelled along with the series, and why."""

    visits = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Cancel these visits too"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Who cancels"),
        choices=[
            choice for choice in WHO_CANCELS if choice[0] != Status.CANCELLED_LATE
        ],
        widget=forms.RadioSelect,
        initial=Status.CANCELLED,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Only if visits are cancelled."),
        required=False,
        max_length=200,
    )

    def __init__(
        self, *args: Any, visits: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["visits"]
        field.choices = visits


def nth_of(day: date) -> int:
    """Which such weekday of its month a day is; the fifth counts as the last."""
    number = (day.day - 1) // WEEK + 1
    return number if number <= MOST_NTH else -1
