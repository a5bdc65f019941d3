"""The hours of a week: several spans a day, typed by a wall clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import HouseForm, TimeInput
from practice.forms.moments import DayField
from practice.hours_in_force import Period
from practice.models import Weekday

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.forms import BoundField

    from practice.locations import Span
    from practice.versions import Shown

LINES, MOST_LINES = 2, 8  # of each day
COPIED_TO = range(Weekday.TUESDAY, Weekday.SATURDAY)
NAME = re.compile(r"day([0-6])_span([1-8])_(from|until)")


@dataclass(frozen=True, slots=True)
class Line:
    """One span of a day as the page shows it."""

    starts: BoundField
    ends: BoundField


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday with its spans as the page shows them."""

    weekday: Weekday
    lines: Sequence[Line]


class WeekForm(HouseForm):
    """A grid of weekdays and spans; `spans` is what was typed, once it is valid."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        known: Collection[Span] = (),
        initial: Mapping[str, Any] | None = None,
        is_copied: bool = False,
        shown: Shown | None = None,
    ) -> None:
        every = {**_initial(known), **(initial or {})}
        super().__init__(data, initial=every, shown=shown)
        self.spans: set[Span] = set()
        self.is_copied = is_copied
        names, spare = [*(data or {}), *self.initial], 0 if data else 1
        self.lines = {day: _lines(day, names, spare=spare) for day in Weekday}
        for day in Weekday:
            for number in range(1, self.lines[day] + 1):
                self._add_line(day, number)

    @classmethod
    def read(
        cls,
        data: Mapping[str, Any],
        *,
        known: Collection[Span],
        shown: Shown,
        initial: Mapping[str, Any] | None = None,
    ) -> Self:
        """The form as sent; empty data shows `known`, “copy” repeats Monday unsaved."""
        if "copy" not in data:
            return cls(data or None, known=known, shown=shown, initial=initial)
        typed = {
            n: data[n]
            for n in data
            if (NAME.fullmatch(n) or n in cls.base_fields) and data[n]
        }
        monday = {
            name: text for name, text in typed.items() if name.startswith("day0_")
        }
        for day in COPIED_TO:
            kept = {n: t for n, t in typed.items() if not n.startswith(f"day{day}_")}
            copies = {n.replace("day0", f"day{day}"): t for n, t in monday.items()}
            typed = kept | copies
        before = shown.as_of(data.get("version"))
        return cls(initial=typed, is_copied=True, shown=before)

    @property
    def days(self) -> list[Day]:
        return [
            Day(day, [self._line(day, number + 1) for number in range(self.lines[day])])
            for day in Weekday
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for day in Weekday:
            self._clean_day(day)
        return answers

    def _add_line(self, day: Weekday, number: int) -> None:
        words = {"day": day.label, "number": number}
        for side, label in (
            ("from", _("%(day)s, span %(number)s, from")),
            ("until", _("%(day)s, span %(number)s, until")),
        ):
            self.fields[f"day{day}_span{number}_{side}"] = forms.TimeField(
                label=label % words, widget=TimeInput, required=False
            )

    def _line(self, day: Weekday, number: int) -> Line:
        name = f"day{day}_span{number}"
        return Line(self[f"{name}_from"], self[f"{name}_until"])

    def _clean_day(self, day: Weekday) -> None:
        taken: list[tuple[time, time]] = []
        for number in range(1, self.lines[day] + 1):
            name = f"day{day}_span{number}"
            span = self._span(name)
            if span is None:
                continue
            if any(span[0] < ends and starts < span[1] for starts, ends in taken):
                self.add_error(f"{name}_from", _("This overlaps with another span."))
            taken.append(span)
            self.spans.add((day, *span))

    def _span(self, name: str) -> tuple[time, time] | None:
        """One line's times; None where it is empty or wrong, which the line says."""
        starts = self.cleaned_data.get(f"{name}_from")
        ends = self.cleaned_data.get(f"{name}_until")
        if f"{name}_from" in self.errors or f"{name}_until" in self.errors:
            return None
        if starts is None and ends is None:
            return None
        if starts is None or ends is None:
            side = "from" if starts is None else "until"
            self.add_error(f"{name}_{side}", _("Give both times, or neither."))
            return None
        if ends <= starts:
            words = _("The end must come after the start, at 11:59 PM the latest.")
            self.add_error(f"{name}_until", words)
            return None
        return starts, ends


class DutyWeekForm(WeekForm):
    """The same for somebody's duty hours, which may hold for a time only."""

    from_on = DayField(
        required=False,
        label=gettext_lazy("From"),
        help_text=gettext_lazy("Empty: at once."),
    )
    until_on = DayField(
        required=False,
        label=gettext_lazy("Until, this day included"),
        help_text=gettext_lazy(
            "Empty: until further notice. After it, the hours of before count again."
        ),
    )

    @property
    def dates(self) -> list[BoundField]:
        return [self["from_on"], self["until_on"]]

    @property
    def period(self) -> Period:
        """When the hours hold, once the form is valid."""
        answers = self.cleaned_data
        return Period(answers.get("from_on"), answers.get("until_on"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        first, last = answers.get("from_on"), answers.get("until_on")
        if first and last and last <= first:
            words = _("Choose a later day: extra hours are for a single one.")
            self.add_error("until_on", words)
        return answers


def _initial(known: Collection[Span]) -> dict[str, Any]:
    """The field values that show the known spans."""
    values: dict[str, Any] = {}
    counts = dict.fromkeys(Weekday, 0)
    for weekday, starts, ends in sorted(known):
        day = Weekday(weekday)
        counts[day] += 1
        values[f"day{day}_span{counts[day]}_from"] = starts
        values[f"day{day}_span{counts[day]}_until"] = ends
    return values


def _lines(day: Weekday, names: Collection[str], *, spare: int) -> int:
    """How many lines a day shows: those in use and, at first, a spare one."""
    found = [match for name in names if (match := NAME.fullmatch(name))]
    used = [int(match[2]) for match in found if int(match[1]) == day]
    return min(max(LINES, max(used, default=0) + spare), MOST_LINES)
