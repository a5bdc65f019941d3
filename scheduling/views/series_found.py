"""A series as somebody may see it, and its visits before they are booked."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice import clock, looks, zones
from scheduling import changing, repeating, series, sight
from scheduling.changing import Turn, What
from scheduling.repeating import KEEP, name_of, read
from scheduling.views.found import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.http import HttpResponse

    from practice.models import Patient
    from practice.views.pages import StaffRequest
    from scheduling.changing import Change
    from scheduling.forms.series import SeriesForm
    from scheduling.models import Series
    from scheduling.repeating import Choice


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


def series_to_change(request: StaffRequest, pk: int) -> tuple[Series, list[Patient]]:
    """A series for an act on it, and who comes: for who may act for all of them.

    To others it is not to be changed, as one of its visits is not (visit_to_change).
    """
    found = series_or_404(request, pk)
    named, is_private = people_of(request, found)
    theirs = sight.changeable(request.user, named)
    closed: list[Patient | None] = [one for one in named if one.pk not in theirs]
    if closed or is_private:
        refuse([None] if is_private else closed)
    return found, named


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
    ) -> None:
        self.request = request
        self.form = form
        self.patients = patients
        self.now = clock.now()

    @cached_property
    def turns(self) -> Sequence[Turn]:
        """Nothing before the form is right."""
        if not self.form.is_clear or not self.patients:
            return []
        return self.look()

    def look(self) -> Sequence[Turn]:
        wish = self.form.wish()
        found = series.preview(wish=wish, patients=self.patients, now=self.now)
        return [Turn(one) for one in found]

    @cached_property
    def choices(self) -> Sequence[Choice]:
        if not self.turns:
            return []
        said = self.request.POST.dict() if self.is_as_shown else {}
        return repeating.choices_of(self.turns, self.form.wish(), said, now=self.now)

    @property
    def answers(self) -> dict[date, What | datetime]:
        """What was chosen, day by day."""
        said = {
            turn.one.on: self.request.POST.get(name_of(turn.one.on))
            for turn in self.turns
        }
        return {on: read(words) for on, words in said.items() if words is not None}

    @property
    def skipped(self) -> list[date]:
        return [on for on, said in self.answers.items() if said is What.LEFT_OUT]

    @property
    def moved(self) -> dict[date, datetime]:
        return {
            on: said for on, said in self.answers.items() if not isinstance(said, What)
        }

    @cached_property
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
        return "begin" in self.request.POST and self.is_as_shown and bool(self.turns)

    @property
    def conflicts(self) -> int:
        return sum(bool(turn.one.conflict) for turn in self.turns)

    @property
    def rule_words(self) -> str:
        if not self.form.is_clear:
            return ""
        rule = self.form.wish().rule
        return f"{repeating.rule_words(rule)}, {repeating.end_words(rule)}"

    @property
    def rest_words(self) -> str:
        """Up to when visits are booked, where more will follow."""
        if not self.form.is_clear:
            return ""
        wish = self.form.wish()
        until = series.horizon_of(wish, now=self.now)
        if not wish.rule.goes_on_after(until):
            return ""
        words = _("Booked up to %(day)s; the later visits follow by themselves.")
        return words % {"day": date_format(until, "SHORT_DATE_FORMAT")}

    @property
    def zone_words(self) -> str:
        plan = self.form.plan()
        return zones.spoken(plan.location.time_zone)

    def answer(self, template: str, **context: Any) -> HttpResponse:
        status = 422 if self.form.errors else 200
        context |= {"form": self.form, "preview": self, "patients": self.patients}
        return render(self.request, template, context, status=status)


class ChangePreview(Preview):
    """What becomes of the visits of a series that changes from a day on."""

    def __init__(
        self,
        request: StaffRequest,
        form: SeriesForm,
        patients: Sequence[Patient],
        old: Series,
        day: date,
    ) -> None:
        super().__init__(request, form, patients)
        self.old, self.day = old, day

    @cached_property
    def change(self) -> Change:
        return changing.foresee(
            old=self.old, from_on=self.day, wish=self.form.wish(), now=self.now
        )

    def look(self) -> Sequence[Turn]:
        return self.change.turns

    @property
    def surplus(self) -> list[tuple[str, str, bool]]:
        """Visits for which there is no day: a name, when, and whether it stays."""
        zone = self.old.location.time_zone
        return [
            (_visit_name(one.pk), zones.moment(one.starts_at, zone), one.pk in stays)
            for stays in [self.standing]
            for one in self.change.surplus
        ]

    @property
    def standing(self) -> set[int]:
        if not self.is_as_shown:
            return set()
        said = self.request.POST
        numbers = [one.pk for one in self.change.surplus]
        return {pk for pk in numbers if said.get(_visit_name(pk)) == KEEP}

    @cached_property
    def signature(self) -> str:
        """The visits as well: whatever changed meanwhile is shown before it is done."""
        if not self.form.is_clear:
            return ""
        rows = series.visits_ahead(self.old, self.day, now=self.now)
        known = [f"{pk}.{version}" for pk, version in rows.values_list("pk", "version")]
        digest = sha256(" ".join(known).encode()).hexdigest()[:16]
        return f"{super().signature}|{self.day}|{digest}"


def _visit_name(pk: int) -> str:
    return f"visit-{pk}"
