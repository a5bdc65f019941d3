"""What is done to a chart: contacts, care team, alerts, numbers, tasks."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from practice import clock, contacts, patients
from practice.access import Capability, requires
from practice.forms.patients import (
    AlertForm,
    CareTeamForm,
    ContactForm,
    ExternalIdForm,
)
from practice.models import (
    CareTeamMember,
    ContactKind,
    ContactPoint,
    Patient,
    PatientAlert,
    StaffMember,
)
from practice.versions import Shown
from practice.views.charts import (
    UnderGlass,
    chart_or_404,
    chart_or_own_act,
    chart_to_read,
    is_under_glass,
    may_staff,
    page_or_list,
)
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


ADD = {
    ContactKind.PHONE: gettext_lazy("Add a phone"),
    ContactKind.EMAIL: gettext_lazy("Add an e-mail address"),
    ContactKind.POST: gettext_lazy("Add a postal address"),
}


def page_of(patient_id: int | None) -> str:
    return reverse("patient", args=[patient_id])


@requires(Capability.EDIT_PATIENTS)
def contact_new(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """Add a phone, e-mail or postal address with what is safe there."""
    patient = chart_to_read(request, pk)
    if kind not in ContactKind.values:
        raise Http404
    form = ContactForm(request.POST or None, kind=kind)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.add(owner=patient, kind=kind, by=by, now=now, **form.details())
        return Done(back, _("Added."))

    ask = Ask(str(ADD[ContactKind(kind)]), _("Add"), back, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def contact_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a number or address, or what is safe there."""
    shown = Shown.record(ContactPoint, pk)
    point = _point(request, pk)
    form = ContactForm(
        request.POST or None, shown=shown, kind=point.kind, instance=copy(point)
    )
    back = page_of(point.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.change(point=point, by=by, now=now, **form.details())
        return Done(back, _("Saved."))

    context = {"remove_url": reverse("contact_end", args=[point.pk])}
    if not is_under_glass(request.user, _chart_of(point), now=clock.now()):
        context["move_url"] = reverse("move", args=["contact", point.pk])
    ask = Ask(
        _("Change contact"), _("Save"), back, about=point.patient, context=context
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def contact_end(request: StaffRequest, pk: int) -> HttpResponse:
    point = _point(request, pk)
    back = page_of(point.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.end(point=point, by=by, now=now)
        return Done(back, _("Removed."), undo=reverse("contact_restore", args=[pk]))

    return press(request, back, act)


@requires(Capability.EDIT_PATIENTS)
@require_POST
def contact_restore(request: StaffRequest, pk: int) -> HttpResponse:
    point = _point(request, pk)
    back = page_of(point.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        contacts.restore(point=point, by=by)
        return Done(back, _("Back on the chart."))

    return press(request, back, act)


@requires(Capability.SET_CARE_TEAM)
def care_team_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Put somebody on the care team."""
    patient = chart_to_read(request, pk)
    people = StaffMember.objects.active().filter(
        Q(is_clinician=True) | Q(is_front_desk=True) | Q(is_manager=True)
    )
    if is_under_glass(request.user, patient, now=clock.now()):
        people = people.exclude(pk=request.user.pk)
        if not may_staff(request.user, patient):
            raise UnderGlass(patient)
    form = CareTeamForm(request.POST or None, people=people)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.join_care_team(patient=patient, by=by, now=now, **form.details())
        return Done(back, _("On the care team."))

    ask = Ask(_("Add to the care team"), _("Add"), back, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.SET_CARE_TEAM)
@require_POST
def care_team_leave(request: StaffRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(CareTeamMember, pk=pk)
    patient = chart_or_own_act(request, member, kind="care_team.left")

    def act(by: StaffMember, now: datetime) -> Done:
        patients.leave_care_team(member=member, by=by, now=now)
        undo = reverse("care_team_rejoin", args=[pk])
        path = page_or_list(patient, by)
        return Done(path, _("No longer on the care team."), undo=undo)

    return press(request, page_of(patient.pk), act)


@requires(Capability.SET_CARE_TEAM)
@require_POST
def care_team_rejoin(request: StaffRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(CareTeamMember, pk=pk)
    patient = chart_or_own_act(request, member, kind="care_team.left")
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.rejoin_care_team(member=member, by=by)
        return Done(back, _("Back on the care team."))

    return press(request, back, act)


@requires(Capability.SET_ALERTS)
def alert_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Add what everybody must see before they act."""
    patient = chart_or_404(request, pk)
    form = AlertForm(request.POST or None)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.add_alert(patient=patient, by=by, **form.details())
        return Done(back, _("Alert added."))

    ask = Ask(_("Add alert"), _("Add"), back, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.SET_ALERTS)
@require_POST
def alert_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(PatientAlert, pk=pk)
    back = page_of(chart_or_404(request, alert.patient_id).pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.withdraw_alert(alert=alert, by=by)
        undo = reverse("alert_restore", args=[pk])
        return Done(back, _("Alert taken down."), undo=undo)

    return press(request, back, act)


@requires(Capability.SET_ALERTS)
@require_POST
def alert_restore(request: StaffRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(PatientAlert, pk=pk)
    back = page_of(chart_or_404(request, alert.patient_id).pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.restore_alert(alert=alert, by=by)
        return Done(back, _("The alert is back."))

    return press(request, back, act)


@requires(Capability.EDIT_PATIENTS)
def external_id_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record how another system names this chart."""
    patient = chart_or_404(request, pk)
    form = ExternalIdForm(request.POST or None)
    back = page_of(patient.pk)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.name_elsewhere(patient=patient, by=by, **form.details())
        return Done(back, _("Number added."))

    ask = Ask(_("Number elsewhere"), _("Add"), back, about=patient)
    return ask_and_act(request, form, ask, act)


def _chart_of(point: ContactPoint) -> Patient:
    return cast("Patient", point.patient)


def _point(request: StaffRequest, pk: int) -> ContactPoint:
    """A patient's contact point, fetched through the chart, by break-glass too."""
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    rows = ContactPoint.objects.select_related("patient")
    return get_object_or_404(rows, pk=pk, patient__in=visible)
