"""Handing series on: from whom, to whom, from when; then which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.forms.base import HouseForm
from practice.forms.moments import DayField
from practice.models import StaffMember
from scheduling import sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from scheduling.handing_on import Handed


class WhomForm(forms.Form):
    """Asked by GET: the two clinicians and the day."""

    who = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label=gettext_lazy("Who is away"),
        empty_label=gettext_lazy("Choose"),
    )
    to = forms.ModelChoiceField(
        StaffMember.objects.none(),
        label=gettext_lazy("Who takes over"),
        empty_label=gettext_lazy("Choose"),
    )
    on = DayField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        to: Any = self.fields["to"]
        who.queryset, to.queryset = with_series(staff), sight.clinicians_of(staff)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("who") and answers.get("who") == answers.get("to"):
            self.add_error("to", _("Choose somebody else."))
        return answers


class TicksForm(HouseForm):
    """Which of the series go on with somebody else."""

    series = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Series"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, found: Sequence[Handed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        field: Any = self.fields["series"]
        field.choices = [(one.series.pk,) * 2 for one in found if not one.refusal]

    @property
    def ticked(self) -> set[int]:
        """What is ticked on the page: what is suggested, or what was said."""
        if not self.is_bound:
            return {one.series.pk for one in self.found if one.is_suggested}
        said = self.data.getlist("series")
        return {int(one) for one in said if one.isdecimal()}


def with_series(staff: StaffMember) -> QuerySet[StaffMember]:
    """Clinicians with series that somebody may see, also those who left."""
    open_series = sight.series_of(staff).filter(is_ended=False).order_by()
    mine = sight.clinicians_of(staff).order_by().values("pk")
    return StaffMember.objects.filter(
        Q(pk__in=open_series.values("clinician")) | Q(pk__in=mine)
    )
