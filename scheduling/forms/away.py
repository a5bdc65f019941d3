"""A clinician falls out: who and when; then what becomes of each visit."""

from __future__ import annotations

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

    from practice.models import Location
    from scheduling.covering import Affected


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
                label=zones.moment(one.visit.starts_at, one.visit.zone),
                choices=[(way, words_of(way, one, zone)) for way in one.ways],
                initial=one.suggested,
                widget=forms.RadioSelect,
                error_messages={
                    "required": gettext_lazy("Choose what becomes of it."),
                    "invalid_choice": gettext_lazy(
                        "That is no longer possible: choose again."
                    ),
                },
            )

    def here(self) -> list[tuple[Affected, Any]]:
        """Those to which somebody has come, each with its field."""
        return self._rows(one for one in self.affected if one.is_here)

    def call_first(self) -> list[tuple[Affected, Any]]:
        away = [one for one in self.affected if not one.is_here]
        return self._rows(one for one in away if one.call_first)

    def others(self) -> list[tuple[Affected, Any]]:
        away = [one for one in self.affected if not one.is_here]
        return self._rows(one for one in away if not one.call_first)

    def _rows(self, wanted: Iterable[Affected]) -> list[tuple[Affected, Any]]:
        return [(one, self[_name(one)]) for one in wanted]

    def wishes(self) -> dict[int, Wish]:
        return {
            one.visit.pk: Wish.read(self.cleaned_data[_name(one)], is_here=one.is_here)
            for one in self.affected
        }


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
    """What was chosen before somebody came is asked anew."""
    return f"{'here' if one.is_here else 'visit'}-{one.visit.pk}"
