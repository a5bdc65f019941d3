"""Duplicates: the worklist, two charts side by side, merging and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import barring, duplicates, looks, merging, searching
from practice.access import Capability, requires
from practice.forms.merging import MergeForm
from practice.models import NotTheSame, Patient
from practice.versions import Shown
from practice.views.chart_acts import page_of
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act, press, way_back

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.MERGE_CHARTS)
@require_GET
def worklist(request: StaffRequest) -> HttpResponse:
    """The likeliest pairs first, each with what speaks for it."""
    pairs, count = duplicates.worklist(request.user)
    decided = duplicates.told_apart(request.user)
    shown = [chart for pair in pairs for chart in (pair.first, pair.second)]
    shown += [chart for row in decided for chart in (row.patient, row.other)]
    looks.remember(request, shown)
    context = {"pairs": pairs, "count": count, "decided": decided}
    return render(request, "patients/duplicates.html", context)


@requires(Capability.MERGE_CHARTS)
def merge(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """Let this chart stand for another one, after a look at both."""
    shown = Shown.now(Patient.history.filter(id__in=(pk, other)))
    into, duplicate = chart_or_404(request, pk), chart_or_404(request, other)
    form = MergeForm(request.POST or None, shown=shown, into=into, duplicate=duplicate)
    back = page_of(into.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        merging.merge(duplicate=duplicate, into=into, by=by, now=now, **form.details())
        undo = reverse("patient_unmerge", args=[duplicate.pk])
        return Done(back, _("Merged. Nothing was moved; it can be undone."), undo=undo)

    ask = Ask(
        _("Merge two charts"),
        _("Merge"),
        back,
        is_grave=True,
        template="patients/merge.html",
        context={
            "into": into,
            "duplicate": duplicate,
            "sides": duplicates.sides(into, duplicate),
            "barred": barring.barred_by_merging(into, duplicate),
            "blocked": merging.why_not_joining(duplicate, into),
            "may_turn": not merging.joined(into).exists(),
        },
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.MERGE_CHARTS)
@require_GET
def merge_find(request: StaffRequest, pk: int) -> HttpResponse:
    """Charts that look like this one: same birth date, or a shared number."""
    patient = chart_or_404(request, pk)
    ours = Patient.objects.usual_to(request.user)
    alike = searching.alike(patient, within=ours)
    looks.remember(request, alike)
    context = {"patient": patient, "alike": alike}
    return render(request, "patients/merge_find.html", context)


@requires(Capability.MERGE_CHARTS)
@require_POST
def unmerge(request: StaffRequest, pk: int) -> HttpResponse:
    duplicate = chart_or_404(request, pk)
    back = page_of(duplicate.merged_into_id or duplicate.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        merging.undo(duplicate=duplicate, by=by)
        return Done(page_of(duplicate.pk), _("Two charts again."))

    return press(request, back, act)


@requires(Capability.MERGE_CHARTS)
@require_POST
def tell_apart(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """These two are two people: the pair is not shown again."""
    one, second = chart_or_404(request, pk), chart_or_404(request, other)
    back = way_back(request, reverse("duplicates"))

    def act(by: StaffMember, now: datetime) -> Done:
        row = duplicates.tell_apart(one=one, other=second, by=by)
        undo = reverse("told_apart_undo", args=[row.pk])
        return Done(back, _("Two people: not asked again."), undo=undo)

    return press(request, back, act)


@requires(Capability.MERGE_CHARTS)
@require_POST
def untell_apart(request: StaffRequest, pk: int) -> HttpResponse:
    ours = Patient.objects.usual_to(request.user)
    row = get_object_or_404(NotTheSame, pk=pk, patient__in=ours, other__in=ours)
    back = reverse("duplicates")

    def act(by: StaffMember, now: datetime) -> Done:
        duplicates.untell_apart(row=row, by=by)
        return Done(back, _("On the list again."))

    return press(request, back, act)
