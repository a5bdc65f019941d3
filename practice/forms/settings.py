"""Forms of the settings: the practice, its locations, its closures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.forms.base import HouseForm, HouseModelForm, TimeInput
from practice.forms.moments import DayField
from practice.models import Location, Practice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise

# The page's sections: title, what a change does and to whom, the fields.
GROUPS: list[tuple[StrOrPromise, StrOrPromise, list[str]]] = [
    (
        gettext_lazy("The practice"),
        gettext_lazy("Stands on every page, message and letter."),
        ["name", "time_zone", "phone", "urgent_phone"],
    ),
    (
        gettext_lazy("Quiet hours and emergencies"),
        gettext_lazy("For everybody who gets texts from you, from the next text on."),
        ["quiet_from", "quiet_until", "crisis_line", "crisis_line_es"],
    ),
    (
        gettext_lazy("Law and languages"),
        gettext_lazy(
            "The profile sets the ages at which patients decide for themselves and "
            "the emergency numbers that messages name. Ask a lawyer before you change "
            "it."
        ),
        ["jurisdiction", "languages"],
    ),
    (
        gettext_lazy("Words"),
        gettext_lazy(
            "All pages for staff, and the English pages for patients, say these words "
            "from the next page on. Spanish pages keep theirs; so does what is already "
            "written: tasks, reasons, printed sheets."
        ),
        ["patient_word", "visit_word", "clinician_word"],
    ),
    (
        gettext_lazy("Security"),
        gettext_lazy("For everybody who signs in, from their next click on."),
        ["idle_minutes"],
    ),
]


@dataclass(frozen=True, slots=True)
class Group:
    """One section of the practice's page."""

    title: StrOrPromise
    words: StrOrPromise
    fields: Sequence[BoundField]


class ZoneField(forms.ChoiceField):
    """A time zone to choose, those of the United States first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Time zone"))
        super().__init__(choices=zones.choices, **kwargs)


class PracticeForm(HouseModelForm[Practice]):
    """The practice's own facts, in sections."""

    template_name = "settings/_groups.html"
    time_zone = ZoneField(
        help_text=gettext_lazy(
            "Of what belongs to no location: the on-call rota and office hours. "
            "Every location has its own."
        )
    )
    languages = forms.MultipleChoiceField(
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Languages of the patient pages"),
    )
    idle_minutes = forms.IntegerField(
        min_value=5,
        max_value=30,
        label=gettext_lazy("Sign off after idle minutes"),
        help_text=gettext_lazy(
            "5 to 30. A short time protects a screen that others can see; two minutes "
            "before, a warning asks whether somebody is there."
        ),
    )

    class Meta:
        model = Practice
        fields = [name for _title, _words, names in GROUPS for name in names]
        widgets = {
            "quiet_from": TimeInput,
            "quiet_until": TimeInput,
            "crisis_line": forms.Textarea(attrs={"rows": 2}),
            "crisis_line_es": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "quiet_from": gettext_lazy("Quiet from"),
            "quiet_until": gettext_lazy("Quiet until"),
            "jurisdiction": gettext_lazy("Legal profile"),
            "patient_word": gettext_lazy("Who is seen is a"),
            "visit_word": gettext_lazy("What they come for is a"),
            "clinician_word": gettext_lazy("Who sees them is a"),
        }
        help_texts = {
            "quiet_from": gettext_lazy(
                "No automatic text leaves from then on, by the clock of their "
                "location. Any two times; they may run over midnight."
            ),
            "quiet_until": gettext_lazy(
                "A person's reply and news of a visit in the next 24 hours still go."
            ),
        }

    @property
    def groups(self) -> list[Group]:
        return [
            Group(title, words, [self[name] for name in names])
            for title, words, names in GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if "quiet_from" in answers and answers["quiet_from"] == answers.get(
            "quiet_until"
        ):
            words = _("Quiet hours must begin and end at different times.")
            self.add_error("quiet_until", words)
        return answers


class LocationForm(HouseModelForm[Location]):
    time_zone = ZoneField(
        help_text=gettext_lazy(
            "Hours and visits here are told by this clock, to staff and to patients."
        )
    )

    class Meta:
        model = Location
        fields = [
            "name",
            "short_name",
            "address",
            "state",
            "time_zone",
            "phone",
            "directions",
            "is_step_free",
            "is_active",
        ]
        widgets = {"address": forms.Textarea(attrs={"rows": 4})}
        labels = {
            "is_step_free": gettext_lazy("Can be reached without a step"),
            "is_active": gettext_lazy("We work here"),
        }
        help_texts = {
            "short_name": gettext_lazy("For narrow places, such as “Harlem”."),
            "directions": gettext_lazy("Such as the bus, the bell, the floor."),
            "is_active": gettext_lazy(
                "Without the tick nobody can be placed here any more and its hours "
                "count no longer; what happened here stays."
            ),
        }


class ClosureForm(HouseForm):
    """Days on which one location, or all of them, is shut."""

    location = forms.ModelChoiceField(
        Location.objects.filter(is_active=True),
        required=False,
        empty_label=gettext_lazy("Every location"),
        label=gettext_lazy("Where"),
    )
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(
        label=gettext_lazy("Last day"), help_text=gettext_lazy("Shut on this day too.")
    )
    reason = forms.CharField(
        max_length=120,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Staff read it, and patients may: such as “Holiday”."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        first, last = answers.get("starts_on"), answers.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        elif last and last < self.today:
            self.add_error("ends_on", _("These days are over already."))
        return answers
