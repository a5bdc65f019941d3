"""A call that was made: whom it reached, what was said, when to call again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import zones
from practice.forms.base import HouseForm, TimeInput
from practice.forms.moments import DayField
from practice.models import CallOutcome, StaffMember
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIRMED = "confirmed"  # spoke, and they come
# When to call back, in one press.
SOON = {
    "hour": gettext_lazy("In an hour"),
    "afternoon": gettext_lazy("Today at 3 PM"),
    "tomorrow": gettext_lazy("Tomorrow at 9 AM"),
}
AFTERNOON, MORNING = time(15), time(9)


class PhoneNoteForm(HouseForm):
    """A note of a phone call, from any chart."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=CallOutcome.choices,
        initial=CallOutcome.SPOKE,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    back_on = DayField(label=gettext_lazy("Call back on"), required=False)
    back_time = forms.TimeField(
        label=gettext_lazy("At"), widget=TimeInput, required=False
    )
    owner = forms.ModelChoiceField(
        StaffMember.objects.active(),
        label=gettext_lazy("Who calls back"),
        required=False,
        empty_label=gettext_lazy("I do"),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["back_time"].help_text = zones.spoken(zone)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        answers["back_at"] = None
        if answers.get("outcome") == CallOutcome.CALL_BACK:
            day, at = answers.get("back_on"), answers.get("back_time")
            if day is None and "back_on" not in self.errors:
                self.add_error("back_on", _("Choose the day."))
            if at is None and "back_time" not in self.errors:
                self.add_error("back_time", _("Choose the time."))
            if day and at:
                self._promise(answers)
        return answers

    def details(self) -> dict[str, Any]:
        typed = ("back_on", "back_time")
        return {
            name: answer
            for name, answer in super().details().items()
            if name not in typed
        }

    def _promise(self, answers: dict[str, Any]) -> None:
        day, at = answers["back_on"], answers["back_time"]
        try:
            answers["back_at"] = zones.instant(day, at, self.zone)
        except zones.NoSuchTime as refusal:
            self.add_error("back_time", str(refusal))


def pressed(data: Mapping[str, str], *, zone: str, now: datetime) -> dict[str, Any]:
    """What one press on the call list says. Raises NotPossible for anything else."""
    outcome, soon = data.get("outcome", ""), data.get("back", "")
    if soon:
        return {"outcome": CallOutcome.CALL_BACK, "back_at": _soon(soon, zone, now)}
    if outcome == CONFIRMED:
        return {"outcome": CallOutcome.SPOKE}
    if outcome not in CallOutcome.values or outcome == CallOutcome.CALL_BACK:
        raise NotPossible(_("Say what became of the call."))
    return {"outcome": outcome}


def _soon(word: str, zone: str, now: datetime) -> datetime:
    today = zones.local_day(now, zone)
    if word == "hour":
        return now + timedelta(hours=1)
    if word == "afternoon":
        return zones.nearest_instant(today, AFTERNOON, zone)
    return zones.nearest_instant(today + timedelta(days=1), MORNING, zone)
