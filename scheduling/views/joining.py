"""Somebody more comes to a visit: found by a search, taken by a press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import zones
from practice.access import Capability, requires
from practice.views.choosing import choose
from practice.views.pages import Ask, Done
from scheduling import groups
from scheduling.undoing import Mark
from scheduling.views.found import visit_to_change
from scheduling.views.undo import undo_path
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Patient, StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.BOOK_VISITS)
def visit_join(request: StaffRequest, pk: int) -> HttpResponse:
    """Find and add one more patient."""
    visit, _guests = visit_to_change(request, pk, is_for_some=True)
    back = page_of_visit(pk)

    def act(chart: Patient, by: StaffMember, now: datetime) -> Done:
        before = Mark.of(visit)
        groups.join(appointment=visit, patient=chart, by=by, now=now)
        return Done(back, _("Added."), undo=undo_path(visit, before))

    intro = _("%(type)s, %(when)s") % {
        "type": visit.type,
        "when": zones.moment(visit.starts_at, visit.zone),
    }
    ask = Ask(_("Somebody more comes"), _("Add"), back, intro=intro)
    return choose(request, ask, act)
