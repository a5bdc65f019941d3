"""Booking: what, with whom, where and when; times by the clock of the location."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.forms.base import HouseForm, MomentInput
from practice.forms.moments import FIRST_DAY, LAST_DAY, OUT_OF_RANGE
from practice.models import Location, StaffMember
from scheduling import minutes, sight
from scheduling.booking import Plan
from scheduling.forms.choices import DropDown, Named
from scheduling.forms.drawn import DrawnField
from scheduling.models import AppointmentType, Modality, Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

LONGEST_NUMBER = 12
NUMBERS_OF_SLOT = 3
LONGEST_MINUTES = 12 * 60


class Pressed(NamedTuple):
    """What the button of a free time stands for; the way only where it says one."""

    clinician: int
    place: int
    minute: int
    way: str = ""


class WallClockField(forms.Field):
    """A day and a time as a clock on a wall shows them, in no zone as yet."""

    widget = MomentInput
    default_error_messages = {"invalid": gettext_lazy("Write a day and a time.")}

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        found = wall_of(value)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not FIRST_DAY <= found.date() <= LAST_DAY:
            raise ValidationError(OUT_OF_RANGE)
        return found


class PlanForm(HouseForm):
    """The plan of a visit. A pressed free time, `slot`, stands for three answers.

    `edition` is the version of the visit that was shown to whoever moves it.
    """

    bound_field_class = DrawnField
    type = Named(
        AppointmentType.objects.filter(is_active=True),
        label=gettext_lazy("What for"),
        empty_label=gettext_lazy("Choose"),
        widget=DropDown,
    )
    clinician = Named(
        StaffMember.objects.none(),
        label=gettext_lazy("With whom"),
        empty_label=gettext_lazy("Choose"),
        widget=DropDown,
    )
    location = Named(
        Location.objects.none(),
        label=gettext_lazy("Where"),
        empty_label=gettext_lazy("Choose"),
        widget=DropDown,
    )
    starts_at = WallClockField(label=gettext_lazy("When, by the clock of the place"))
    modality = forms.ChoiceField(
        label=gettext_lazy("How"), choices=Modality.choices, widget=DropDown
    )
    room = Named(
        Room.objects.filter(is_active=True),
        label=gettext_lazy("Room"),
        required=False,
        empty_label=gettext_lazy("The first that is free"),
        widget=DropDown,
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("Empty: as long as the type says."),
        required=False,
        min_value=5,
        max_value=LONGEST_MINUTES,
    )
    slot = forms.CharField(required=False, widget=forms.HiddenInput)
    despite = forms.BooleanField(required=False, widget=forms.HiddenInput)
    soon = forms.BooleanField(required=False, widget=forms.HiddenInput)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)
    despite_reason = forms.CharField(
        label=gettext_lazy("Why all the same"), required=False, max_length=200
    )

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["clinician"]
        people.queryset = sight.clinicians_of(staff)
        places: Any = self.fields["location"]
        places.queryset = sight.open_places(staff)
        self.planned: Plan | None = None

    def clean_submission(self) -> UUID | None:
        """Two free times pressed on one page are two acts; one pressed twice is one."""
        key: UUID | None = self.cleaned_data.get("submission")
        said = [self.data.get(name, "") for name in ("starts_at", "clinician")]
        return uuid5(key, "|".join(said)) if key else None

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("despite") and not answers.get("despite_reason", "").strip():
            self.add_error("despite_reason", _("Say why it is booked all the same."))
        room, location = answers.get("room"), answers.get("location")
        if room and location and room.location_id != location.pk:
            self.add_error("room", _("That room is at another location."))
        if "starts_at" in answers and location:
            try:
                at = self._instant(answers["starts_at"], location.time_zone)
            except zones.NoSuchTime as refusal:
                self.add_error("starts_at", str(refusal))
            else:
                answers["starts_at"] = at
        if not self.errors:
            self.planned = self._plan(answers)
        return answers

    def _instant(self, wall: datetime, zone: str) -> datetime:
        """What was typed as an instant; a pressed time is known to the minute."""
        if (pressed := read_slot(self.cleaned_data.get("slot", ""))) is not None:
            exactly = minutes.instant_of(pressed.minute)
            if on_wall(exactly, zone) == wall:
                return exactly
        return zones.instant(wall.date(), wall.time(), zone)

    def plan(self) -> Plan:
        """The plan of a form that is right; it stays when a rule says no to it."""
        if self.planned is None:
            raise ValueError("A form that is not right has no plan.")
        return self.planned

    def _plan(self, answers: Mapping[str, Any]) -> Plan:
        return Plan(
            type=answers["type"],
            clinician=answers["clinician"],
            location=answers["location"],
            starts_at=answers["starts_at"],
            modality=answers["modality"],
            room=answers["room"],
            length=timedelta(minutes=said) if (said := answers["minutes"]) else None,
        )


class BookForm(PlanForm):
    """Booking for one patient or several, with the desk's note."""

    desk_note = forms.CharField(
        label=gettext_lazy("Note for the desk"),
        help_text=gettext_lazy("Patients never see it."),
        required=False,
        max_length=300,
    )


def with_slot(data: QueryDict) -> QueryDict:
    """What was sent, with the answers for which a pressed free time stands."""
    pressed = read_slot(data.get("slot", ""))
    if pressed is None:
        return data
    location = Location.objects.filter(pk=pressed.place).first()
    if location is None:
        return data
    data = data.copy()
    at = on_wall(minutes.instant_of(pressed.minute), location.time_zone)
    data["clinician"], data["location"] = str(pressed.clinician), str(pressed.place)
    if pressed.way:
        data["modality"] = pressed.way
    data["starts_at"] = f"{at:%Y-%m-%dT%H:%M}"
    return data


def wall_of(value: object) -> datetime | None:
    """A day and a time to the minute, without a zone; None for anything else."""
    try:
        found = datetime.fromisoformat(str(value or "").strip())
    except ValueError:
        return None
    return None if found.tzinfo else found.replace(second=0, microsecond=0)


def on_wall(at: datetime, zone: str) -> datetime:
    """What the clock of `zone` shows, without the zone."""
    day = zones.local_day(at, zone)
    return datetime.combine(day, zones.wall_clock(at, zone)).replace(tzinfo=None)


def read_slot(text: str) -> Pressed | None:
    """What a pressed free time says; None for anything else."""
    *numbers, last = text.split(".")
    way = last if last in Modality.values else ""
    numbers += [] if way else [last]
    if len(numbers) != NUMBERS_OF_SLOT or not all(map(_is_number, numbers)):
        return None
    clinician, place, minute = map(int, numbers)
    pressed = Pressed(clinician, place, minute, way)
    return pressed if minutes.named(pressed.minute) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
