"""Somebody is here without a visit: who sees them now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practice import clock, looks, zones
from practice.access import Capability, may, requires
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act, way_back
from scheduling import namesakes, sight, walking_in
from scheduling.forms.walk_ins import WalkInForm, type_for, types_at
from scheduling.views.board import place_of
from scheduling.views.board_acts import number_of
from scheduling.views.found import people_found
from scheduling.views.undo import NOTHING, undo_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Location, Patient, StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import AppointmentType, Attendee

TEMPLATE = "scheduling/walk_in.html"
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Desk:
    """What for and where somebody is here; and who, where their chart led here."""

    patient: Patient | None
    kinds: Sequence[AppointmentType]
    kind: AppointmentType
    places: Sequence[Location]
    place: Location


@requires(Capability.BOOK_VISITS)
def walk_in(request: StaffRequest) -> HttpResponse:
    """A visit now: the nearest free clinician is chosen already, one press books."""
    desk = _desk(request)
    if desk is None:  # nothing is set up yet
        return redirect("board")
    form = _form(request, desk, data=request.POST or None)
    ask = _ask(request, desk, form)

    def act(by: StaffMember, at: datetime) -> Done:
        visit = walking_in.walk_in(
            plan=form.plan(desk.kind, desk.place, at),
            patient=form.whom(),
            by=by,
            now=at,
            reason=form.cleaned_data.get("reason", ""),
            is_squeezed_in=form.is_squeezed_in,
        )
        words = _("Here: %(who)s sees them.") % {"who": visit.clinician.name}
        back = way_back(request, reverse("board"))
        return Done(back, words, undo=undo_path(visit, NOTHING))

    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def walk_in_people(request: StaffRequest) -> HttpResponse:
    """Who it may be, each with the press that books; what was chosen stays."""
    desk = _desk(request)
    if request.method == "GET" or desk is None:
        return redirect(f"{reverse('walk_in')}?{request.GET.urlencode()}")
    if request.headers.get("HX-Request") == "true":
        rows = _rows(request, desk)
        return render(request, "scheduling/_walk_in_found.html", rows)
    kept = {name: request.POST.get(name, "") for name in ("seen_by", "reason")}
    form = _form(request, desk, data=None, initial=kept)
    ask = _ask(request, desk, form)
    return render(request, TEMPLATE, {"form": form, "ask": ask, **ask.context})


def _desk(request: StaffRequest) -> Desk | None:
    patient, places = _patient(request), sight.places_of(request.user)
    place = place_of(request, places) or _usual_place(patient, places)
    kinds = types_at(place) if place else []
    kind = type_for(patient, kinds, request.GET.get("type", ""))
    if place is None or kind is None:
        return None
    return Desk(patient, kinds, kind, places, place)


def _form(
    request: StaffRequest,
    desk: Desk,
    *,
    data: Any,
    initial: Mapping[str, str] | None = None,
) -> WalkInForm:
    return WalkInForm(
        data,
        openings=walking_in.openings(desk.kind, desk.place, now=clock.now()),
        offering=walking_in.offering(desk.kind, desk.place),
        zone=desk.place.time_zone,
        patient=desk.patient,
        may_squeeze=may(request.user, Capability.BOOK_DESPITE),
        staff=request.user,
        initial={name: said for name, said in (initial or {}).items() if said},
    )


def _ask(request: StaffRequest, desk: Desk, form: WalkInForm) -> Ask:
    """What stands around the form: what for, where, and whom the search found."""
    patient = desk.patient
    chart = reverse("patient", args=[patient.pk]) if patient else reverse("board")
    context = {
        "desk": desk,
        "asked": request.GET.urlencode(),
        "later": None if form.answers else _later(desk),
        "others": _namesakes(request, desk),
        **_rows(request, desk),
    }
    return Ask(
        _("Walk-in"),
        _("Here now"),
        way_back(request, chart),
        about=patient,
        template=TEMPLATE,
        context=context,
    )


def _namesakes(request: StaffRequest, desk: Desk) -> Sequence[Attendee]:
    """Who else has the name of whoever is here, at that place today; a look."""
    if desk.patient is None:
        return ()
    found = namesakes.of_patient(
        desk.patient, desk.place, request.user, now=clock.now()
    )
    looks.remember(request, [one.chart for one in found])
    return found


def _rows(request: StaffRequest, desk: Desk) -> dict[str, Any]:
    """Who it may be, of those whom somebody typed."""
    query = "" if desk.patient else request.POST.get("who", "").strip()[:LONGEST_QUERY]
    return {"query": query, "rows": people_found(request, query) if query else []}


def _later(desk: Desk) -> Mapping[str, str]:
    """Where to book instead, and the next free time if there is one."""
    wishes = {"type": desk.kind.pk, "location": desk.place.pk, "asked": 1}
    if desk.patient:
        wishes["patient"] = desk.patient.pk
    book = f"{reverse('book')}?{urlencode(wishes)}"
    found = walking_in.next_free(desk.kind, desk.place, now=clock.now())
    if found is None:
        return {"url": book}
    return {
        "url": f"{book}&slot={found.slot}",
        "when": zones.moment(found.starts_at, desk.place.time_zone),
        "who": found.clinician.name,
    }


def _patient(request: StaffRequest) -> Patient | None:
    """Whose chart this was opened from; none: the page asks."""
    number = number_of(request.GET.get("patient", ""))
    return chart_or_404(request, number) if number else None


def _usual_place(
    patient: Patient | None, places: Sequence[Location]
) -> Location | None:
    """Where the patient is usually seen, else the first of one's own."""
    if patient is not None:
        homes = set(
            patient.homes.filter(is_current=True).values_list("location", flat=True)
        )
        at_home = [one for one in places if one.pk in homes]
        places = at_home or places
    return next(iter(places), None)
