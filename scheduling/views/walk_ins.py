"""Somebody is here without a visit: who sees them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import clock, looks
from practice.access import Capability, may, requires
from practice.models import Patient
from practice.views.charts import chart_or_404
from practice.views.pages import Ask, Done, ask_and_act, way_back
from scheduling import sight, walking_in
from scheduling.forms.walk_ins import WalkInForm, type_for, types_at
from scheduling.views.board import place_of
from scheduling.views.undo import NOTHING, undo_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Location, StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import AppointmentType


@requires(Capability.BOOK_VISITS)
def walk_in(request: StaffRequest) -> HttpResponse:
    """A visit now: the nearest free clinician is chosen already, one press books."""
    patient, places = _patient(request), sight.places_of(request.user)
    place = place_of(request, places) or _usual_place(patient, places)
    kinds = types_at(place) if place else []
    kind = type_for(patient, kinds, request.GET.get("type", ""))
    if place is None or kind is None:  # nothing is set up yet
        return redirect("board")
    form = _form(request, kind, place, asks_patient=patient is None)
    looks.remember(request, form.found)
    chart = reverse("patient", args=[patient.pk]) if patient else reverse("board")

    def act(by: StaffMember, at: datetime) -> Done:
        visit = walking_in.walk_in(
            plan=form.plan(kind, place, at),
            patient=patient or form.cleaned_data["patient"],
            by=by,
            now=at,
            reason=form.cleaned_data.get("reason", ""),
            is_squeezed_in=form.is_squeezed_in,
        )
        words = _("Here: %(who)s sees them.") % {"who": visit.clinician.name}
        return Done(reverse("board"), words, undo=undo_path(visit, NOTHING))

    ask = Ask(
        _("Walk-in"),
        _("Here now"),
        way_back(request, chart),
        about=patient,
        template="scheduling/walk_in.html",
        context=_around(kinds, kind, places, place) | {"patient": patient},
    )
    return ask_and_act(request, form, ask, act)


def _form(
    request: StaffRequest, kind: AppointmentType, place: Location, *, asks_patient: bool
) -> WalkInForm:
    now = clock.now()
    return WalkInForm(
        request.POST or None,
        openings=walking_in.openings(kind, place, now=now),
        offering=walking_in.offering(kind, place),
        zone=place.time_zone,
        asks_patient=asks_patient,
        may_squeeze=may(request.user, Capability.BOOK_DESPITE),
        staff=request.user,
        now=now,
    )


def _around(
    kinds: Sequence[AppointmentType],
    kind: AppointmentType,
    places: Sequence[Location],
    place: Location,
) -> dict[str, object]:
    """What stands above the form: what for, and where."""
    return {"kinds": kinds, "kind": kind, "places": places, "place": place}


def _patient(request: StaffRequest) -> Patient | None:
    """Whose chart this was opened from; none: the form asks."""
    text = request.GET.get("patient", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return None
    return chart_or_404(request, int(text))


def _usual_place(patient: Patient | None, places: list[Location]) -> Location | None:
    """Where the patient is usually seen, else the first of one's own."""
    if patient is not None:
        homes = set(
            patient.homes.filter(is_current=True).values_list("location", flat=True)
        )
        at_home = [one for one in places if one.pk in homes]
        places = at_home or places
    return next(iter(places), None)
