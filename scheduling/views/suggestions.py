"""Free times that suit a patient, asked for by a press on the page of booking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from scheduling import offering, suggestions
from scheduling.forms.booking import BookForm
from scheduling.views.booking_page import page_for

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.views.booking_page import BookingPage


@requires(Capability.BOOK_VISITS)
@require_POST
def suggest(request: StaffRequest) -> HttpResponse:
    """The times that suit best, each with why; a page of its own without script."""
    page = page_for(request)
    is_fragment = request.headers.get("HX-Request") == "true"
    name = "_suggestions" if is_fragment else "suggestions"
    context = {
        "page": page,
        "form": BookForm(),
        "suggested": _suggested(page),
        "next": request.POST.get("next", ""),
    }
    return render(request, f"scheduling/{name}.html", context)


def _suggested(page: BookingPage) -> list[tuple[offering.FreeTime, list[str]]]:
    """Free times with their reasons; none while it is not known for whom or what."""
    if not page.is_ready or not page.search.is_valid():
        return []
    question = page.search.question()
    found = suggestions.suggest(question, page.patients, now=page.now)
    told = offering.told([one.slot for one in found], page.zone)
    return [
        (time, list(one.reasons)) for (_on, time), one in zip(told, found, strict=True)
    ]
