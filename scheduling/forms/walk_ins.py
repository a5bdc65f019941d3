"""The form of a walk-in: who sees them, from a list that begins with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import searching, zones
from practice.forms.base import HouseForm
from practice.models import Location, Patient, StaffMember
from scheduling.booking import Plan
from scheduling.models import AppointmentType, Attendee
from scheduling.states import LIVE
from scheduling.walking_in import way_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scheduling.walking_in import Opening

SQUEEZE = "now-"
MOST_FOUND = 8


class WalkInForm(HouseForm):
    """With whom; and, where nobody is free, why they are squeezed in."""

    who = forms.CharField(
        label=gettext_lazy("Who is here"),
        max_length=100,
        help_text=gettext_lazy("Name, or name and date of birth."),
    )
    patient = forms.CharField(
        label=gettext_lazy("Whom do you mean?"),
        widget=forms.RadioSelect,
        required=False,
    )
    seen_by = forms.ChoiceField(
        label=gettext_lazy("Who sees them"), widget=forms.RadioSelect
    )
    opening: Opening | None = None
    reason = forms.CharField(
        label=gettext_lazy("Why they are squeezed in"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only where nobody is free."),
    )

    def __init__(
        self,
        *args: Any,
        openings: Sequence[Opening],
        offering: Sequence[StaffMember],
        zone: str,
        asks_patient: bool,
        may_squeeze: bool,
        staff: StaffMember,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.now = staff, now
        self.answers = {f"{one.clinician.pk}": one for one in openings}
        self.others = {f"{SQUEEZE}{one.pk}": one for one in offering}
        choices = [(key, _words(one, zone)) for key, one in self.answers.items()]
        if may_squeeze:
            choices += [
                (key, _("%(who)s, now, squeezed in") % {"who": one.name})
                for key, one in self.others.items()
            ]
        else:
            del self.fields["reason"]
        field: Any = self.fields["seen_by"]
        field.choices = choices
        field.initial = choices[0][0] if choices else None
        self.found: list[Patient] = []
        if asks_patient:
            self._offer()
        else:
            del self.fields["who"], self.fields["patient"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        chosen = answers.get("seen_by", "")
        self.opening = self.answers.get(chosen)
        answers["clinician"] = self.others.get(chosen)
        if "who" in self.fields:
            answers["patient"] = self._chosen()
        return answers

    @property
    def is_squeezed_in(self) -> bool:
        return self.opening is None

    def plan(self, kind: AppointmentType, place: Location, now: datetime) -> Plan:
        """With whoever was chosen: at their free time, or now."""
        one = self.opening
        who = one.clinician if one else self.cleaned_data["clinician"]
        at = one.starts_at if one else now
        room = one.room if one else None
        return Plan(kind, who, place, at, modality=way_of(kind), room=room)

    def _offer(self) -> None:
        """Find who was typed, among the charts that this person may change."""
        if typed := self.data.get("who", "").strip()[:100]:
            found = searching.find_people(typed, staff=self.staff, now=self.now)
            ids = [one.patient_id for one in found if one.may_open][:MOST_FOUND]
            rows = Patient.objects.usual_to(self.staff).in_bulk(ids)
            self.found = [rows[pk] for pk in ids if pk in rows]
        if not self.found:
            del self.fields["patient"]
            return
        choices = [
            (
                str(row.pk),
                _("%(name)s, born %(born)s")
                % {"name": row.display_name, "born": row.born_on},
            )
            for row in self.found
        ]
        self.fields["patient"].widget.choices = choices

    def _chosen(self) -> Patient | None:
        pressed = self.data.get("patient", "")
        chosen = {str(row.pk): row for row in self.found}.get(pressed)
        if chosen is None and self.found:
            self.add_error("patient", _("Choose, and press the button once more."))
        elif chosen is None and self.data.get("who", "").strip():
            self.add_error("who", _("Nobody of that name among your charts."))
        return chosen


def types_at(place: Location) -> list[AppointmentType]:
    """What is held at a place, the shortest first."""
    rows = AppointmentType.objects.filter(is_active=True, seats=1)
    elsewhere = rows.filter(places__is_current=True).exclude(
        places__is_current=True, places__location=place
    )
    held = rows.exclude(pk__in=elsewhere.values("pk"))
    return list(held.order_by("length", "name"))


def type_for(
    patient: Patient | None, kinds: Sequence[AppointmentType], asked: str
) -> AppointmentType | None:
    """The type asked for, else what the patient had last, else the shortest."""
    if pressed := next((one for one in kinds if str(one.pk) == asked), None):
        return pressed
    last = None
    if patient is not None:
        rows = Attendee.objects.filter(patient=patient, status__in=LIVE)
        rows = rows.filter(is_withdrawn=False).order_by("-appointment__starts_at")
        last = rows.values_list("appointment__type", flat=True).first()
    usual = (one for one in kinds if one.pk == last)
    return next(usual, next(iter(kinds), None))


def _words(opening: Opening, zone: str) -> str:
    at = time_format(zones.wall_clock(opening.starts_at, zone))
    words = _("%(who)s, free at %(at)s") % {"who": opening.clinician.name, "at": at}
    return f"{words} · {opening.room.name}" if opening.room else words
