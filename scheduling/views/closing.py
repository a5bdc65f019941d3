"""Close the day: its loose ends on one page. Nothing is ever marked by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from practice import clock, looks, zones
from practice.access import Capability, requires
from practice.here import of_request
from scheduling import sight
from scheduling.board import Lane, board_of
from scheduling.calling import call_list
from scheduling.views.board import place_of
from scheduling.views.board_html import lines, pen

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.BOOK_VISITS)
@require_GET
def close_day(request: StaffRequest) -> HttpResponse:
    """Visits without an outcome, people who are still here, calls that are open."""
    now = clock.now()
    places = sight.places_of(request.user)
    place = place_of(request, places)
    today = zones.local_day(
        now, place.time_zone if place else zones.of_staff(request.user)
    )
    found = board_of(request.user, day=today, today=today, place=place, now=now)
    calls = call_list(
        request.user,
        places=[place] if place else places,
        practice=of_request(request),
        now=now,
    )
    open_calls = [line for line in calls.open if line.tasks]
    waiting = [line for line in calls.open if line.visits]
    missing = found.lanes[Lane.MISSING]
    here = found.lanes[Lane.ARRIVED] + found.lanes[Lane.IN_SESSION]
    tool = pen(request, back=reverse("close_day"))
    looks.remember(request, {p.patient_id for x in (*missing, *here) for p in x.named})
    looks.remember(request, [line.patient for line in open_calls])
    context = {
        "missing": missing,
        "missing_lines": lines(missing, tool, lane="missing"),
        "is_cut": found.is_cut,
        "here": here,
        "here_lines": lines(here, tool, lane="here"),
        "calls": open_calls,
        "unconfirmed": len(waiting),
        "day": today,
        "now": now,
    }
    return render(request, "scheduling/close_day.html", context)
