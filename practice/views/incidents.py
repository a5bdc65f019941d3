"""Reporting a mistake from anywhere, and the managers' register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import changes, clock, incidents, looks, telling
from practice.access import Capability, requires, signed_in
from practice.forms.incidents import (
    REPORTED,
    CloseForm,
    IncidentForm,
    MistakeReportForm,
    StepForm,
)
from practice.models import (
    Caregiving,
    ContactPoint,
    Incident,
    IncidentPatient,
    IncidentStep,
    Patient,
    PatientAlert,
    Recorded,
    StaffMember,
    WatchFlag,
)
from practice.patients import local_day
from practice.versions import Shown
from practice.views.choosing import choose
from practice.views.pages import Ask, Done, ask_and_act, press
from practice.watching import end_of_day
from practice.whereabouts import is_ours

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest

PAGES_OF_A_CHART: dict[str, type[Recorded]] = {
    "patients/<id:pk>": Patient,
    "contacts/<id:pk>": ContactPoint,
    "family/<id:pk>": Caregiving,
    "alerts/<id:pk>": PatientAlert,
    "watches/<id:pk>": WatchFlag,
}
CLOSED_SHOWN = 50
ICONS = {"person": "send", "chart": "merge", "print": "printer", "other": "flag"}


@signed_in
def mistake_new(request: StaffRequest) -> HttpResponse:
    """One sentence and one press, from any page; it knows which and whose chart."""
    page = request.POST.get("page") or request.GET.get("page") or ""
    back = page if is_ours(page) else reverse("today")
    chart = _chart_of(page, request.user)
    form = MistakeReportForm(request.POST or None, initial={"page": page})

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.report(
            patients=[chart] if chart else [], by=by, now=now, **form.details()
        )
        return Done(back, _("Thank you. The managers have been told."))

    ask = Ask(
        _("Report a mistake"),
        "",
        back,
        about=chart,
        template="incidents/report.html",
        context={"kinds": [(kind, ICONS[kind.value]) for kind in REPORTED]},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.READ_INCIDENTS)
@require_GET
def incident_list(request: StaffRequest) -> HttpResponse:
    """What is open, the nearest deadline first; then what was closed last."""
    rows = Incident.objects.select_related("owner", "reporter", "closed_by").annotate(
        owed=Count("steps", filter=Q(steps__done_at=None, steps__is_withdrawn=False))
    )
    closed = rows.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    context = {
        "open": rows.open(),
        "closed": closed[:CLOSED_SHOWN],
        "now": clock.now(),
    }
    return render(request, "incidents/list.html", context)


@requires(Capability.READ_INCIDENTS)
@require_GET
def incident(request: StaffRequest, pk: int) -> HttpResponse:
    """One incident: what happened, to whom, what is owed, what was done."""
    rows = Incident.objects.select_related("owner", "reporter", "concerned")
    found = get_object_or_404(rows, pk=pk)
    about = _about(request, found)
    steps = found.steps.filter(is_withdrawn=False).select_related("patient", "done_by")
    context = {
        "incident": found,
        "page_words": _page_words(found.page),
        "about": about,
        "open_ids": {row.patient_id for row in about if row.is_visible},
        "steps": list(steps),
        "is_owed": any(step.is_owed for step in steps),
        "changes": changes.newest(found),
        "history_url": reverse("record_history", args=["incident", pk]),
        "refusal": incidents.why_not_closed_by(found, request.user),
        "now": clock.now(),
    }
    return render(request, "incidents/one.html", context)


@requires(Capability.HANDLE_INCIDENTS)
def incident_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What it is, to whom it happened, who sees to it and by when."""
    shown = Shown.record(Incident, pk)
    found = get_object_or_404(Incident, pk=pk)
    form = IncidentForm(
        request.POST or None,
        shown=shown,
        people=StaffMember.objects.active(),
        owners=incidents.owners(),
        initial={
            "kind": found.kind,
            "concerned": found.concerned_id,
            "owner": found.owner_id,
            "due_on": local_day(found.due_at),
        },
    )

    def act(by: StaffMember, now: datetime) -> Done:
        answers = _timed(form.details())
        incidents.assign(incident=found, by=by, **answers)
        return Done(_page(pk), _("Saved."))

    return ask_and_act(request, form, Ask(_("See to it"), _("Save"), _page(pk)), act)


@requires(Capability.HANDLE_INCIDENTS)
def incident_close(request: StaffRequest, pk: int) -> HttpResponse:
    """It is over: say what came of it."""
    shown = Shown.record(Incident, pk, IncidentStep.history.filter(incident=pk))
    found = get_object_or_404(Incident, pk=pk)
    form = CloseForm(request.POST or None, shown=shown)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.close(incident=found, by=by, now=now, **form.details())
        return Done(_page(pk), _("Closed."), undo=reverse("incident_reopen", args=[pk]))

    ask = Ask(_("Close the incident"), _("Close it"), _page(pk))
    return ask_and_act(request, form, ask, act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def incident_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Incident, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.reopen(incident=found, by=by, now=now)
        return Done(_page(pk), _("Open again."))

    return press(request, _page(pk), act)


@requires(Capability.HANDLE_INCIDENTS)
def about_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Say which patient it is about."""
    found = get_object_or_404(Incident, pk=pk)

    def act(chart: Patient, by: StaffMember, now: datetime) -> Done:
        row = incidents.name_patient(incident=found, patient=chart, by=by)
        undo = reverse("incident_about_remove", args=[row.pk])
        return Done(_page(pk), _("Added."), undo=undo)

    return choose(request, Ask(_("Whom is it about?"), _("Add"), _page(pk)), act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def about_remove(request: StaffRequest, pk: int) -> HttpResponse:
    row = _row(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.unname_patient(row=row, by=by)
        undo = reverse("incident_about_restore", args=[pk])
        return Done(_page(row.incident_id), _("Removed."), undo=undo)

    return press(request, _page(row.incident_id), act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def about_restore(request: StaffRequest, pk: int) -> HttpResponse:
    row = _row(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.name_patient(incident=row.incident, patient=row.patient, by=by)
        return Done(_page(row.incident_id), _("Added again."))

    return press(request, _page(row.incident_id), act)


@requires(Capability.HANDLE_INCIDENTS)
def step_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Something is owed because of it."""
    found = get_object_or_404(Incident, pk=pk)
    about = [row.patient for row in _about(request, found) if row.is_visible]
    soon = {"due_on": local_day(found.due_at), "kind": "task"}
    form = StepForm(request.POST or None, about=about, initial=soon)

    def act(by: StaffMember, now: datetime) -> Done:
        step = incidents.add_step(incident=found, by=by, **_timed(form.details()))
        undo = reverse("incident_step_drop", args=[step.pk])
        return Done(_page(pk), _("Added."), undo=undo)

    return ask_and_act(request, form, Ask(_("What is owed"), _("Add"), _page(pk)), act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def step_done(request: StaffRequest, pk: int) -> HttpResponse:
    step = _step(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.finish_step(step=step, by=by, now=now)
        undo = reverse("incident_step_reopen", args=[pk])
        return Done(_page(step.incident_id), _("Done."), undo=undo)

    return press(request, _page(step.incident_id), act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def step_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    step = _step(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.reopen_step(step=step, by=by)
        return Done(_page(step.incident_id), _("It is owed again."))

    return press(request, _page(step.incident_id), act)


@requires(Capability.HANDLE_INCIDENTS)
@require_POST
def step_drop(request: StaffRequest, pk: int) -> HttpResponse:
    step = _step(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        incidents.drop_step(step=step, by=by)
        undo = reverse("incident_step_reopen", args=[pk])
        return Done(_page(step.incident_id), _("Nobody owes it any more."), undo=undo)

    return press(request, _page(step.incident_id), act)


def _page_words(page: str) -> str:
    """What people call a page; its address, where it names nobody."""
    try:
        name = resolve(page.split("?")[0]).url_name or ""
    except Resolver404:
        return page
    words = telling.page_words(f"{looks.PREFIX}{name}")
    return page if words == name else words


def _page(pk: int) -> str:
    return reverse("incident", args=[pk])


def _step(pk: int) -> IncidentStep:
    return get_object_or_404(IncidentStep.objects.select_related("incident"), pk=pk)


def _row(pk: int) -> IncidentPatient:
    rows = IncidentPatient.objects.select_related("incident", "patient")
    return get_object_or_404(rows, pk=pk)


def _about(request: StaffRequest, found: Incident) -> list[Any]:
    """The patients it is about, each with whether this person may be told the name."""
    rows: list[Any] = list(
        found.about.filter(is_withdrawn=False).select_related("patient")
    )
    ids = [row.patient_id for row in rows]
    open_charts = Patient.objects.visible_to(request.user, now=clock.now())
    visible = set(open_charts.filter(pk__in=ids).values_list("pk", flat=True))
    for row in rows:
        row.is_visible = row.patient_id in visible
    # What happened is read of all of them, named or not.
    looks.remember(request, ids, purpose=telling.MISTAKE)
    return rows


def _chart_of(page: str, staff: StaffMember) -> Patient | None:
    """The chart that a page is of, if it is open to this person."""
    try:
        match = resolve(page.split("?")[0])
    except Resolver404:
        return None
    for start, model in PAGES_OF_A_CHART.items():
        if match.route.startswith(start):
            rows = model._default_manager.filter(pk=match.kwargs["pk"])
            about = rows.values("pk" if model is Patient else "patient")
            charts = Patient.objects.visible_to(staff, now=clock.now())
            return charts.filter(pk__in=about).first()
    return None


def _timed(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with the evening of a day, where the practice is."""
    return answers | {"due_at": end_of_day(answers.pop("due_on"))}
