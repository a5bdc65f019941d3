"""Where a visit was dropped on the calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from practice import zones
from practice.forms.base import HouseForm
from scheduling.minutes import DAY

LONGEST = 12 * 60


class PlaceForm(HouseForm):
    """A visit, a time on the wall, and whose column; nobody types these."""

    visit = forms.IntegerField(min_value=1)
    edition = forms.IntegerField(min_value=1, required=False)  # the version dragged
    on = forms.DateField()
    wall = forms.IntegerField(min_value=0, max_value=DAY - 1)
    again = forms.BooleanField(required=False)  # the second of two equal times
    minutes = forms.IntegerField(min_value=5, max_value=LONGEST)
    clinician = forms.IntegerField(min_value=1, required=False)
    room = forms.IntegerField(min_value=1, required=False)
    agreed = forms.BooleanField(required=False)  # sooner than the type's notice

    def starts_at(self, zone: str) -> datetime:
        """Raises NoSuchTime."""
        told: dict[str, Any] = self.cleaned_data
        day: date = told["on"]
        at = (datetime.combine(day, time()) + timedelta(minutes=told["wall"])).time()
        return zones.instant(day, at, zone, is_end=told["again"])

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])
