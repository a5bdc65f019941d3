"""Looking for a free time: what is asked, each answer optional but the type."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import refuse_long_ids
from practice.forms.moments import DayField
from practice.models import Location, StaffMember, Weekday
from practice.models.staff import Gender
from scheduling import sight
from scheduling.finding import AFTERNOON, EVENING, MORNING, Question
from scheduling.forms.choices import Boxes, Buttons, Named, Names, names_of
from scheduling.forms.drawn import DrawnField
from scheduling.genders import Meant, of_genders
from scheduling.hours import Filter
from scheduling.models import AppointmentType, Modality

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.forms import BoundField
    from django.http import QueryDict

PARTS = {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING}
PART_WORDS = [
    ("morning", gettext_lazy("Morning")),
    ("afternoon", gettext_lazy("Afternoon")),
    ("evening", gettext_lazy("Evening")),
]
USUAL = timedelta(days=28)
LONGEST = timedelta(days=184)
NARROW = ("weekday", "part", "first", "last", "soon", "gender")
# No clinicians would mean any; nobody has this number.
NOBODY = (0,)


class Several(forms.ModelMultipleChoiceField[Any]):
    """Any of these; a number that no column holds is no fault of the database."""

    widget = Boxes
    iterator = Names

    def clean(self, value: Any) -> Any:
        refuse_long_ids(self, value or [])
        return super().clean(value)


class SearchForm(forms.Form):
    """The next free times for this type: any of these, where nothing means any."""

    data: QueryDict
    bound_field_class = DrawnField
    type = Named(
        AppointmentType.objects.filter(is_active=True),
        label=gettext_lazy("What for"),
        empty_label=None,
        widget=Buttons,
    )
    clinician = Several(
        StaffMember.objects.none(), label=gettext_lazy("With"), required=False
    )
    location = Several(
        Location.objects.none(), label=gettext_lazy("Where"), required=False
    )
    modality = forms.MultipleChoiceField(
        label=gettext_lazy("How"),
        choices=Modality.choices,
        required=False,
        widget=Boxes,
    )
    weekday = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        choices=[(day.value, str(day.label)[:3]) for day in Weekday],
        coerce=int,
        required=False,
        widget=Boxes,
    )
    part = forms.MultipleChoiceField(
        label=gettext_lazy("Part of the day"),
        choices=PART_WORDS,
        required=False,
        widget=Boxes,
    )
    gender = forms.MultipleChoiceField(
        label=gettext_lazy("The clinician's gender"),
        choices=[one for one in Gender.choices if one[0] != Gender.UNSAID],
        required=False,
        widget=Boxes,
    )
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("Until"), required=False)
    soon = forms.BooleanField(
        label=gettext_lazy("Sooner than the notice of the type"), required=False
    )

    def __init__(
        self, *args: Any, staff: StaffMember, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.staff = staff
        people: Any = self.fields["clinician"]
        people.queryset = sight.clinicians_of(staff).order_by("name", "pk")
        places: Any = self.fields["location"]
        places.queryset = sight.open_places(staff)

    @property
    def asked_first(self) -> list[BoundField]:
        """What is asked on first sight; the rest is a press away."""
        return [self[name] for name in ("type", "clinician", "location", "modality")]

    @property
    def asked_then(self) -> list[BoundField]:
        return [self[name] for name in NARROW]

    @property
    def is_narrow(self) -> bool:
        return any(self.data.getlist(name) for name in NARROW)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        first = max(answers.get("first") or self.today, self.today)
        last = answers.get("last") or first + USUAL
        if last < first:
            self.add_error("last", _("The end comes before the start."))
        last = min(last, first + LONGEST)
        return {**answers, "first": first, "last": last}

    @cached_property
    def meant(self) -> Meant:
        """The clinicians who come into question, of a form that is right."""
        answers, people = self.cleaned_data, self._any_of("clinician")
        if not answers["gender"]:
            return Meant(people, 0)
        return of_genders(answers["type"], people, answers["gender"])

    def question(self) -> Question:
        answers = self.cleaned_data
        kind: AppointmentType = answers["type"]
        return Question(
            type=kind,
            first=answers["first"],
            last=answers["last"],
            clinicians=self.meant.clinicians or NOBODY,
            places=self._any_of("location"),
            modalities=answers["modality"],
            wish=Filter(
                weekdays=answers["weekday"],
                parts=[PARTS[name] for name in answers["part"]],
            ),
            notice=not answers["soon"],
        )

    def _any_of(self, name: str) -> Collection[int]:
        """Those that were chosen, or all among which this person chooses."""
        field: Any = self.fields[name]
        if chosen := self.cleaned_data[name]:
            return [row.pk for row in chosen]
        return [pk for pk, _name in names_of(field)]
