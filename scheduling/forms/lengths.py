"""Lengths of time as people type them: whole minutes, hours or days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class LengthField(forms.IntegerField):
    """A number of units, such as minutes; its value is a timedelta."""

    def __init__(self, *, unit: timedelta = MINUTE, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else number * self.unit

    def prepare_value(self, value: Any) -> Any:
        return value // self.unit if isinstance(value, timedelta) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
