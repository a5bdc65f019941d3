"""What is asked about a visit: why it is cancelled, what was wrong, its details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.forms.base import HouseForm
from scheduling.models import Modality, Room
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduling.models import Appointment

REASONS = [
    ("Ill", _("Ill")),
    ("Work, school or family", _("Work, school or family")),
    ("No way to get here", _("No way to get here")),
    ("Another time suits better", _("Another time suits better")),
    ("No longer needed", _("No longer needed")),
    ("Clinician cannot", _("Clinician cannot")),
]
WHO_CANCELS = [
    (Status.CANCELLED, _("The patient")),
    (Status.CANCELLED_LATE, _("The patient, late")),
    (Status.CALLED_OFF, _("The practice")),
]


class CancelForm(HouseForm):
    """Who does not come, who says so, and why."""

    attendees = forms.TypedMultipleChoiceField(
        label=_("Who does not come"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    status = forms.ChoiceField(
        label=_("Who cancels"), choices=WHO_CANCELS, widget=forms.RadioSelect
    )
    usual_reason = forms.ChoiceField(
        label=_("Why"), choices=REASONS, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Or why else"), required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        names: Sequence[tuple[int, str]],
        late_words: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].help_text = late_words
        field: Any = self.fields["attendees"]
        field.choices = names
        field.initial = [pk for pk, _name in names]
        if len(names) == 1:
            field.widget = forms.MultipleHiddenInput()

    def details(self) -> dict[str, Any]:
        answers = super().details()
        usual = answers.pop("usual_reason")
        return {**answers, "reason": answers["reason"].strip() or usual}


class CallOffForm(HouseForm):
    """Why a session does not take place."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class CorrectForm(HouseForm):
    """What is right, and what was wrong."""

    attendee = forms.TypedChoiceField(label=_("For whom"), coerce=int)
    status = forms.ChoiceField(label=_("What is right"))
    reason = forms.CharField(label=_("What was wrong"), max_length=200)

    def __init__(
        self,
        *args: Any,
        names: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        whom: Any = self.fields["attendee"]
        whom.choices = names
        if len(names) == 1:
            whom.initial, whom.widget = names[0][0], forms.HiddenInput()
        status: Any = self.fields["status"]
        status.choices = [("", _("Choose")), *Status.choices]


class DetailsForm(HouseForm):
    """Room, way to meet and the desk's note: what is no move."""

    modality = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    room = forms.ModelChoiceField(
        Room.objects.none(), label=_("Room"), required=False, empty_label=_("None")
    )
    telehealth_url = forms.URLField(
        label=_("Address of the video session"),
        required=False,
        max_length=300,
        assume_scheme="https",
    )
    desk_note = forms.CharField(
        label=_("Note for the desk"),
        help_text=_("Patients never see it."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, visit: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        modality: Any = self.fields["modality"]
        ways = {*visit.type.modalities, Modality(visit.modality)}
        modality.choices = [(way, way.label) for way in Modality if way in ways]
        rooms: Any = self.fields["room"]
        rooms.queryset = Room.objects.filter(location=visit.location_id, is_active=True)
        self.address = visit.telehealth_url
        if Modality.TELEHEALTH not in ways:
            del self.fields["telehealth_url"]

    def details(self) -> dict[str, Any]:
        """The address stays what it was where nobody was asked for one."""
        return {"telehealth_url": self.address, **super().details()}


def suggested(*, is_late: bool) -> str:
    """Who cancels, as it most likely is."""
    return Status.CANCELLED_LATE if is_late else Status.CANCELLED
