"""The form of an appointment type: length, ways, people, places, instructions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from practice.forms.base import HouseModelForm, refuse_long_ids
from practice.models import Location, StaffMember
from scheduling.colours import COLOURS
from scheduling.forms.lengths import HOUR, LengthField
from scheduling.models import AppointmentType, TypeInstructions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.forms import BoundField
    from django_stubs_ext import StrOrPromise

LINKS = ("clinicians", "locations")
HALF_A_DAY, A_YEAR = 12 * 60, 366 * 24
WORDS = "words_"  # and the language of the instructions
# Sections: title, what it means, the fields in lines.
GROUPS: list[tuple[StrOrPromise, StrOrPromise, list[list[str]]]] = [
    (
        gettext_lazy("What it is"),
        gettext_lazy("Staff read the name. No message to a patient carries it."),
        [["name"], ["colour"], ["seats"]],
    ),
    (
        gettext_lazy("How long"),
        gettext_lazy(
            "In minutes. The time before and after is taken too: for notes, for "
            "airing the room. Visits that are booked already stay as they are."
        ),
        [["length", "buffer_before", "buffer_after"], ["step", "minimum_notice"]],
    ),
    (
        gettext_lazy("How people meet"),
        gettext_lazy("Whoever books chooses among these."),
        [
            ["is_in_person"],
            ["is_telehealth"],
            ["is_by_phone"],
            ["needs_room"],
            ["may_be_moved_by_link"],
        ],
    ),
    (
        gettext_lazy("Who and where"),
        gettext_lazy("Free times are searched among these people and places."),
        [["clinicians"], ["locations"]],
    ),
]


@dataclass(frozen=True, slots=True)
class Group:
    """One section of the page."""

    title: StrOrPromise
    words: StrOrPromise
    rows: Sequence[Sequence[BoundField]]


class ColourInput(forms.RadioSelect):
    """Colours to choose from, each as it will be."""

    option_template_name = "scheduling/_colour.html"
    template_name = "scheduling/_colours.html"


class _Chosen(forms.ModelMultipleChoiceField[Any]):
    """Boxes to tick, that no number of nonsense brings down."""

    widget = forms.CheckboxSelectMultiple

    def _check_values(self, value: Any) -> Any:
        refuse_long_ids(self, value)
        return super()._check_values(value)  # type: ignore[misc]


class TypeForm(HouseModelForm[AppointmentType]):
    """Everything of a type on one page."""

    template_name = "scheduling/_type_fields.html"
    length = LengthField(
        min_value=5, max_value=HALF_A_DAY, label=gettext_lazy("Minutes of the visit")
    )
    buffer_before = LengthField(
        min_value=0, max_value=240, initial=0, label=gettext_lazy("Minutes before it")
    )
    buffer_after = LengthField(
        min_value=0, max_value=240, initial=0, label=gettext_lazy("Minutes after it")
    )
    step = LengthField(
        min_value=5,
        max_value=HALF_A_DAY,
        label=gettext_lazy("May start every … minutes"),
        help_text=gettext_lazy("Counted from the start of the clinician's hours."),
    )
    minimum_notice = LengthField(
        unit=HOUR,
        min_value=0,
        max_value=A_YEAR,
        initial=0,
        label=gettext_lazy("Hours of notice"),
        help_text=gettext_lazy("Nobody is offered a time that is sooner."),
    )
    seats = forms.IntegerField(
        min_value=1,
        max_value=100,
        label=gettext_lazy("Seats"),
        help_text=gettext_lazy("More than one makes it a group."),
    )
    colour = forms.ChoiceField(
        choices=list(COLOURS.items()),
        widget=ColourInput,
        label=gettext_lazy("Colour in the calendar"),
    )
    clinicians = _Chosen(
        StaffMember.objects.none(), required=False, label=gettext_lazy("Offered by")
    )
    locations = _Chosen(
        Location.objects.none(),
        required=False,
        label=gettext_lazy("Held at"),
        help_text=gettext_lazy("None ticked: wherever these people work."),
    )

    class Meta:
        model = AppointmentType
        fields = [
            name
            for _title, _words, rows in GROUPS
            for row in rows
            for name in row
            if name not in LINKS
        ]
        labels = {
            "may_be_moved_by_link": gettext_lazy("Patients may move it by their link"),
        }

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["clinicians"]
        people.queryset = _people(self.instance)
        places: Any = self.fields["locations"]
        places.queryset = _places(self.instance)
        self._offer_old_colour()
        for language in languages:
            self.fields[WORDS + language] = _instructions(language)

    @property
    def groups(self) -> list[Group]:
        words = [[field] for field in self if field.name.startswith(WORDS)]
        known = [
            Group(title, about, [[self[name] for name in row] for row in rows])
            for title, about, rows in GROUPS
        ]
        about = _("Patients read it before the visit. No word about why they come.")
        return [*known, Group(_("Instructions for patients"), about, words)]

    def details(self) -> dict[str, Any]:
        answers = super().details()
        names = [name for name in answers if name.startswith(WORDS)]
        words = {name.removeprefix(WORDS): answers.pop(name) for name in names}
        return answers | {"instructions": words}

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        ways = ("is_in_person", "is_telehealth", "is_by_phone")
        if not any(answers.get(way) for way in ways):
            self.add_error("is_in_person", _("Choose at least one way to meet."))
        elif answers.get("needs_room") and not answers.get("is_in_person"):
            self.add_error("needs_room", _("A room is for visits in person."))
        return answers

    def _offer_old_colour(self) -> None:
        """A colour of before the choice stays possible."""
        old = self.instance.colour
        if self.instance.pk and old not in COLOURS:
            field: Any = self.fields["colour"]
            field.choices = [*COLOURS.items(), (old, _("As it is"))]


def instructions_of(kind: AppointmentType) -> Mapping[str, str]:
    """What a form of a type shows at first, by the names of its fields."""
    rows = TypeInstructions.objects.filter(type=kind)
    return {WORDS + row.language: row.words for row in rows}


def _people(kind: AppointmentType) -> Any:
    """Who may offer a type: all clinicians, and whoever offers it now."""
    now = Q(type_offers__type=kind.pk, type_offers__is_current=True)
    active = Q(is_active=True, is_clinician=True)
    offering = now if kind.pk else Q(pk__in=[])
    return StaffMember.objects.filter(active | offering).distinct().order_by("name")


def _places(kind: AppointmentType) -> Any:
    now = Q(type_places__type=kind.pk, type_places__is_current=True)
    held = now if kind.pk else Q(pk__in=[])
    return Location.objects.filter(Q(is_active=True) | held).distinct()


def _instructions(language: str) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
        label=_("In %(language)s")
        % {"language": get_language_info(language)["name_translated"]},
    )
