"""The living style page: every component in every state; there while debugging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import clock
from practice.access import Capability, public
from practice.contributions import Moment
from practice.forms.base import DateInput, TimeInput
from practice.forms.birth_date import BirthDateBoxes
from practice.management.commands.vendor import ICONS
from practice.navigation import Place
from practice.searching import Found
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

LOCATIONS = [("1", "Riverside"), ("2", "Old Town"), ("3", "Westfield (step-free)")]
CHANNELS = [("text", "Text"), ("call", "Call"), ("email", "E-mail")]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(max_length=80, help_text="As on the insurance card.")
    email = forms.EmailField(label="E-mail", required=False)
    born_on = forms.DateField(label="Date of birth", widget=BirthDateBoxes)
    seen_on = forms.DateField(label="First seen", widget=DateInput, required=False)
    opens = forms.TimeField(widget=TimeInput, required=False)
    language = forms.ChoiceField(choices=[("en", "English"), ("es", "Spanish")])
    channel = forms.ChoiceField(
        label="Preferred channel", choices=CHANNELS, widget=forms.RadioSelect
    )
    homes = forms.MultipleChoiceField(
        label="Usually seen at",
        choices=LOCATIONS,
        widget=forms.CheckboxSelectMultiple,
        help_text="Staff of these locations see the chart.",
    )
    may_text = forms.BooleanField(
        label="They agreed to texts on this number", required=False
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    proof = forms.FileField(required=False)
    code = forms.CharField(
        label="Chart number", disabled=True, initial="W-20418", required=False
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody to show, with a name that is hard to show."""

    display_name: str
    initials: str
    born: str
    state: str = PatientState.ACTIVE


PEOPLE = [
    Sample("Maya Álvarez", "MÁ", "1988"),
    Sample("Wolfeschlegelsteinhausenbergerdorff-Ó Súilleabháin", "WÓ", "1951"),
    Sample("محمد عبد الرحمن السيد", "م", "1979", PatientState.PAUSED),
    Sample("佐藤 結衣", "佐", "2015"),
    Sample("Nguyễn Thị Ánh", "NÁ", "1967", PatientState.ENDED),
    Sample("Björk", "B", "1940", PatientState.DECEASED),
]


@public
def style(request: HttpRequest) -> HttpResponse:
    """Show the design system; nothing here is real."""
    return render(request, "style.html", _context())


def _context() -> dict[str, Any]:
    wrong = {"email": "maya@", "born_on_day": "31", "born_on_month": "2"}
    return {
        "navigation": _navigation(),
        "can": {Capability.FIND_PATIENTS.value},
        "form": SampleForm(auto_id="plain_%s"),
        "wrong": SampleForm(wrong | {"born_on_year": "1988"}, auto_id="wrong_%s"),
        "people": PEOPLE,
        "found": _found(),
        "moments": _moments(),
        "states": PatientState.values,
        "tones": ["good", "info", "warn", "bad", "done", ""],
        "icons": sorted(ICONS),
        "swatches": ["#0b5a4c", "#3662b5", "#a66a12", "#b33a3a"],
        "today": clock.now().date(),
        "long_ago": clock.now() - timedelta(days=900),
        "soon": clock.now() + timedelta(hours=2),
    }


def _navigation() -> Sequence[Place]:
    here = reverse("style")
    names = [("Today", "home"), (_("Patients"), "users"), ("Tasks", "list-todo")]
    names += [("Team", "stethoscope"), ("Scorecard", "bar-chart"), ("Style", "star")]
    return [
        Place(label, here, icon, is_current=label == "Style", shortcut=label[0].lower())
        for label, icon in names
    ]


def _found() -> Sequence[Found]:
    return [
        Found(
            patient_id=number,
            name=person.display_name,
            initials=person.initials,
            birth_year=int(person.born),
            state=person.state,
            state_label="",
            may_open=number != 2,
        )
        for number, person in enumerate(PEOPLE[:4], start=1)
    ]


def _moments() -> Sequence[Moment]:
    now = clock.now()
    return [
        Moment(now, "Phone added", "phone", by="Ines Novak", detail="May text"),
        Moment(now - timedelta(days=3), "Care team changed", "stethoscope", by="Ines"),
        Moment(now - timedelta(days=90), "Registered", "user-plus", by="Ines Novak"),
    ]
