"""Forms of the pages that links open; what they say is read by patients."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practice.forms.birth_date import BirthDateBoxes

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST_YEAR = 1900
MOST_WORDS = 1000
PARTS = ("day", "month", "year")
Parts = tuple[str, str, str]


class TypedBoxes(BirthDateBoxes):
    """The three boxes, with whatever was typed in them, a date or not."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: object, name: str
    ) -> Parts | None:
        day, month, year = (str(data.get(f"{name}_{part}", "")) for part in PARTS)
        return (day, month, year) if day or month or year else None

    def format_value(self, value: Parts | None) -> dict[str, str | int | None]:
        return dict(zip(PARTS, value or ("", "", ""), strict=True))


class BirthDateField(forms.Field):
    """A date of birth; one that cannot be is told, and costs no try."""

    widget = TypedBoxes
    default_error_messages = {
        "required": _("Please give the day, the month and the year."),
        "invalid": _(
            "There is no such day. Please write the day and the year in numbers, "
            "such as 17 and 1984."
        ),
        "year": _("Please write the year with four digits, such as 1984."),
    }

    def to_python(self, value: Parts | None) -> date | None:
        if value is None:
            return None
        if not all(part.strip() for part in value):
            raise ValidationError(self.error_messages["required"], code="required")
        try:
            day, month, year = (int(part) for part in value)
            if 0 <= year < OLDEST_YEAR:
                raise ValidationError(self.error_messages["year"], code="year")
            return date(year, month, day)
        except (ValueError, OverflowError) as error:
            message = self.error_messages["invalid"]
            raise ValidationError(message, code="invalid") from error


class WordsField(forms.CharField):
    """What somebody writes; a line's end counts once, as in their browser."""

    def __init__(self, **kwargs: Any) -> None:
        area = forms.Textarea(attrs={"rows": 4})
        super().__init__(
            max_length=MOST_WORDS, required=False, widget=area, empty_value="", **kwargs
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class BirthDateForm(forms.Form):
    """The step before anything personal shows."""

    use_required_attribute = False
    born_on = BirthDateField(label=_("Your date of birth"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_born_on(self) -> date:
        born_on: date = self.cleaned_data["born_on"]
        if born_on > self.today:
            raise ValidationError(
                _("That day is still to come. Please check the year.")
            )
        return born_on


class AnswerForm(forms.Form):
    """What somebody writes beside the button they press."""

    words = WordsField(
        label=_("What is wrong?"),
        help_text=_("You may leave this empty; then we ask you."),
    )


class MistakeForm(forms.Form):
    """“This looks wrong”, on every page."""

    mistake = WordsField(label=_("What looks wrong?"))
