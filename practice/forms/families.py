"""Forms of family and helpers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import DateInput, HouseModelForm, PhoneField
from practice.languages import Language
from practice.models import Caregiver, Caregiving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Choices = Sequence[tuple[str, str]]


class RightsForm(HouseModelForm[Caregiving]):
    """What somebody is to the patient, and what they may do and know."""

    class Meta:
        model = Caregiving
        fields = [
            "relation",
            "household",
            "may_book",
            "may_be_told",
            "may_consent",
            "is_emergency_contact",
            "must_not_be_told",
            "proof",
            "proof_seen_on",
            "starts_on",
            "ends_on",
        ]
        widgets = {
            "proof_seen_on": DateInput,
            "starts_on": DateInput,
            "ends_on": DateInput,
        }


class NewCaregiverForm(RightsForm):
    """The same with who they are; who may be known already is asked about first."""

    NEW = "new"

    name = forms.CharField(max_length=120, label=gettext_lazy("Name"))
    phone = PhoneField(required=False, label=gettext_lazy("Phone"))
    email = forms.EmailField(
        required=False, label=gettext_lazy("E-mail"), max_length=254
    )
    language = forms.ChoiceField(
        choices=Language.choices, label=gettext_lazy("Language they read")
    )
    field_order = ["name", "phone", "email", "language"]

    def __init__(
        self, *args: Any, look_up: Callable[..., Choices], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.look_up = look_up

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        typed = {name: answers.get(name) for name in ("name", "phone", "email")}
        words = {name: str(value or "") for name, value in typed.items()}
        if found := self.look_up(**words):
            self._ask_whether(found)
        return answers

    def _ask_whether(self, found: Choices) -> None:
        """Ask whether it is one of those known, above all other questions."""
        choices = [*found, (self.NEW, _("None of them: somebody new"))]
        question = forms.ChoiceField(
            choices=choices,
            widget=forms.RadioSelect,
            label=_("Known already? Is it one of these people?"),
        )
        self.fields = {"known": question, **self.fields}
        answer = self.data.get("known", "")
        if answer in dict(choices):
            self.cleaned_data["known"] = answer
            return
        self.add_error(
            "known",
            _(
                "Somebody with this name or number is on a chart already. Choose them, "
                "so that one person has one entry."
            ),
        )


class PersonForm(HouseModelForm[Caregiver]):
    """Who a caregiver is, on every chart that they are on."""

    chart = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("Are they seen here too?"),
        help_text=gettext_lazy("Their own chart: one person, two roles."),
    )

    class Meta:
        model = Caregiver
        fields = ["name", "language"]
        labels = {"language": gettext_lazy("Language they read")}

    def __init__(self, *args: Any, charts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.fields["chart"]
        question.choices = [("", _("No, or not known")), *charts]  # type: ignore[attr-defined]
        question.initial = str(self.instance.own_chart_id or "")
        if not charts:
            del self.fields["chart"]
