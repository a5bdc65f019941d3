"""Public holidays, suggested as closures: one press each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from practice import clock, zones
from practice.access import Capability, requires
from practice.models import Location
from scheduling import holidays

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.MANAGE_CALENDAR)
@require_GET
def holiday_list(request: StaffRequest) -> HttpResponse:
    """The holidays of this year and the next, where each is one, and what is closed."""
    today = clock.local(clock.now(), zones.of_practice()).date()
    places = list(Location.objects.filter(is_active=True))
    years = (today.year, today.year + 1)
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else today.year
    context = {
        "year": year,
        "years": years,
        "stateless": [place for place in places if not place.state],
        "holidays": holidays.of_places(places, year, today=today),
        "everywhere": len(places),
    }
    return render(request, "scheduling/holidays.html", context)
