"""What the desk answers on the way: how late, how far behind, where somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import contacts
from practice.forms.base import HouseForm, PhoneField
from practice.models import ContactPoint, StaffMember
from practice.models.contacts import ContactKind, phone_text
from practice.models.patients import about_chart
from practice.rules import NotPossible
from scheduling.delays import BEHIND_BY, VISITS_BEHIND
from scheduling.models.day import LONGEST_DELAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from practice.models import Location
    from scheduling.models import Attendee, TelehealthCheckIn

MOST_VISITS = 10


class LateForm(forms.Form):
    """How many minutes, as a press of the board sends it."""

    minutes_late = forms.IntegerField(min_value=1, max_value=LONGEST_DELAY)

    def add_prefix(self, field_name: str) -> str:
        return "minutes" if field_name == "minutes_late" else field_name

    def minutes(self) -> int:
        """Raises NotPossible for what is no number of minutes."""
        if not self.is_valid():
            raise NotPossible(_("Write how many minutes: 1 to 240."))
        said: int = self.cleaned_data["minutes_late"]
        return said


class BehindForm(HouseForm):
    """Who is behind, by how much, and how many visits begin later."""

    clinician = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Choose"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes behind"),
        min_value=1,
        max_value=LONGEST_DELAY,
        initial=BEHIND_BY,
    )
    visits = forms.IntegerField(
        label=gettext_lazy("How many visits begin later"),
        help_text=gettext_lazy("The next ones for whom somebody still waits."),
        min_value=1,
        max_value=MOST_VISITS,
        initial=VISITS_BEHIND,
    )

    def __init__(
        self, *args: Any, staff: StaffMember, places: Iterable[Location], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["clinician"]
        people.queryset = clinicians_of(staff, places)


class CheckInForm(HouseForm):
    """What is asked at the start of a visit by video."""

    whereabouts = forms.CharField(
        label=gettext_lazy("Where are you now?"),
        help_text=gettext_lazy("Enough to send help there: street and place."),
        max_length=200,
    )
    call_back = PhoneField(label=gettext_lazy("Number to call back if we lose you"))
    company = forms.CharField(
        label=gettext_lazy("Is anyone with you?"),
        help_text=gettext_lazy("Empty: nobody."),
        max_length=120,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        attendee: Attendee,
        known: TelehealthCheckIn | None,
        **kwargs: Any,
    ) -> None:
        initial = {"call_back": _first_phone(attendee)}
        if known is not None:
            initial = {
                "whereabouts": known.whereabouts,
                "call_back": phone_text(known.call_back),
                "company": known.company,
            }
        super().__init__(*args, initial=initial, **kwargs)


def clinicians_of(
    staff: StaffMember, places: Iterable[Location]
) -> QuerySet[StaffMember]:
    """The clinicians of somebody's places; a clinician's own name is among them."""
    here = StaffMember.objects.active().filter(
        is_clinician=True, placements__is_current=True, placements__location__in=places
    )
    if staff.is_clinician and not (staff.is_front_desk or staff.is_manager):
        here = here.filter(pk=staff.pk)
    return here.distinct().order_by("name", "pk")


def _first_phone(attendee: Attendee) -> str:
    """The number to call, by all charts of theirs: the stricter answer counts."""
    rows = ContactPoint.objects.filter(about_chart(attendee.patient))
    points = list(rows.filter(kind=ContactKind.PHONE, ended_at=None).order_by("pk"))
    numbers = {contacts.key_of(point): point.phone for point in points}
    safe = [one for one in contacts.addresses_of(points) if one.may_call]
    first = min(safe, key=lambda one: not one.is_first, default=None)
    return phone_text(numbers[first.kind, first.value]) if first else ""
