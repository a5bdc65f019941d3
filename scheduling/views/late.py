"""Late: a patient who says so, a patient who came late, a clinician who is behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import clock, zones
from practice.access import Capability, requires
from practice.rules import NotPossible
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from scheduling import delays, late_arrivals, sight
from scheduling.forms.board import BehindForm, LateForm
from scheduling.minutes import instant_of, minute_of
from scheduling.models import Delay
from scheduling.undoing import Mark
from scheduling.views.board_acts import (
    MOST_DELAYS,
    attendee_or_404,
    board_path,
    changeable_or_404,
    number_of,
)
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

SHORTENED = "shortened"


@requires(Capability.BOOK_VISITS)
@require_POST
def late_said(request: StaffRequest, pk: int) -> HttpResponse:
    """A patient said by how much they will be late."""
    attendee = attendee_or_404(request, pk)
    back = way_back(request, board_path())
    form = LateForm(request.POST)

    def act(by: StaffMember, now: datetime) -> Done:
        minutes = form.minutes()
        row = delays.say_late(attendee=attendee, minutes=minutes, by=by, now=now)
        words = _("Noted: %(n)d minutes late.") % {"n": minutes}
        return Done(back, words, undo=reverse("delays_undo", args=[str(row.pk)]))

    return press(request, back, act)


@requires(Capability.BOOK_VISITS)
def clinician_behind(request: StaffRequest) -> HttpResponse:
    """A clinician is behind: the next visits begin later, and are announced so."""
    places = sight.places_of(request.user)
    form = BehindForm(
        request.POST or None,
        staff=request.user,
        places=places,
        initial={"clinician": request.GET.get("who", "")},
    )
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        who = answers["clinician"]
        until = now + timedelta(hours=12)
        rows = delays.next_visits(who, most=answers["visits"], now=now, until=until)
        said = delays.say_behind(
            visits=rows, minutes=answers["minutes"], by=by, now=now
        )
        words = _("%(who)s: the next %(n)d visits begin %(minutes)d minutes later.") % {
            "who": who.name,
            "n": len(said),
            "minutes": answers["minutes"],
        }
        numbers = ".".join(str(row.pk) for row in said)
        return Done(back, words, undo=reverse("delays_undo", args=[numbers]))

    ask = Ask(_("Clinician behind"), _("Note it"), back)
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def delays_undo(request: StaffRequest, numbers: str) -> HttpResponse:
    """On time after all."""
    ids = [number_of(one) for one in numbers.split(".")]
    rows = Delay.objects.filter(
        pk__in=ids[:MOST_DELAYS], appointment__in=sight.visits_of(request.user)
    )

    def act(by: StaffMember, now: datetime) -> Done:
        delays.take_back(delays=rows, by=by, now=now)
        return Done(board_path(), _("Taken back."))

    return press(request, board_path(), act)


@requires(Capability.BOOK_VISITS)
def late_arrival(request: StaffRequest, pk: int) -> HttpResponse:
    """They are here, but late: shortened, fitted in later today, or another day."""
    visit = changeable_or_404(request, pk)
    back = way_back(request, board_path())
    now = clock.now()
    if request.method == "POST":

        def act(by: StaffMember, at: datetime) -> Done:
            before, choice = Mark.of(visit), request.POST.get("choice", "")
            if choice == SHORTENED:
                late_arrivals.see_shortened(visit=visit, by=by, now=at)
                words = _("Here; the visit ends as planned.")
            elif minute := number_of(choice):
                starts_at = instant_of(minute)
                late_arrivals.fit_later(visit=visit, starts_at=starts_at, by=by, now=at)
                when = zones.moment(starts_at, visit.zone)
                words = _("Here; seen later: %(when)s.") % {"when": when}
            else:
                raise NotPossible(_("Choose what to do."))
            return Done(back, words, undo=undo_path(visit, before))

        return press(request, back, act)
    later = late_arrivals.later_today(visit, now=now)
    context = {
        "visit": visit,
        "when": zones.stretch(visit.starts_at, visit.ends_at, visit.zone),
        "minutes": max(0, minute_of(visit.ends_at) - minute_of(now)),
        "late": max(0, minute_of(now) - minute_of(visit.starts_at)),
        "later": [(minute_of(at), zones.moment(at, visit.zone)) for at in later],
        "back": back,
    }
    return render(request, "scheduling/late_arrival.html", context)
