"""What all forms of the house share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from practice.models.contacts import phone_text

if TYPE_CHECKING:
    from practice.versions import Shown

M = TypeVar("M", bound=models.Model)
UNASKED = ("submission", "version")  # what a form carries beside its questions
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


class VersionField(forms.Field):
    """The version of what a form shows, taken as it comes: the action judges it."""

    def __init__(self) -> None:
        widget = forms.HiddenInput(attrs={"autocomplete": "off"})
        super().__init__(widget=widget, required=False)


class Carried(forms.BaseForm):
    """What all forms carry along unseen, beside what is asked."""

    data: Any
    shown: Shown | None

    def _carry(self, shown: Shown | None) -> None:
        self.shown = shown
        if shown is None:
            del self.fields["version"]
        else:
            self.fields["version"].initial = shown.version

    @property
    def seen(self) -> Shown | None:
        """What the person who filled this in had before their eyes."""
        if self.shown is None:
            return None
        return self.shown.as_of(self.cleaned_data.get("version"))

    def details(self) -> dict[str, Any]:
        """What was answered; of a record that exists, with what was `seen` of it."""
        answers = dict(self.cleaned_data)
        for name in UNASKED:
            answers.pop(name, None)
        return answers | ({"seen": self.seen} if self.shown else {})

    def show_again(self) -> str:
        """Carry the new version beside what was typed; says what would be saved."""
        if self.shown is not None:
            self.data = self.data.copy()
            self.data["version"] = self.shown.again().version
        names = [name for name in self.changed_data if name not in UNASKED]
        if not names:
            return _("What stands here is what is recorded now.")
        labels = ", ".join(capfirst(str(self[name].label)) for name in names)
        words = _("Press the button once more to save what differs here: %(fields)s.")
        return words % {"fields": labels}


class HouseForm(Carried, forms.Form):
    """A form that carries the key by which a second press is recognised.

    One that changes a record that exists gets what it has `shown` of it.
    """

    submission = SubmissionField()
    version = VersionField()

    def __init__(self, *args: Any, shown: Shown | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._carry(shown)
        _bound_days(self)


class HouseModelForm(Carried, forms.ModelForm[M]):
    """The same for a form that takes its fields from a model; it never saves."""

    submission = SubmissionField()
    version = VersionField()

    def __init__(self, *args: Any, shown: Shown | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and shown is None:
            raise TypeError("A form of a record that exists says what it has shown.")
        self._carry(shown)
        _bound_days(self)
        _word_blanks(self)

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
