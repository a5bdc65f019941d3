"""Who has come, where another one of that day has the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from practice import clock, looks
from practice.access import Capability, requires
from practice.views.pages import way_back
from scheduling import namesakes, steps
from scheduling.states import AHEAD
from scheduling.views.found import visit_to_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment, Attendee
    from scheduling.steps import Step

SURE = "sure"  # of name and birth date


@requires(Capability.BOOK_VISITS)
@require_GET
def visit_who(request: StaffRequest, pk: int) -> HttpResponse:
    """Name and birth date of who is checked in, and of who is called alike."""
    visit, guests = visit_to_change(request, pk, is_for_some=True)
    step = steps.START if request.GET.get("step") == steps.START.slug else steps.ARRIVE
    asked = set(request.GET.getlist("attendee"))
    found = namesakes.beside(visit, request.user, now=clock.now())
    looks.remember(request, [one.chart for one in found])
    whom = [
        one for one in guests if one.is_changeable and str(one.attendee.pk) in asked
    ]
    if not whom:  # an address without anybody: nobody is to be told apart
        return HttpResponseRedirect(reverse("visit", args=[pk]))
    context = {
        "visit": visit,
        "step": step,
        "whom": whom,
        "others": [one for one in found if str(one.pk) not in asked],
        "next": way_back(request, reverse("visit", args=[pk])),
    }
    return render(request, "scheduling/visit_who.html", context)


def ask_who(
    request: StaffRequest,
    visit: Appointment,
    step: Step,
    whom: Sequence[Attendee],
    *,
    at: str = "",
) -> HttpResponse | None:
    """The way to that page, for who would be checked in and is not yet told apart.

    Or `at` another one, which asks the same.
    """
    is_check_in = step in (steps.ARRIVE, steps.START)
    if not is_check_in or SURE in request.POST:
        return None
    if not alike_names(request, visit, whom):
        return None
    asked = {
        "step": step.slug,
        "attendee": [one.pk for one in whom],
        "next": way_back(request, reverse("visit", args=[visit.pk])),
    }
    path = at or reverse("visit_who", args=[visit.pk])
    return HttpResponseRedirect(f"{path}?{urlencode(asked, doseq=True)}")


def alike_names(
    request: StaffRequest, visit: Appointment, whom: Sequence[Attendee]
) -> dict[str, Sequence[Attendee]]:
    """Who of some people is yet to be told apart, and from whom: for their page.

    Empty where everybody has a name of their own. Whom it names is looked at.
    """
    coming = {one.pk for one in whom if one.status in AHEAD}
    if not coming:
        return {}
    same = namesakes.beside(visit, request.user, now=clock.now())
    if not coming & {one.pk for one in same}:
        return {}
    looks.remember(request, [one.chart for one in same])
    return {
        "alike": [one for one in whom if one.pk in coming],
        "others": [one for one in same if one.pk not in coming],
    }
