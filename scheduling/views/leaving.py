"""The visits that are still booked for somebody who is paused, left or died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import clock, looks, zones
from practice.access import Capability, requires
from practice.states import PatientState
from practice.views.chart_acts import page_of
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act
from scheduling import leaving
from scheduling.forms.leaving import LeftVisitsForm

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Patient, StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Attendee


@requires(Capability.BOOK_VISITS)
def visits_left(request: StaffRequest, pk: int) -> HttpResponse:
    """Every visit that is still booked, and the button that cancels those chosen."""
    patient = chart_or_404(request, pk)
    rows = {str(row.pk): row for row in leaving.left(patient, now=clock.now())}
    back = page_of(patient.pk)
    if not rows:
        looks.remember(request, [patient])
        context = {"patient": patient, "back": back}
        return render(request, "scheduling/visits_left_none.html", context)
    own = zones.of_practice()
    form = LeftVisitsForm(
        request.POST or None,
        choices=[(key, _line(row, own)) for key, row in rows.items()],
        initial={"reason": patient.get_state_display()},
    )

    def act(by: StaffMember, now: datetime) -> Done:
        chosen = [rows[key] for key in form.cleaned_data["visits"]]
        reason = form.cleaned_data["reason"]
        line = leaving.cancel(
            patient=patient, attendees=chosen, reason=reason, by=by, now=now
        )
        count = len(chosen)
        words = ngettext("%(n)s visit cancelled.", "%(n)s visits cancelled.", count)
        undo = reverse("visits_left_undo", args=[pk, line.pk])
        return Done(back, words % {"n": count}, undo=undo)

    title, button = _("Visits that are still booked"), _("Cancel these visits")
    ask = Ask(title, button, back, _intro(patient), is_grave=True, about=patient)
    return ask_and_act(request, form, ask, act)


def _line(row: Attendee, own: str) -> str:
    visit = row.appointment
    when = zones.moment(visit.starts_at, visit.zone)
    if visit.zone != own:
        when = f"{when} ({zones.spoken(visit.zone)})"
    place = visit.location.short_name
    return f"{when} · {visit.type} · {visit.clinician} · {place}"


def _intro(patient: Patient) -> str:
    match patient.state:
        case PatientState.DECEASED:
            return _(
                "The patient has died. Nobody is told about these visits; what you "
                "cancel gives its time back, and no series goes on."
            )
        case PatientState.ENDED:
            return _(
                "Care has ended. What you cancel gives its time back, and no series "
                "goes on. The patient has to be told."
            )
        case PatientState.PAUSED:
            return _(
                "These visits lie within the pause. What you leave here stays "
                "booked. The patient has to be told of what you cancel."
            )
    return _("These visits are ahead. The patient has to be told of what you cancel.")
