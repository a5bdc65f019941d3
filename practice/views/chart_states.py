"""The states of a patient, watch flags, break-glass, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from practice import (
    break_glass,
    clock,
    looks,
    merging,
    patients,
    personal_data,
    telling,
    watching,
)
from practice.access import Capability, may, requires
from practice.forms.patients import (
    BreakGlassForm,
    DeathForm,
    EndCareForm,
    PauseForm,
    ReviewForm,
    WatchForm,
)
from practice.models import BreakGlass, Patient, StaffMember, Task, WatchFlag
from practice.patients import local_day
from practice.views.chart_acts import page_of
from practice.views.charts import chart_or_404, refuse_under_glass
from practice.views.pages import Ask, Done, ask_and_act, press, way_back

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


def _leads_to(patient: Patient, now: datetime) -> str:
    """The page of what the act just asked for, else the chart.

    So whoever records a death sees at once which visits are still booked.
    """
    chart = page_of(patient.pk)
    asked = Task.objects.open().filter(patient=patient, raised_at=now)
    pages = asked.exclude(path__in=["", chart]).order_by("due_at", "pk")
    return pages.values_list("path", flat=True).first() or chart


# Not which of the two: that a chart is restricted may say whose it is.
_WHAT_FOLLOWS = gettext_lazy(
    "This chart is of other locations, or only its care team opens it. With a reason "
    "it opens to you for one hour; a manager is told at once, and a second person "
    "reviews it within 72 hours."
)


@requires(Capability.CHANGE_STATE)
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing automatic until a day."""
    patient = chart_or_404(request, pk)
    form = PauseForm(request.POST or None)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.pause(patient=patient, by=by, now=now, **form.details())
        words = _("Paused: nothing automatic goes out.")
        undo = reverse("patient_resume", args=[pk])
        return Done(_leads_to(patient, now), words, undo=undo)

    intro = _("No reminder, offer or group message goes out while somebody is paused.")
    ask = Ask(_("Pause"), _("Pause"), back, intro, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.CHANGE_STATE)
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    """Active again, after a pause or after care had ended."""
    patient = chart_or_404(request, pk)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.resume(patient=patient, by=by, now=now)
        undo = reverse("patient_resume_undo", args=[pk])
        return Done(back, _("Active again."), undo=undo)

    return press(request, back, act)


@requires(Capability.CHANGE_STATE)
@require_POST
def resume_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody was made active by mistake."""
    patient = chart_or_404(request, pk)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.take_resuming_back(patient=patient, by=by, now=now)
        return Done(back, _("Taken back: everything is as before."))

    return press(request, back, act)


@requires(Capability.CHANGE_STATE)
def end_care(request: StaffRequest, pk: int) -> HttpResponse:
    """Care is over; the chart stays."""
    patient = chart_or_404(request, pk)
    form = EndCareForm(request.POST or None)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.end_care(patient=patient, by=by, now=now, **form.details())
        undo = reverse("patient_end_care_undo", args=[pk])
        return Done(_leads_to(patient, now), _("Care ended."), undo=undo)

    intro = _(
        "Nothing automatic goes out any more. The chart stays and can be reopened."
    )
    ask = Ask(_("End care"), _("End care"), back, intro, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.CHANGE_STATE)
@require_POST
def end_care_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Care was ended by mistake."""
    patient = chart_or_404(request, pk)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.take_end_back(patient=patient, by=by, now=now)
        return Done(back, _("Taken back: everything is as before."))

    return press(request, back, act)


@requires(Capability.CHANGE_STATE)
def death(request: StaffRequest, pk: int) -> HttpResponse:
    """One act: stops everything automatic and asks somebody to condole."""
    patient = chart_or_404(request, pk)
    form = DeathForm(request.POST or None)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.record_death(patient=patient, by=by, now=now, **form.details())
        undo = reverse("patient_death_undo", args=[pk])
        words = _("Recorded. Everything automatic has stopped.")
        return Done(_leads_to(patient, now), words, undo=undo)

    intro = _(
        "This stops every message, and asks the own clinician, or else a manager, "
        "to send condolences. Check the name and the date of birth first."
    )
    title, button = _("Record a death"), _("Record")
    ask = Ask(title, button, back, intro, is_grave=True, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.CHANGE_STATE)
@require_POST
def death_undo(request: StaffRequest, pk: int) -> HttpResponse:
    patient = chart_or_404(request, pk)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.take_death_back(patient=patient, by=by, now=now)
        return Done(back, _("Taken back. Nobody was told."))

    return press(request, back, act)


@requires(Capability.WATCH_PATIENTS)
def watch(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask that somebody checks on a patient."""
    patient = chart_or_404(request, pk)
    callers = StaffMember.objects.active().filter(is_auditor=False)
    form = WatchForm(
        request.POST or None, callers=callers, initial={"caller": request.user}
    )
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        flag = watching.watch(patient=patient, by=by, now=now, **form.details())
        undo = reverse("watch_stop", args=[flag.pk])
        return Done(back, _("The call is promised to a person."), undo=undo)

    intro = _(
        "A missed visit, a cancellation or quiet days become a call the same day. "
        "Nothing automatic goes to the patient meanwhile."
    )
    ask = Ask(_("Check on them"), _("Set"), back, intro, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.WATCH_PATIENTS)
@require_POST
def watch_stop(request: StaffRequest, pk: int) -> HttpResponse:
    flag = _flag(request, pk)
    back = page_of(flag.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        watching.stop(flag=flag, by=by)
        return Done(back, _("Nobody has to check any more."))

    return press(request, back, act)


@requires(Capability.DO_TASKS)
@require_POST
def watch_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody spoke with the patient today."""
    flag = _flag(request, pk)
    back = page_of(flag.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        watching.record_contact(flag=flag, on=local_day(now), by=by)
        return Done(back, _("Noted: spoke today."))

    return press(request, back, act)


@requires(Capability.BREAK_GLASS, fresh=True)
def glass_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a chart outside the rules, with a reason that a manager is told."""
    patient = get_object_or_404(Patient, pk=pk)
    if patient.merged_into_id:
        return redirect("break_glass", pk=patient.merged_into_id)
    if chart_is_open(request, patient):
        return redirect("patient", pk=pk)
    form = BreakGlassForm(request.POST or None)

    def act(by: StaffMember, now: datetime) -> Done:
        break_glass.open_chart(
            staff=by, patient=patient, by=by, now=now, **form.details()
        )
        back = way_back(request, page_of(pk))
        if break_glass.is_left_alone(by):
            words = _("Open for an hour. %(why)s")
            return Done(back, words % {"why": break_glass.why_not_reviewed(by)})
        return Done(back, _("Open for an hour. A manager has been told."))

    may_know = may(request.user, Capability.FIND_PATIENTS)
    if may_know:
        looks.remember(request, [patient])
    ask = Ask(
        _("Break the glass"),
        _("Open the chart"),
        reverse("today"),
        str(_WHAT_FOLLOWS),
        is_grave=True,
        template="patients/glass_new.html",
        context={"found": patient if may_know else None},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.BREAK_GLASS)
@require_POST
def glass_close(request: StaffRequest, pk: int) -> HttpResponse:
    glass = get_object_or_404(BreakGlass, pk=pk, staff=request.user, ended_at=None)

    def act(by: StaffMember, now: datetime) -> Done:
        break_glass.close_chart(glass=glass, by=by, now=now)
        return Done(reverse("today"), _("The chart is closed again."))

    return press(request, reverse("today"), act)


@requires(Capability.REVIEW_BREAK_GLASS)
@require_GET
def glass_list(request: StaffRequest) -> HttpResponse:
    """Every break-glass, those that wait for a review first."""
    rows = BreakGlass.objects.select_related("staff", "reviewed_by")
    context = {
        "waiting": break_glass.unreviewed(),
        "reviewed": rows.filter(reviewed_at__isnull=False)[:100],
        "now": clock.now(),
    }
    return render(request, "patients/glass_list.html", context)


@requires(Capability.REVIEW_BREAK_GLASS)
def glass_review(request: StaffRequest, pk: int) -> HttpResponse:
    """A second person says whether it was justified."""
    rows = BreakGlass.objects.select_related("staff", "patient", "reviewed_by")
    glass = get_object_or_404(rows, pk=pk)
    looks.remember(request, [glass.patient], purpose=telling.REVIEW)
    form = ReviewForm(request.POST or None)
    back = reverse("break_glass_list")

    def act(by: StaffMember, now: datetime) -> Done:
        verdict = form.cleaned_data["was_justified"] == "yes"
        note = form.cleaned_data["note"]
        break_glass.review(
            glass=glass, was_justified=verdict, note=note, by=by, now=now
        )
        return Done(back, _("Reviewed."))

    ask = Ask(
        _("Review a break-glass"),
        _("Save review"),
        back,
        _why_not(glass, request.user),
        template="patients/glass_review.html",
        context={"glass": glass},
    )
    return ask_and_act(request, form, ask, act)


def _why_not(glass: BreakGlass, staff: StaffMember) -> str:
    """Why this person does not review a break-glass; empty if they may."""
    return break_glass.why_not_reviewed(staff) if glass.staff_id == staff.pk else ""


@requires(Capability.EXPORT_CHARTS, fresh=True)
@require_GET
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """What would be exported, and the button that does it."""
    patient = chart_or_404(request, pk)
    return render(request, "patients/export.html", {"patient": patient})


@requires(Capability.EXPORT_CHARTS, fresh=True)
@require_POST
def export_download(request: StaffRequest, pk: int) -> HttpResponse:
    """The chart as a nameless file."""
    patient = chart_or_404(request, pk)
    looks.remember(request, merging.ids_of(patient), are_one=True)
    kept = personal_data.export_chart(patient=patient, by=request.user)
    answer = JsonResponse(kept, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="chart.json"'
    return answer


def chart_is_open(request: StaffRequest, patient: Patient) -> bool:
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    return visible.filter(pk=patient.pk).exists()


def _flag(request: StaffRequest, pk: int) -> WatchFlag:
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    rows = WatchFlag.objects.select_related("patient")
    flag = get_object_or_404(rows, pk=pk, patient__in=visible)
    refuse_under_glass(request, flag.patient)
    return flag
