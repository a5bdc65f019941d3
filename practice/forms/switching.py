"""Forms of a shared PC: choosing a PIN, and coming back with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from practice import pins
from practice.forms.base import HouseForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from practice.models import KeptSignIn, StaffMember

LONGEST = 8
# Numbers on a phone's keyboard; no browser offers to keep or to fill them.
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": LONGEST}


def pin_field(**details: Any) -> forms.CharField:
    """A field whose digits are not shown, and not shown again when they are wrong."""
    words = _("A PIN has four to eight digits.")
    return forms.CharField(
        widget=forms.PasswordInput(attrs=DIGITS),
        validators=[RegexValidator(pins.SHAPE.pattern + r"\Z", words)],
        **details,
    )


class PinForm(HouseForm):
    """The PIN somebody wants, twice."""

    pin = pin_field(
        label=_("New PIN"),
        help_text=_(
            "Four to eight digits. No birthday, no row of keys, and not the PIN of "
            "your card."
        ),
    )
    again = pin_field(label=_("The same again"))

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin", again):
            raise forms.ValidationError(_("The two PINs differ."))
        return again

    def details(self) -> dict[str, Any]:
        return {"pin": self.cleaned_data["pin"]}


class SwitchForm(forms.Form):
    """Who comes back to this PC, and their PIN."""

    person = forms.ChoiceField(
        label=_("Who are you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose your name."),
            "invalid_choice": _(
                "This name cannot come back with a PIN here any more. Sign in with a "
                "passkey or with your password."
            ),
        },
    )
    pin = pin_field(label=_("Your PIN"))

    def __init__(self, *args: Any, people: Sequence[KeptSignIn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(kept.staff_id): kept for kept in people}
        field = self.fields["person"]
        field.choices = [(pk, kept.staff.name) for pk, kept in self.people.items()]  # type: ignore[attr-defined]
        if len(people) == 1:
            field.initial = next(iter(self.people))
        if len(people) == 1 or self.is_bound:
            self.fields["pin"].widget.attrs["autofocus"] = True

    def clean_person(self) -> KeptSignIn:
        return self.people[self.cleaned_data["person"]]
