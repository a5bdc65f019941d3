"""Days and times as people type them: by a wall clock, which the form names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.forms.base import DateInput, HouseForm, TimeInput

if TYPE_CHECKING:
    from datetime import datetime

    from django.forms import BoundField

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
SIDES = ("starts", "ends")
OUT_OF_RANGE = gettext_lazy("Choose a day between the years 2000 and 2099.")


class DayField(forms.DateField):
    """A day in the time that this product is made for."""

    widget = DateInput
    default_validators = [
        MinValueValidator(FIRST_DAY, OUT_OF_RANGE),
        MaxValueValidator(LAST_DAY, OUT_OF_RANGE),
    ]


class StretchForm(HouseForm):
    """From one day and time to another, by the wall clock of `zone`.

    Empty times mean the whole day. `cleaned_data` gets `starts_at` and `ends_at`,
    both aware; `remark` says what was made of an hour that comes twice.
    """

    template_name = "team/_stretch.html"
    leads: tuple[str, ...] = ()
    starts_on = DayField(label=gettext_lazy("First day"))
    starts_time = forms.TimeField(
        label=gettext_lazy("From"), widget=TimeInput, required=False
    )
    ends_on = DayField(label=gettext_lazy("Last day"))
    ends_time = forms.TimeField(
        label=gettext_lazy("Until"), widget=TimeInput, required=False
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.remark = ""
        whole = _("Empty: the whole day.")
        for side in SIDES:
            field = self.fields[f"{side}_time"]
            words = [zones.spoken(zone) + ".", "" if field.required else whole]
            field.help_text = " ".join(filter(None, words))

    @property
    def sides(self) -> list[tuple[BoundField, BoundField]]:
        """Day and time of each end, which stand side by side."""
        return [(self[f"{side}_on"], self[f"{side}_time"]) for side in SIDES]

    @property
    def before(self) -> list[BoundField]:
        """The fields that lead up to the days."""
        return [field for field in self._others() if field.name in self.leads]

    @property
    def after(self) -> list[BoundField]:
        return [field for field in self._others() if field.name not in self.leads]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        starts_at = self._instant("starts", is_end=False)
        ends_at = self._instant("ends", is_end=True)
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_on", _("The end must come after the start."))
        return {**answers, "starts_at": starts_at, "ends_at": ends_at}

    def details(self) -> dict[str, Any]:
        typed = ("starts_on", "starts_time", "ends_on", "ends_time")
        return {
            name: answer
            for name, answer in super().details().items()
            if name not in typed
        }

    def _others(self) -> list[BoundField]:
        """Every visible field but the days and times."""
        ends = {field.name for side in self.sides for field in side}
        return [field for field in self.visible_fields() if field.name not in ends]

    def _instant(self, side: str, *, is_end: bool) -> datetime | None:
        """What was typed on one side, as an instant; None where it is wrong."""
        day = self.cleaned_data.get(f"{side}_on")
        if day is None or f"{side}_time" in self.errors:
            return None
        at = self.cleaned_data.get(f"{side}_time")
        if at is None:
            whole_day = zones.end_of if is_end else zones.first_moment
            return whole_day(day, self.zone)
        try:
            found = zones.instant(day, at, self.zone, is_end=is_end)
        except zones.NoSuchTime as error:
            self.add_error(f"{side}_time", str(error))
            return None
        if zones.comes_twice(day, at, self.zone):
            self.remark = _twice(at, is_end=is_end)
        return found


def _twice(at: Any, *, is_end: bool) -> str:
    words = _("The clocks go back then and %(time)s comes twice; the first one counts.")
    if is_end:
        words = _(
            "The clocks go back then and %(time)s comes twice; the second one counts."
        )
    return words % {"time": time_format(at)}
