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
from scheduling.minutes import instant_of
from scheduling.offering import value_of
from scheduling.views.booking_page import page_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.finding import Question
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
        "form": BookForm(staff=request.user),
        "suggested": _suggested(page),
        "way": page.way,
        "is_alone": not is_fragment,  # without the free times below
        "next": request.POST.get("next", ""),
    }
    return render(request, f"scheduling/{name}.html", context)


def _suggested(page: BookingPage) -> list[Suggested]:
    """Free times with their reasons; none while it is not known for whom or what."""
    question = page.question
    if not page.is_ready or question is None:
        return []
    found = suggestions.suggest(question, page.patients, now=page.now)
    people = StaffMember.objects.in_bulk({one.slot.clinician for one in found})
    places = Location.objects.in_bulk({one.slot.place for one in found})
    return [
        _told(one, question, people, places[one.slot.place], page.zone) for one in found
    ]


def _told(
    one: Suggestion,
    question: Question,
    people: Mapping[int, StaffMember],
    place: Location,
    own_zone: str,
) -> Suggested:
    slot, zone = one.slot, place.time_zone
    words = [people[slot.clinician].name, place.short_name]
    way = question.ways_at(slot)[0] if len(question.ways) > 1 else None
    if way is not None:
        words.append(str(way.label))
    if zone != own_zone:
        words.append(zones.spoken(zone))
    return Suggested(
        value=value_of(slot, way or ""),
        when=zones.moment(instant_of(slot.starts), zone),
        words=" · ".join(words),
        reasons=one.reasons,
    )
