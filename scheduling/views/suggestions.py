"""Free times that suit a patient, asked for by a press on the page of booking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from practice import zones
from practice.access import Capability, requires
from practice.models import Location, StaffMember
from scheduling import suggestions
from scheduling.forms.booking import BookForm
from scheduling.forms.searching import way_of
from scheduling.minutes import instant_of
from scheduling.views.booking_page import page_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.suggestions import Suggestion
    from scheduling.views.booking_page import BookingPage


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion as the page tells it."""

    value: str  # of the button that books it
    when: str  # by the clock of its place
    words: str  # with whom and where
    reasons: Sequence[str]


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
        "way": _way(page),
        "next": request.POST.get("next", ""),
    }
    return render(request, f"scheduling/{name}.html", context)


def _way(page: BookingPage) -> str:
    """How to meet, without searching for the free times of the other list."""
    kind = page.search.cleaned_data.get("type") if page.search.is_valid() else None
    return way_of(kind, page.wishes.get("modality", "")) if kind else ""


def _suggested(page: BookingPage) -> list[Suggested]:
    """Free times with their reasons; none while it is not known for whom or what."""
    if not page.is_ready or not page.search.is_valid():
        return []
    question = page.search.question()
    found = suggestions.suggest(question, page.patients, now=page.now)
    people = StaffMember.objects.in_bulk({one.slot.clinician for one in found})
    places = Location.objects.in_bulk({one.slot.place for one in found})
    return [
        _told(one, people[one.slot.clinician], places[one.slot.place], page.zone)
        for one in found
    ]


def _told(
    one: Suggestion, clinician: StaffMember, place: Location, own_zone: str
) -> Suggested:
    slot, zone = one.slot, place.time_zone
    words = [clinician.name, place.short_name]
    if zone != own_zone:
        words.append(zones.spoken(zone))
    return Suggested(
        value=f"{slot.clinician}.{slot.place}.{slot.starts}",
        when=zones.moment(instant_of(slot.starts), zone),
        words=" · ".join(words),
        reasons=one.reasons,
    )
