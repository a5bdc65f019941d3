"""Loose ends: visits that stand where no hours are, until a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, looks
from practice.access import Capability, requires
from practice.views.pages import Ask, Done, ask_and_act, press
from scheduling import hits, sight
from scheduling.forms.setup import LeaveForm
from scheduling.views.found import visit_to_change

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

MOST = 200  # on the page; who has more has another trouble


@requires(Capability.BOOK_VISITS)
@require_GET
def loose_ends(request: StaffRequest) -> HttpResponse:
    """All of them that somebody may see, the soonest first."""
    now = clock.now()
    mine = sight.visits_of(request.user).order_by().values("pk")
    found = hits.loose_ends(hits.ahead(now=now).filter(pk__in=mine))
    shown = hits.hits_of(found[:MOST], looker=request.user, now=now)
    looks.remember(request, {pk for hit in shown for pk in hit.chart_ids})
    context = {"hits": shown, "count": len(found)}
    return render(request, "scheduling/loose_ends.html", context)


@requires(Capability.BOOK_DESPITE)
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """A visit stays where it is, for a reason."""
    visit, _guests = visit_to_change(request, pk)
    form = LeaveForm(request.POST or None)
    back = reverse("loose_ends")

    def act(by: StaffMember, now: datetime) -> Done:
        hits.leave(visit=visit, by=by, **form.details())
        undo = reverse("loose_end_take_up", args=[pk])
        return Done(back, _("It stays where it is."), undo=undo)

    intro = _("It stays at its time although no hours are there, and leaves this list.")
    ask = Ask(_("Leave this visit where it is"), _("Leave it"), back, intro)
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_DESPITE)
@require_POST
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    visit, _guests = visit_to_change(request, pk)
    back = reverse("loose_ends")

    def act(by: StaffMember, now: datetime) -> Done:
        hits.take_up(visit=visit, by=by)
        return Done(back, _("It is a loose end again."))

    return press(request, back, act)
