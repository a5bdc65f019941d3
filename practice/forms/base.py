"""What all forms of the house share."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from practice.models.contacts import phone_text

M = TypeVar("M", bound=models.Model)
LONGEST_ID = 18  # digits
FIRST_DAY, LAST_DAY = date(1890, 1, 1), date(2199, 12, 31)


def check_day(day: date) -> None:
    """Raise ValidationError for a day that only a slip of the hand can mean."""
    if not FIRST_DAY <= day <= LAST_DAY:
        years = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
        raise ValidationError(
            _("Check the year: it has to be between %(first)s and %(last)s."),
            params=years,
        )


class PhoneInput(forms.TextInput):
    """A phone as people here write it; what was typed wrongly stays as typed."""

    input_type = "tel"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, PhoneNumber):
            return phone_text(value)
        shown: str | None = super().format_value(value)
        return shown


class PhoneField(PhoneNumberField):  # type: ignore[misc]
    """A phone number, national or with its country code, without an extension."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(region="US", widget=PhoneInput, **kwargs)

    def to_python(self, value: Any) -> Any:
        phone = super().to_python(value)
        if phone and phone.extension:
            raise ValidationError(_("Write the extension into the label, not here."))
        return phone


class SubmissionField(forms.UUIDField):
    """The key by which a second press of a form is recognised.

    Browsers must not bring an old one back: the next form would count as sent.
    """

    def __init__(self) -> None:
        widget = forms.HiddenInput(attrs={"autocomplete": "off"})
        super().__init__(widget=widget, initial=uuid4, required=False)


class HouseForm(forms.Form):
    """A form that carries the key by which a second press is recognised."""

    submission = SubmissionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound_days(self)

    def details(self) -> dict[str, Any]:
        """What was answered, without the key."""
        answers = dict(self.cleaned_data)
        answers.pop("submission", None)
        return answers


class HouseModelForm(forms.ModelForm[M]):
    """The same for a form that takes its fields from a model; it never saves."""

    submission = SubmissionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _bound_days(self)
        _word_blanks(self)

    def details(self) -> dict[str, Any]:
        """What was answered, without the key."""
        answers = dict(self.cleaned_data)
        answers.pop("submission", None)
        return answers

    def validate_unique(self) -> None:
        """Left to the action, which asks under its lock."""

    def validate_constraints(self) -> None:
        """Left to the action, as above."""


def _bound_days(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if type(field) is forms.DateField:  # others bring bounds of their own
            field.validators.append(check_day)


def _word_blanks(form: forms.BaseForm) -> None:
    """Say what an empty choice asks for, where Django shows dashes."""
    for field in form.fields.values():
        if type(field) is forms.TypedChoiceField:  # a column with choices
            choices: Any = field.choices
            pairs = list(choices)
            if pairs[:1] == BLANK_CHOICE_DASH:
                field.choices = [("", _("Choose")), *pairs[1:]]


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


def refuse_long_ids(field: forms.ModelMultipleChoiceField[Any], ids: Any) -> None:
    """Raise ValidationError for a number that no column holds.

    The database would answer it with a fault of its own.
    """
    for pk in ids:
        if len(str(pk)) > LONGEST_ID:
            words = field.error_messages["invalid_choice"]
            raise ValidationError(
                words, code="invalid_choice", params={"pk": pk, "value": pk}
            )
