"""“Asked us to stop”, and what patients want again, at one contact of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import addresses, opt_outs, panels, records, said
from consent.forms import LiftForm, StopForm
from consent.states import Channel, Source, staff_may_lift
from practice import clock, contacts
from practice.access import Capability, requires
from practice.models import ContactKind, ContactPoint, Patient, StaffMember
from practice.views.charts import refuse_under_glass
from practice.views.pages import Ask, Done, ask_and_act

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from consent.models import OptOut
    from practice.views.pages import StaffRequest


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop as the page tells it; why staff cannot lift it, if they cannot."""

    row: OptOut
    words: str  # as far as they are told with this chart
    why_not: str


@requires(Capability.EDIT_PATIENTS)
def contact_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """The patient told somebody here to stop."""
    point = _point(request, pk)
    channels = list(records.ASKED[point.kind])
    form = StopForm(request.POST or None, channels=channels)
    back = reverse("patient", args=[point.patient_id])

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        opt_outs.stop(
            address=addresses.of_point(point),
            source=Source.SPOKEN,
            patient=point.patient,
            by=by,
            now=now,
            **answers,
        )
        return Done(back, _("Stopped, for everybody who has this."))

    ask = Ask(
        _("Asked us to stop"),
        _("Stop it"),
        back,
        _intro(point),
        is_grave=True,
        about=point.patient,
        template="consent/stop.html",
        context={"point": point, "stopped": _stopped(point)},
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.EDIT_PATIENTS)
def contact_lift(request: StaffRequest, pk: int) -> HttpResponse:
    """The patient told somebody here that calls or e-mails are welcome again."""
    point = _point(request, pk)
    refuse_under_glass(request, _chart_of(point))
    standing = [one.row for one in _stopped(point) if not one.why_not]
    channels = [Channel(row.channel) for row in standing]
    if not channels and request.method == "GET":
        return redirect("contact_stop", pk=pk)
    form = LiftForm(request.POST or None, channels=channels)
    back = reverse("patient", args=[point.patient_id])

    def act(by: StaffMember, now: datetime) -> Done:
        opt_outs.lift(
            address=addresses.of_point(point),
            patient=point.patient,
            by=by,
            now=now,
            **form.details(),
        )
        return Done(back, _("Welcome again, for everybody who has this."))

    ask = Ask(_("Welcome again"), _("Lift the stop"), back, about=point.patient)
    return ask_and_act(request, form, ask, act)


def _stopped(point: ContactPoint) -> Sequence[Stopped]:
    stops = opt_outs.standing([addresses.of_point(point)])
    return [
        Stopped(row, said.words_for(row, _chart_of(point)), opt_outs.why_not_lift(row))
        for row in panels.stops_of(point, stops)
    ]


def _chart_of(point: ContactPoint) -> Patient:
    return cast("Patient", point.patient)


def _intro(point: ContactPoint) -> str:
    """What pressing the button means, and for how many."""
    said = [_("It counts at once and for everybody who has this number or address.")]
    if others := len(contacts.people_sharing(point)):
        words = ngettext("%(n)s other contact has it.", "%(n)s others have it.", others)
        said.append(words % {"n": others})
    if not staff_may_lift(Channel.TEXT, Source.SPOKEN):
        said.append(_("Texts come back only by the patient's own START."))
    return " ".join(said)


def _point(request: StaffRequest, pk: int) -> ContactPoint:
    """A patient's phone or e-mail, fetched through the chart, by break-glass too."""
    visible = Patient.objects.visible_to(request.user, now=clock.now())
    rows = ContactPoint.objects.exclude(kind=ContactKind.POST)
    rows = rows.select_related("patient").filter(ended_at=None)
    return get_object_or_404(rows, pk=pk, patient__in=visible)
