"""The form of a walk-in: who sees them, from a list that begins with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
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
LONGEST_ID = 18


class WalkInForm(HouseForm):
    """With whom; and, where nobody is free, why they are squeezed in."""

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
        patient: Patient | None,
        may_squeeze: bool,
        staff: StaffMember,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff, self.patient = staff, patient
        self.answers = {f"{one.clinician.pk}": one for one in openings}
        self.others = {f"{SQUEEZE}{one.pk}": one for one in offering}
        choices = [(key, _words(one, zone)) for key, one in self.answers.items()]
        self.may_squeeze = may_squeeze and bool(self.others)
        if self.may_squeeze:
            choices += [
                (key, _("%(who)s, now, squeezed in") % {"who": one.name})
                for key, one in self.others.items()
            ]
            self._ask_why()
        else:
            del self.fields["reason"]
        field: Any = self.fields["seen_by"]
        field.choices = choices
        field.initial = choices[0][0] if choices else None

    def _ask_why(self) -> None:
        """Where nobody is free, everybody is squeezed in."""
        if not self.answers:
            field = self.fields["reason"]
            field.required, field.help_text = True, ""
            field.error_messages["required"] = _("Say why they are squeezed in.")

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.may_be_seen:
            self.errors.pop("seen_by", None)
            self.add_error(None, _("Nobody is free here any more."))
        chosen = answers.get("seen_by", "")
        self.opening = self.answers.get(chosen)
        answers["clinician"] = self.others.get(chosen)
        self.patient = self.patient or self._pressed()
        if self.patient is None:
            self.add_error(None, _("Say who is here: look for them, and press."))
        return answers

    @property
    def may_be_seen(self) -> bool:
        """Whether there is anybody to choose: free today, or squeezing them in."""
        return bool(self.answers) or self.may_squeeze

    def whom(self) -> Patient:
        """Who is here, once the form is right."""
        if self.patient is None:
            raise ValueError("A form that is not right is about nobody.")
        return self.patient

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

    def _pressed(self) -> Patient | None:
        """Whose name was pressed, among the charts that this person may change."""
        number = self.data.get("patient", "")
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_ID):
            return None
        ours = Patient.objects.usual_to(self.staff).unmerged()
        return ours.filter(pk=int(number)).first()


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
