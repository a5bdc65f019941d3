"""What all forms of the house share."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.db import models

M = TypeVar("M", bound=models.Model)


class HouseForm(forms.Form):
    """A form that carries the key by which a second press is recognised."""

    submission = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid4, required=False
    )

    def details(self) -> dict[str, Any]:
        """What was answered, without the key."""
        answers = dict(self.cleaned_data)
        answers.pop("submission", None)
        return answers


class HouseModelForm(forms.ModelForm[M]):
    """The same for a form that takes its fields from a model; it never saves."""

    submission = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid4, required=False
    )

    def details(self) -> dict[str, Any]:
        """What was answered, without the key."""
        answers = dict(self.cleaned_data)
        answers.pop("submission", None)
        return answers

    def _get_validation_exclusions(self) -> set[str]:
        # The action checks the whole record; here each field is checked alone.
        return {field.name for field in self._meta.model._meta.get_fields()} - set(
            self.fields
        )

    def validate_unique(self) -> None:
        """Left to the action, which asks under its lock."""

    def validate_constraints(self) -> None:
        """Left to the action, as above."""


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time field."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")
