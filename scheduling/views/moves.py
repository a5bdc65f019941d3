"""Moving a visit: to one of the next free times, or to a time of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practice import clock, zones
from practice.access import Capability, may, requires
from practice.views.pages import Done, attempt, way_back
from scheduling import booking, offering
from scheduling.booking import Despite
from scheduling.deliberate import booked_so, despite_of
from scheduling.forms.booking import PlanForm, on_wall, wall_of, with_slot
from scheduling.undoing import Mark
from scheduling.views.booking_page import MovePage, number
from scheduling.views.bookings import answer
from scheduling.views.found import visit_to_change
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
    visit, guests = visit_to_change(request, pk)
    patients = [one.patient for one in guests if one.patient]
    page = MovePage(request, visit, patients, now=clock.now())
    data = with_slot(request.POST) if request.method == "POST" else None
    wanted = _wanted(request, visit)
    shown = as_it_is(visit) | wanted
    form = PlanForm(data, staff=request.user, initial=shown)
    if data is not None and form.is_valid():
        path = attempt(request, form, lambda by, now: _move(page, form, by, now))
        if path is not None:
            return HttpResponseRedirect(path)
    more = {"visit": visit, "when": zones.moment(visit.starts_at, visit.zone)}
    if wanted and data is None:
        more |= _ways_on(page, shown)
    return answer(page, form, "scheduling/move.html", **more)


def _move(page: MovePage, form: PlanForm, by: StaffMember, now: datetime) -> Done:
    """Move as the form says; raises what booking.move raises."""
    visit, plan, answers = page.visit, form.plan(), form.cleaned_data
    despite = Despite(notice=page.is_soon(form))
    if answers["despite"] and may(by, Capability.BOOK_DESPITE):
        reason = answers["despite_reason"]
        despite = despite_of(plan, page.patients, reason, apart_from=[visit.pk])
    before = Mark.of(visit)
    moved = booking.move(
        appointment=visit,
        plan=plan,
        by=by,
        now=now,
        despite=despite,
        seen=answers["edition"],
    )
    path = way_back(page.request, page_of_visit(visit.pk))
    return Done(path, booked_so(moved, _("Moved.")), undo=undo_path(visit, before))


def _wanted(request: StaffRequest, visit: Appointment) -> dict[str, Any]:
    """What an address asks for instead: a time, and with whom, where and how long."""
    asked = request.GET
    if wall_of(asked.get("at")) is None:
        return {}
    found = {name: number(asked.get(name)) for name in ("clinician", "room", "minutes")}
    if found["minutes"] == _minutes(visit):
        del found["minutes"]  # as long as before, even where the type says otherwise
    known = {name: value for name, value in found.items() if value}
    return {"starts_at": wall_of(asked["at"]), **known}


def _ways_on(page: MovePage, shown: dict[str, Any]) -> dict[str, Any]:
    """For a time that was refused: the nearest free ones, and a reason all the same."""
    staff = page.request.user
    said = {name: str(value) for name, value in shown.items() if value}
    form = PlanForm(said, staff=staff)
    if not form.is_valid():
        return {}
    near = offering.nearest(form.plan(), notice=True, own_zone=page.zone, now=page.now)
    return {"near": near, "may_despite": may(staff, Capability.BOOK_DESPITE)}


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
