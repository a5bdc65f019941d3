"""The card that opens over a visit on the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from practice import clock
from practice.access import Capability, may, requires
from practice.here import of_request
from practice.whereabouts import page_of
from practice.zones import spoken, stretch
from scheduling import holding, steps
from scheduling.calendar_rules import rules
from scheduling.models import Modality
from scheduling.panels import WAYS
from scheduling.views.found import (
    guests_of,
    is_all_changeable,
    is_all_named,
    visit_or_404,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.SEE_CALENDAR)
@require_GET
def calendar_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """A part of the page; whoever has no script opens the visit itself."""
    visit, now = visit_or_404(request, pk), clock.now()
    guests = [one for one in guests_of(request, visit) if not one.attendee.is_withdrawn]
    may_act = may(request.user, Capability.BOOK_VISITS)
    held = rules()
    statuses = [one.attendee.status for one in guests if one.is_changeable]
    rows = [
        {
            "guest": one,
            "steps": steps.possible(one.attendee.status, visit, held, now=now)
            if may_act and one.is_changeable
            else [],
        }
        for one in guests
    ]
    practice = of_request(request)
    context = {
        "visit": visit,
        "rows": rows,
        "when": stretch(visit.starts_at, visit.ends_at, visit.zone),
        "zone": ""
        if practice and practice.time_zone == visit.zone
        else spoken(visit.zone),
        "way": WAYS.get(Modality(visit.modality)),
        "is_all_named": is_all_named(guests),
        "next": page_of(request),
        "may_move": may_act
        and is_all_changeable(guests)
        and steps.may_move(
            statuses, is_joinable=holding.is_joinable(visit, now=clock.now())
        ),
        "may_cancel": may_act and any(map(steps.may_cancel, statuses)),
    }
    return render(request, "scheduling/calendar_visit.html", context)
