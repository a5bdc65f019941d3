"""A series as somebody may see it, and its visits before they are booked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from practice import clock, looks, zones
from scheduling import repeating, series, sight
from scheduling.minutes import instant_of
from scheduling.repeating import LEAVE_OUT, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.http import HttpResponse

    from practice.models import Patient
    from practice.views.pages import StaffRequest
    from scheduling.forms.series import SeriesForm
    from scheduling.models import Series
    from scheduling.repeating import Choice
    from scheduling.series import Occurrence

LONGEST_MINUTE = 9  # digits


def page_of_series(pk: int) -> str:
    return reverse("series", args=[pk])


def series_or_404(request: StaffRequest, pk: int) -> Series:
    """The series, if this person may see its visits; to others it does not exist."""
    rows = sight.series_of(request.user)
    found = rows.select_related("type", "clinician", "location", "room").filter(pk=pk)
    first = found.first()
    if first is None:
        raise Http404
    return first


def people_of(request: StaffRequest, found: Series) -> tuple[list[Patient], bool]:
    """Who comes, as far as this person may know; and whether somebody stays private."""
    people = series.patients_of(found)
    named = sight.named(request.user, people, now=clock.now())
    looks.remember(request, named)
    return [one for one in people if one.pk in named], len(named) < len(people)


class Preview:
    """The visits that a form means, each with what was chosen for it."""

    def __init__(
        self,
        request: StaffRequest,
        form: SeriesForm,
        patients: Sequence[Patient],
        apart_from: Collection[int] = (),
    ) -> None:
        self.request = request
        self.form = form
        self.patients = patients
        self.apart_from = apart_from
        self.now = clock.now()

    @cached_property
    def found(self) -> Sequence[Occurrence]:
        """Nothing before the form is right."""
        if not self.form.is_clear or not self.patients:
            return []
        return series.preview(
            wish=self.form.wish(),
            patients=self.patients,
            now=self.now,
            apart_from=self.apart_from,
        )

    @cached_property
    def choices(self) -> Sequence[Choice]:
        if not self.found:
            return []
        said = self.request.POST.dict() if self.is_as_shown else {}
        return repeating.choices_of(self.found, self.form.wish(), said, now=self.now)

    @property
    def skipped(self) -> list[date]:
        return [one.on for one in self.found if self._said(one) == LEAVE_OUT]

    @property
    def moved(self) -> dict[date, datetime]:
        return {
            one.on: instant_of(int(said))
            for one in self.found
            if (said := self._said(one)).isdecimal() and len(said) <= LONGEST_MINUTE
        }

    @property
    def signature(self) -> str:
        """What was shown, to know whether the form still means the same."""
        if not self.form.is_clear:
            return ""
        plan, rule = self.form.plan(), self.form.wish().rule
        parts = [plan.starts_at.isoformat(), plan.type.pk, plan.clinician.pk]
        parts += [plan.location.pk, plan.modality, plan.room and plan.room.pk]
        parts += [rule.rhythm, rule.every, rule.count, rule.ends_on]
        return "|".join(map(str, parts))

    @property
    def is_as_shown(self) -> bool:
        return self.request.POST.get("shown") == self.signature

    @property
    def may_begin(self) -> bool:
        """Whether the button that books was pressed below what it books."""
        return "begin" in self.request.POST and self.is_as_shown and bool(self.found)

    @property
    def conflicts(self) -> int:
        return sum(bool(one.conflict) for one in self.found)

    @property
    def rule_words(self) -> str:
        if not self.form.is_clear:
            return ""
        rule = self.form.wish().rule
        return f"{repeating.rule_words(rule)}, {repeating.end_words(rule)}"

    @property
    def zone_words(self) -> str:
        plan = self.form.plan()
        return zones.spoken(plan.location.time_zone)

    def answer(self, template: str, **context: Any) -> HttpResponse:
        status = 422 if self.form.errors else 200
        context |= {"form": self.form, "preview": self, "patients": self.patients}
        return render(self.request, template, context, status=status)

    def _said(self, one: Occurrence) -> str:
        return str(self.request.POST.get(name_of(one.on), ""))
