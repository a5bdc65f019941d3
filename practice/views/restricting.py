"""Closing a chart to all but its care team, and opening it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import patients
from practice.access import Capability, requires
from practice.forms.patients import RestrictForm
from practice.models import Patient, StaffMember
from practice.versions import Shown
from practice.views.charts import chart_or_404, chart_or_own_act, page_or_list
from practice.views.pages import Ask, Done, ask_and_act, press, taken_before

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.RESTRICT_CHARTS)
def restrict(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a chart to all but its care team and break-glass, or open it again."""
    if path := taken_before(request):  # it may have closed the chart to them too
        return HttpResponseRedirect(path)
    shown = Shown.record(Patient, pk)
    patient = chart_or_404(request, pk)
    wish = {"is_restricted": "no" if patient.is_restricted else "yes"}
    form = RestrictForm(request.POST or None, shown=shown, initial=wish)

    def act(by: StaffMember, now: datetime) -> Done:
        patients.restrict(patient=patient, by=by, **form.details())
        return _done(patient, by, is_closed=form.will_close)

    intro = _(
        "Staff, relatives and public persons: only the care team opens the chart."
    )
    title = _("Restrict chart") if form.will_close else _("Lift the restriction")
    back = reverse("patient", args=[pk])
    ask = Ask(title, title, back, intro, about=patient)
    return ask_and_act(request, form, ask, act)


@requires(Capability.RESTRICT_CHARTS)
@require_POST
def restrict_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """The wrong chart was closed, perhaps to whoever closed it too."""
    return _taken_back(request, pk, is_closed=False)


@requires(Capability.RESTRICT_CHARTS)
@require_POST
def lift_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """The wrong chart was opened."""
    return _taken_back(request, pk, is_closed=True)


def _taken_back(request: StaffRequest, pk: int, *, is_closed: bool) -> HttpResponse:
    kind = "patient.unrestricted" if is_closed else "patient.restricted"
    patient = chart_or_own_act(request, get_object_or_404(Patient, pk=pk), kind=kind)
    reason = _("Taken back")

    def act(by: StaffMember, now: datetime) -> Done:
        patients.restrict(
            patient=patient, is_restricted=is_closed, reason=reason, by=by
        )
        return _done(patient, by, is_closed=is_closed)

    return press(request, reverse("patients"), act)


def _done(patient: Patient, by: StaffMember, *, is_closed: bool) -> Done:
    words = _("Restricted.") if is_closed else _("No longer restricted.")
    undo = "patient_restrict_undo" if is_closed else "patient_lift_undo"
    path = page_or_list(patient, by)
    return Done(path, words, undo=reverse(undo, args=[patient.pk]))
