"""Forms of the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.forms.base import (
    DateInput,
    HouseForm,
    HouseModelForm,
    PhoneField,
    TimeInput,
    refuse_long_ids,
)
from practice.models import (
    BreakGlassReason,
    ContactKind,
    ContactPoint,
    Location,
    Patient,
    StaffMember,
    Taken,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAMES = [
    "given_name",
    "family_name",
    "preferred_name",
    "pronouns",
    "born_on",
    "name_in_room",
]
NEEDS = [
    "spoken_language",
    "written_language",
    "interpreter",
    "preferred_channel",
    "needs_step_free",
    "needs_large_print",
    "needs_relay",
    "needs_no_calls",
    "needs_easy_reading",
    "time_zone",
]
SAFE = [
    "may_text",
    "may_join_texts",
    "may_call",
    "may_leave_voicemail",
    "may_write",
    "may_name_practice",
    "name_used",
    "safe_from",
    "safe_until",
]


class HomesField(forms.ModelMultipleChoiceField[Location]):
    """Home locations as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Usually seen at"))
        kwargs.setdefault("help_text", _("Staff of these locations see the chart."))
        super().__init__(Location.objects.filter(is_active=True), **kwargs)

    def _check_values(self, value: Any) -> Any:
        refuse_long_ids(self, value)
        return super()._check_values(value)  # type: ignore[misc]


class TakenField(forms.ChoiceField):
    """How they told us, which is kept with what they agreed to; mostly by phone."""

    def __init__(self, **kwargs: Any) -> None:
        told = [one for one in Taken.choices if one[0] != Taken.FILE]
        super().__init__(
            choices=told,
            initial=Taken.PHONE,
            label=_("How they told us"),
            help_text=_("Kept with what they agreed to."),
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        return super().clean(value) or Taken.PHONE


class RegisterForm(HouseModelForm[Patient]):
    """A new caller: the least that a chart needs, with a phone and its permission."""

    homes = HomesField()
    phone = PhoneField(required=False, label=_("Phone"))
    may_text = forms.BooleanField(
        required=False, label=_("They agreed to texts on this number")
    )
    may_call = forms.BooleanField(
        required=False, initial=True, label=_("Calls are fine")
    )
    email = forms.EmailField(required=False, label=_("E-mail"), max_length=254)
    taken = TakenField()

    class Meta:
        model = Patient
        fields = [*NAMES[:5], "spoken_language"]
        widgets = {"born_on": DateInput}


class DetailsForm(HouseModelForm[Patient]):
    homes = HomesField()

    class Meta:
        model = Patient
        fields = NAMES
        widgets = {"born_on": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A place that is no longer used stays a home until somebody unticks it.
        current = Q(homes__patient=self.instance, homes__is_current=True)
        places = Location.objects.filter(Q(is_active=True) | current).distinct()
        self.fields["homes"].queryset = places  # type: ignore[attr-defined]


class NeedsForm(HouseModelForm[Patient]):
    class Meta:
        model = Patient
        fields = NEEDS


class ContactForm(HouseModelForm[ContactPoint]):
    """One phone, e-mail or postal address; the kind decides which field shows."""

    taken = TakenField()

    class Meta:
        model = ContactPoint
        fields = ["label", "is_first", *SAFE]
        widgets = {"safe_from": TimeInput, "safe_until": TimeInput}
        help_texts = {
            "safe_from": _("Empty: any hour within the practice's own."),
            "may_name_practice": _("On voicemail, in texts and on envelopes."),
        }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        known = self.instance.value if self.instance.pk else None
        value = _VALUES[kind](initial=known)
        self.fields = {"value": value, **self.fields}
        self.fields["value"].label = ContactKind(kind).label
        for name in _OTHER_CHANNELS[kind]:
            del self.fields[name]


def _phone(initial: str | None) -> forms.Field:
    return PhoneField(initial=initial)


def _email(initial: str | None) -> forms.Field:
    return forms.EmailField(initial=initial, max_length=254)


def _postal(initial: str | None) -> forms.Field:
    return forms.CharField(
        initial=initial,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As on an envelope."),
    )


_VALUES = {"phone": _phone, "email": _email, "post": _postal}
_OTHER_CHANNELS = {
    "phone": ["may_write"],
    "email": [
        "may_text",
        "may_call",
        "may_leave_voicemail",
        "may_join_texts",
        "safe_from",
        "safe_until",
    ],
    "post": [
        "may_text",
        "may_call",
        "may_leave_voicemail",
        "may_join_texts",
        "name_used",
        "safe_from",
        "safe_until",
        "taken",
    ],
}


class PauseForm(HouseForm):
    until = forms.DateField(
        required=False,
        widget=DateInput,
        label=_("Nothing automatic until"),
        help_text=_("Empty: until somebody resumes."),
    )
    reason = forms.CharField(
        max_length=200, help_text=_("Such as a hospital stay or a bereavement.")
    )


class EndCareForm(HouseForm):
    reason = forms.CharField(max_length=200)


class DeathForm(HouseForm):
    died_on = forms.DateField(
        required=False, widget=DateInput, label=_("Date of death, if known")
    )


class AlertForm(HouseForm):
    text = forms.CharField(max_length=200, label=_("What everybody must see"))
    ends_on = forms.DateField(
        required=False, widget=DateInput, label=_("Last day"), help_text=_("Or empty.")
    )


class WatchForm(HouseForm):
    reason = forms.CharField(max_length=200, label=_("Why"))
    caller = forms.ModelChoiceField(
        StaffMember.objects.none(), label=_("Who calls"), empty_label=None
    )
    quiet_days = forms.IntegerField(
        min_value=1, max_value=90, initial=7, label=_("Call after quiet days")
    )
    ends_on = forms.DateField(widget=DateInput, label=_("Check on them until"))

    def __init__(
        self, *args: Any, callers: QuerySet[StaffMember], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caller"].queryset = callers  # type: ignore[attr-defined]


class CareTeamForm(HouseForm):
    staff = forms.ModelChoiceField(StaffMember.objects.none(), label=_("Who"))
    is_lead = forms.BooleanField(
        required=False,
        label=_("Own clinician"),
        help_text=_("Follow-ups and questions go here first."),
    )

    def __init__(
        self, *args: Any, people: QuerySet[StaffMember], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]


class ExternalIdForm(HouseForm):
    system = forms.CharField(max_length=40, help_text=_("Such as a laboratory."))
    value = forms.CharField(max_length=80, label=_("Number there"))


class RestrictForm(HouseForm):
    """What the page offered is what it does, whatever others did meanwhile."""

    is_restricted = forms.TypedChoiceField(
        choices=[("yes", _("Restrict")), ("no", _("Lift"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(max_length=200)

    @property
    def will_close(self) -> bool:
        return bool(self["is_restricted"].value() == "yes")


class BreakGlassForm(HouseForm):
    reason = forms.ChoiceField(
        choices=BreakGlassReason.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence; in a crisis it may stay empty."),
    )
    explanation.is_asked_for = True  # type: ignore[attr-defined]


class ReviewForm(HouseForm):
    was_justified = forms.ChoiceField(
        choices=[("yes", _("Justified")), ("no", _("Not justified"))],
        widget=forms.RadioSelect,
        label=_("Was it justified?"),
    )
    note = forms.CharField(
        required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
