"""Moving a visit: to one of the next free times, or to a time of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice.access import Capability, requires
from practice.views.pages import Ask, Done, ask_and_act, way_back
from scheduling import booking
from scheduling.forms.booking import PlanForm, on_wall, with_slot
from scheduling.undoing import Mark
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
def visit_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Another time, clinician, place or way for a visit that is still ahead."""
    visit = visit_or_404(request, pk)
    guests_of(request, visit)
    data = with_slot(request.POST) if request.method == "POST" else None
    form = PlanForm(data, initial=as_it_is(visit))
    back = way_back(request, page_of_visit(pk))

    def act(by: StaffMember, now: datetime) -> Done:
        before = Mark.of(visit)
        booking.move(appointment=visit, plan=form.plan(), by=by, now=now)
        return Done(back, _("Moved."), undo=undo_path(visit, before))

    ask = Ask(_("Move the visit"), _("Move"), back)
    return ask_and_act(request, form, ask, act)


def as_it_is(visit: Appointment) -> dict[str, Any]:
    """What a form of a visit's plan shows before anything is changed."""
    return {
        "type": visit.type_id,
        "clinician": visit.clinician_id,
        "location": visit.location_id,
        "starts_at": on_wall(visit.starts_at, visit.zone),
        "modality": visit.modality,
        "room": visit.room_id,
    }
