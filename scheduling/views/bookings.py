"""Booking a visit: for whom, what, with whom, where; free times as buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import looks
from practice.access import Capability, requires
from practice.models import Patient
from practice.views.pages import Done, attempt, way_back
from scheduling import booking
from scheduling.forms.booking import BookForm, with_slot
from scheduling.views.undo import NOTHING, undo_path
from scheduling.views.visits import page_of_visit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

MOST_PATIENTS = 100
LONGEST_ID = 18


@requires(Capability.BOOK_VISITS)
def book(request: StaffRequest) -> HttpResponse:
    """Book a visit: a time that was chosen, or one of the next free ones."""
    sent = request.POST if request.method == "POST" else request.GET
    patients = patients_of(request, sent.getlist("patient"))
    form = BookForm(
        with_slot(request.POST) if request.method == "POST" else None,
        initial=_initial(request),
    )

    def act(by: StaffMember, now: datetime) -> Done:
        visit = booking.book(
            plan=form.plan(),
            patients=patients,
            by=by,
            now=now,
            desk_note=form.cleaned_data["desk_note"],
        )
        back = way_back(request, page_of_visit(visit.pk))
        return Done(back, _("Booked."), undo=undo_path(visit, NOTHING))

    if request.method == "POST" and form.is_valid():
        path = attempt(request, form, act)
        if path is not None:
            return HttpResponseRedirect(path)
    context = {"form": form, "patients": patients, "back": _back(request, patients)}
    status = 422 if form.errors else 200
    return render(request, "scheduling/book.html", context, status=status)


def patients_of(request: StaffRequest, numbers: Iterable[str]) -> list[Patient]:
    """The charts that an address or a form names; all must be open to this person."""
    ids = list(dict.fromkeys(numbers))[:MOST_PATIENTS]
    if not all(one.isascii() and one.isdecimal() for one in ids):
        raise Http404
    if any(len(one) > LONGEST_ID for one in ids):
        raise Http404
    known = Patient.objects.usual_to(request.user).in_bulk([int(one) for one in ids])
    if len(known) != len(ids):
        raise Http404
    looks.remember(request, known)
    return [known[int(one)] for one in ids]


def _initial(request: StaffRequest) -> dict[str, str]:
    """What an address says in advance, as the calendar and other pages link here."""
    names = {"type": "type", "clinician": "clinician", "location": "location"}
    names |= {"room": "room", "modality": "modality", "starts_at": "at"}
    return {
        name: request.GET[said] for name, said in names.items() if said in request.GET
    }


def _back(request: StaffRequest, patients: list[Patient]) -> str:
    default = reverse("patient", args=[patients[0].pk]) if patients else "/"
    return way_back(request, default)
