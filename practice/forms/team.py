"""Forms of the team: accounts, roles, clinicians, absences, the on-call rota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from practice.forms.base import (
    HouseForm,
    HouseModelForm,
    TimeInput,
    refuse_long_ids,
)
from practice.forms.moments import StretchForm
from practice.languages import Language
from practice.models import (
    AbsenceKind,
    Clinician,
    Location,
    Role,
    StaffMember,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

# What each role opens, for the person who gives it; the table is practice.access.
ROLE_WORDS: dict[Role, StrOrPromise] = {
    Role.FRONT_DESK: gettext_lazy(
        "Front desk: registers patients, keeps contact data, does tasks; "
        "sees the charts of their own locations."
    ),
    Role.CLINICIAN: gettext_lazy(
        "Clinician: reads the charts of their own locations and patients, "
        "sets alerts, asks for check-ins."
    ),
    Role.MANAGER: gettext_lazy(
        "Manager: all locations, staff, rota, settings, scorecard, merging of charts."
    ),
    Role.AUDITOR: gettext_lazy(
        "Auditor: reads how the practice works and changes nothing; "
        "opens a chart only with a reason that is reviewed."
    ),
}
WORKING_ROLES = (Role.FRONT_DESK, Role.CLINICIAN, Role.MANAGER)


class RolesField(forms.TypedMultipleChoiceField):
    """Roles as boxes to tick, each with what it opens."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Roles"))
        choices = [(role.value, words) for role, words in ROLE_WORDS.items()]
        super().__init__(choices=choices, coerce=Role, **kwargs)


class PlacesField(forms.ModelMultipleChoiceField[Location]):
    """The locations where somebody works, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Works at"))
        kwargs.setdefault(
            "help_text", gettext_lazy("They see the charts of these locations.")
        )
        super().__init__(
            Location.objects.filter(is_active=True), required=False, **kwargs
        )

    def _check_values(self, value: Any) -> Any:
        refuse_long_ids(self, value)
        return super()._check_values(value)  # type: ignore[misc]


class InviteForm(HouseModelForm[StaffMember]):
    """A new colleague; the invitation goes to the address given."""

    phone = PhoneNumberField(region="US", required=False, label=gettext_lazy("Phone"))
    roles = RolesField()
    locations = PlacesField()

    class Meta:
        model = StaffMember
        fields = ["name", "email", "phone"]
        labels = {"email": gettext_lazy("E-mail")}
        help_texts = {
            "email": gettext_lazy(
                "They sign in with it. The invitation goes there and lasts 72 hours."
            )
        }

    def clean_email(self) -> str:
        return free_address(self.cleaned_data["email"])


def free_address(email: str, *, but: int = 0) -> str:
    """An address as it is stored, refused where somebody else has it already."""
    email = email.strip().lower()
    if StaffMember.objects.filter(email__iexact=email).exclude(pk=but).exists():
        raise forms.ValidationError(_("Somebody already signs in with this address."))
    return email


class StaffForm(HouseModelForm[StaffMember]):
    phone = PhoneNumberField(region="US", required=False, label=gettext_lazy("Phone"))
    locations = PlacesField()

    class Meta:
        model = StaffMember
        fields = ["name", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Q(placements__staff=self.instance, placements__is_current=True)
        places = Location.objects.filter(Q(is_active=True) | current).distinct()
        self.fields["locations"].queryset = places  # type: ignore[attr-defined]


class AddressForm(HouseModelForm[StaffMember]):
    """The address somebody signs in with."""

    class Meta:
        model = StaffMember
        fields = ["email"]
        labels = {"email": gettext_lazy("New e-mail")}

    def clean_email(self) -> str:
        return free_address(self.cleaned_data["email"], but=self.instance.pk)


class LostFactorForm(HouseForm):
    reason = forms.CharField(
        max_length=200,
        label=gettext_lazy("How you know that it is them"),
        help_text=gettext_lazy(
            "Such as: called back on the number on file, or standing here. Kept."
        ),
    )


class RolesForm(HouseForm):
    roles = RolesField()
    reason = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Kept with the change."),
    )


class CloseAccountForm(HouseForm):
    reason = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Kept with the change."),
    )
    tasks_to = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in WORKING_ROLES],
        coerce=Role,
        label=gettext_lazy("Their open tasks go to"),
    )

    def __init__(self, *args: Any, open_tasks: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not open_tasks:
            del self.fields["tasks_to"]


class ClinicianForm(HouseModelForm[Clinician]):
    """What patients and the calendar need to know of a clinician."""

    languages = forms.MultipleChoiceField(
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Speaks"),
        help_text=gettext_lazy("Well enough for a visit without an interpreter."),
    )

    class Meta:
        model = Clinician
        fields = [
            "credentials",
            "speciality",
            "languages",
            "gender",
            "colour",
            "offers_telehealth",
            "takes_new_patients",
        ]
        widgets = {"colour": forms.TextInput(attrs={"type": "color"})}
        labels = {"takes_new_patients": gettext_lazy("Takes new patients")}
        help_texts = {
            "gender": gettext_lazy(
                "Patients may wish for a clinician of a certain gender."
            ),
            "colour": gettext_lazy("Of their column in the calendar."),
        }

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).lower()


class AbsenceForm(StretchForm):
    """When somebody is away, and who answers for them meanwhile."""

    leads = ("kind",)
    kind = forms.ChoiceField(choices=AbsenceKind.choices, label=gettext_lazy("Why"))
    cover = forms.ModelChoiceField(
        StaffMember.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        label=gettext_lazy("Covered by"),
        help_text=gettext_lazy("Their tasks and questions go there meanwhile."),
    )

    def __init__(
        self, *args: Any, covers: QuerySet[StaffMember], is_own: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].queryset = covers  # type: ignore[attr-defined]
        if is_own:
            del self.fields["kind"]


class OnCallForm(StretchForm):
    """One dated turn on the on-call rota."""

    leads = ("staff",)
    staff = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
    )
    starts_time = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    ends_time = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)
    rank = forms.TypedChoiceField(
        choices=[
            (1, gettext_lazy("First: called at once")),
            (2, gettext_lazy("Second: when the first does not answer")),
            (3, gettext_lazy("Third")),
        ],
        coerce=int,
        label=gettext_lazy("Place in the order"),
    )

    def __init__(
        self, *args: Any, people: QuerySet[StaffMember], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]
