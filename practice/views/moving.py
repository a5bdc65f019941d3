"""“Move to the right chart”, from whatever was entered on the wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import moving
from practice.access import Capability, requires
from practice.contributions import load
from practice.models import (
    CallAttempt,
    Caregiving,
    ContactPoint,
    ExternalId,
    PaperEntry,
    Patient,
    PatientAlert,
    Task,
)
from practice.views.chart_acts import page_of
from practice.views.charts import chart_or_404
from practice.views.choosing import choose
from practice.views.pages import Ask, Done, press

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.EDIT_PATIENTS)
def move_new(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Choose the right chart; the mistake goes on the register if asked."""
    row = _row(kind, pk)
    origin = chart_or_404(request, row.patient_id or 0)
    back = page_of(origin.pk)

    def act(chart: Patient, by: StaffMember, now: datetime) -> Done:
        moved = moving.move(row=row, to=chart, by=by, now=now)
        if request.POST.get("report"):
            moving.report_wrong_chart(row=moved, page=back, by=by, now=now)
        undo = reverse("move_back", args=[kind, pk])
        return Done(page_of(chart.pk), _("Moved to the right chart."), undo=undo)

    intro = _("It leaves this chart, and both charts remember it.")
    ask = Ask(
        _("Move to the right chart"),
        _("Move here"),
        back,
        intro,
        about=origin,
        context={"what": _words(row)},
    )
    return choose(request, ask, act, template="patients/move.html")


@requires(Capability.EDIT_PATIENTS)
@require_POST
def move_back(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """It belongs where it came from after all."""
    row = _row(kind, pk)
    before = moving.came_from(row)
    for chart in filter(None, (row.patient, before)):
        chart_or_404(request, chart.pk)  # both have to be theirs to change
    back = page_of(row.patient_id)

    def act(by: StaffMember, now: datetime) -> Done:
        moved = moving.move_back(row=row, by=by, now=now)
        return Done(page_of(moved.patient_id), _("Moved back."))

    return press(request, back, act)


def _row(kind: str, pk: int) -> moving.Movable:
    """Whatever may move; the caller fetches its chart."""
    model = moving.model_of(kind)
    if model is None:
        raise Http404
    rows = model._default_manager.select_related("patient")
    return cast("moving.Movable", get_object_or_404(rows, pk=pk))


def _words(row: moving.Movable) -> str:
    """What is moved, as the page says it."""
    if also := moving.also_movable(row):
        return also.words(row)
    match row:
        case ContactPoint():
            return row.value
        case PatientAlert():
            return row.text
        case Task():
            return row.title
        case ExternalId():
            return f"{row.system} {row.value}"
        case Caregiving():
            return row.caregiver.name
        case PaperEntry() | CallAttempt():
            return ": ".join(filter(None, (_kind(row), row.words)))


def _kind(row: PaperEntry | CallAttempt) -> str:
    """What it is that was written down."""
    if isinstance(row, CallAttempt):
        return row.get_outcome_display()
    kinds = {kind.name: str(kind.label) for kind in load("PAPER_ENTRIES")}
    return kinds.get(row.kind, "")
