"""A clinician falls out: who and when; then what becomes of each visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.forms.base import HouseForm
from practice.forms.moments import DayField
from practice.models import StaffMember
from scheduling.clearing import Wish
from scheduling.forms.board import clinicians_of
from scheduling.minutes import instant_of
from scheduling.models import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from practice.models import Location
    from scheduling.covering import Affected

ONE_DAY = timedelta(days=1)


class WhoForm(forms.Form):
    """Asked by GET: the clinician and the day."""

    who = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label=gettext_lazy("Who is ill"),
        empty_label=gettext_lazy("Choose"),
    )
    on = DayField(label=gettext_lazy("Day"))

    def __init__(
        self, *args: Any, staff: StaffMember, places: Iterable[Location], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["who"]
        people.queryset = self.team = clinicians_of(staff, places)


class WaysForm(HouseForm):
    """For each visit one of the ways that it can go."""

    def __init__(
        self, *args: Any, affected: Sequence[Affected], zone: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.affected = affected
        for one in affected:
            self.fields[_name(one)] = forms.ChoiceField(
                label=str(one.visit.starts_at),
                choices=[(way, words_of(way, one, zone)) for way in one.ways],
                initial=one.suggested,
                widget=forms.RadioSelect,
                error_messages={
                    "invalid_choice": gettext_lazy(
                        "That is no longer possible: choose again."
                    )
                },
            )

    def rows(self, *, first: bool) -> list[tuple[Affected, Any]]:
        """Those to be called first, or the others, each with its field."""
        return [
            (one, self[_name(one)])
            for one in self.affected
            if bool(one.call_first) == first
        ]

    def call_first(self) -> list[tuple[Affected, Any]]:
        return self.rows(first=True)

    def others(self) -> list[tuple[Affected, Any]]:
        return self.rows(first=False)

    def wishes(self) -> dict[int, Wish]:
        return {
            one.visit.pk: Wish.read(self.cleaned_data[_name(one)])
            for one in self.affected
        }


def stretch_of(day: date, zone: str, *, now: datetime) -> tuple[datetime, datetime]:
    """The day that falls out; of today what is left of it."""
    begins = zones.first_moment(day, zone)
    return max(begins, now) if zones.local_day(
        now, zone
    ) == day else begins, zones.end_of(day, zone)


def words_of(way: str, one: Affected, zone: str) -> str:
    """A way as the desk reads it."""
    wish = Wish.read(way)
    if wish.choice == Choice.COVER:
        cover = next(row for row in one.covers if row.pk == wish.number)
        return _("%(who)s, same time") % {"who": cover.name}
    if wish.choice == Choice.MOVE:
        at = zones.moment(instant_of(wish.number), one.visit.zone)
        return _("Move to %(when)s") % {"when": at}
    return {
        Choice.TELEHEALTH: _("By video, same time"),
        Choice.CANCEL: _("Cancel"),
    }.get(wish.choice, _("Leave for now"))


def _name(one: Affected) -> str:
    return f"visit-{one.visit.pk}"
