"""Booking a visit: one of the next free times by one press, or a time of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practice import zones
from practice.access import Capability, may, requires
from practice.models import Location, StaffMember
from practice.views.pages import Done, attempt, way_back
from scheduling import booking, offering
from scheduling.booking import Despite
from scheduling.deliberate import booked_so, despite_of
from scheduling.forms.booking import (
    BookForm,
    PlanForm,
    on_wall,
    wall_of,
    with_slot,
)
from scheduling.forms.choices import share
from scheduling.views.booking_page import BookingPage, number, page_for
from scheduling.views.found import people_found
from scheduling.views.undo import NOTHING, undo_path
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.offering import FreeTime

SHARED = ("type", "clinician", "location")  # what both forms of the page offer
PLANNED = {"at", "slot", "beside"}  # with one of these an address means one time


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def book(request: StaffRequest) -> HttpResponse:
    """Book a visit: a time that was chosen, or one of the next free ones."""
    page = page_for(request)
    data = with_slot(request.POST) if request.method == "POST" else None
    form = BookForm(data, staff=request.user, initial=_initial(page))
    if data is not None and form.is_valid():
        path = attempt(request, form, lambda by, now: _book(page, form, by, now))
        if path is not None:
            return HttpResponseRedirect(path)
    return _answer(page, form)


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def book_people(request: StaffRequest) -> HttpResponse:
    """Who it is for: a search by POST, whose results go on with the booking."""
    if request.method == "GET":
        return redirect(f"{reverse('book')}?{request.GET.urlencode()}")
    page = page_for(request)
    query = request.POST.get("q", "")[:100]
    chosen = {one.pk for one in page.patients}
    found = people_found(request, query)
    rows = [one for one in found if one.chart.pk not in chosen]
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "_found.html" if is_fragment else "book_people.html"
    context = {"rows": rows, "query": query, "asked": request.GET.urlencode()}
    return render(
        request, f"scheduling/{template}", {**context, "patients": page.patients}
    )


def _book(page: BookingPage, form: BookForm, by: StaffMember, now: datetime) -> Done:
    """Book what the form says; raises what booking.book raises."""
    plan, answers = form.plan(), form.cleaned_data
    despite = Despite(notice=page.is_soon(form))
    if answers["despite"] and may(by, Capability.BOOK_DESPITE):
        despite = despite_of(plan, page.patients, answers["despite_reason"])
    visit = booking.book(
        plan=plan,
        patients=page.patients,
        by=by,
        now=now,
        despite=despite,
        desk_note=answers["desk_note"],
    )
    path = way_back(page.request, page_of_visit(visit.pk))
    words = _("Booked: %(when)s with %(who)s.") % {
        "who": visit.clinician,
        "when": zones.moment(visit.starts_at, visit.zone),
    }
    return Done(path, booked_so(visit, words), undo=undo_path(visit, NOTHING))


def _answer(page: BookingPage, form: BookForm) -> HttpResponse:
    return answer(page, form, "scheduling/book.html")


def answer(
    page: BookingPage, form: PlanForm, template: str, **more: object
) -> HttpResponse:
    """The page, after a refusal with the nearest free times and what is possible."""
    request = page.request
    is_refused = form.is_bound and bool(form.errors)
    share(SHARED, page.search, form)
    may_despite = may(request.user, Capability.BOOK_DESPITE)
    context = {
        "page": page,
        "form": form,
        "near": _nearest(page, form) if is_refused else (),
        "is_planned": form.is_bound or PLANNED & set(page.wishes),
        "may_despite": may_despite and (is_refused or page.beside is not None),
        "is_too_soon": is_refused and page.is_too_soon(form),
        "summary": _summary(page, form),
        "asked": request.GET.urlencode(),
        "back": way_back(request, page.back()),
        "next": way_back(request, ""),
        **more,
    }
    status = 422 if is_refused else 200
    return render(request, template, context, status=status)


def _nearest(page: BookingPage, form: PlanForm) -> Sequence[FreeTime]:
    """The free times nearest to a plan that could not be booked."""
    if form.planned is None:
        return ()
    return offering.nearest(
        form.planned, notice=not page.is_soon(form), own_zone=page.zone, now=page.now
    )


def _summary(page: BookingPage, form: PlanForm) -> str:
    """The time that was chosen before anybody said for whom, as a sentence."""
    shown = form.initial
    wall = wall_of(shown.get("starts_at"))
    if page.is_ready or wall is None:
        return ""
    people = StaffMember.objects.filter(pk=number(shown.get("clinician")) or 0)
    places = Location.objects.filter(pk=number(shown.get("location")) or 0)
    names = [*people.values_list("name", flat=True), *map(str, places)]
    return ", ".join([date_format(wall, "SHORT_DATETIME_FORMAT"), *names])


def _initial(page: BookingPage) -> dict[str, Any]:
    """What the form of the plan shows in advance."""
    wishes = with_slot(page.wishes)
    found: dict[str, Any] = {"modality": page.planned_way}
    found["starts_at"] = wishes.get("at")
    names = ("type", "clinician", "location", "room", "starts_at", "minutes")
    found |= {name: wishes[name] for name in names if wishes.get(name)}
    if beside := page.beside:
        found["clinician"], found["location"] = beside.clinician_id, beside.location_id
        found["starts_at"] = on_wall(beside.starts_at, beside.zone)
    return {name: value for name, value in found.items() if value}
