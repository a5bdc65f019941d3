"""Moving a visit: to one of the next free times, or to a time of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practice import clock, zones
from practice.access import Capability, may, requires
from practice.views.pages import Done, attempt, way_back
from scheduling import booking
from scheduling.deliberate import despite_of
from scheduling.forms.booking import PlanForm, on_wall, with_slot
from scheduling.undoing import Mark
from scheduling.views.booking_page import MovePage
from scheduling.views.bookings import answer
from scheduling.views.found import guests_of, visit_or_404
from scheduling.views.undo import undo_path
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def visit_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Another time, clinician, place or way for a visit that is still ahead."""
    visit = visit_or_404(request, pk)
    patients = [one.patient for one in guests_of(request, visit) if one.patient]
    page = MovePage(request, visit, patients, now=clock.now())
    data = with_slot(request.POST) if request.method == "POST" else None
    form = PlanForm(data, staff=request.user, initial=as_it_is(visit))
    if data is not None and form.is_valid():
        path = attempt(request, form, lambda by, now: _move(page, form, by, now))
        if path is not None:
            return HttpResponseRedirect(path)
    more = {"visit": visit, "when": zones.moment(visit.starts_at, visit.zone)}
    return answer(page, form, "scheduling/move.html", **more)


def _move(page: MovePage, form: PlanForm, by: StaffMember, now: datetime) -> Done:
    """Move as the form says; raises what booking.move raises."""
    visit, plan, despite = page.visit, form.plan(), booking.NOTHING
    if form.cleaned_data["despite"] and may(by, Capability.BOOK_DESPITE):
        reason = form.cleaned_data["despite_reason"]
        despite = despite_of(plan, page.patients, reason, apart_from=[visit.pk])
    before = Mark.of(visit)
    booking.move(appointment=visit, plan=plan, by=by, now=now, despite=despite)
    path = way_back(page.request, page_of_visit(visit.pk))
    return Done(path, _("Moved."), undo=undo_path(visit, before))


def as_it_is(visit: Appointment) -> dict[str, Any]:
    """What a form of a visit's plan shows before anything is changed."""
    return {
        "type": visit.type_id,
        "clinician": visit.clinician_id,
        "location": visit.location_id,
        "starts_at": on_wall(visit.starts_at, visit.zone),
        "modality": visit.modality,
        "minutes": None if visit.length == visit.type.length else _minutes(visit),
    }


def _minutes(visit: Appointment) -> int:
    return int(visit.length.total_seconds() // 60)
