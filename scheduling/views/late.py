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
from practice.taking_back import is_own_last_act
from practice.views.pages import Ask, Done, ask_and_act, press, way_back
from scheduling import delays, late_arrivals, sight, steps
from scheduling.delays import BEHIND_BY, VISITS_BEHIND
from scheduling.forms.board import BehindForm, LateForm
from scheduling.minutes import minute_of, named
from scheduling.models import Delay
from scheduling.undoing import Mark, TooLate
from scheduling.views.board_acts import (
    MOST_DELAYS,
    attendee_or_404,
    board_path,
    number_of,
)
from scheduling.views.checking_in import alike_names, ask_who
from scheduling.views.found import visit_to_change
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

SHORTENED = "shortened"
HALF_A_DAY = timedelta(hours=12)


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
def clinician_behind(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """A clinician is behind, that of a visit or one to choose: by how much."""
    who = _seen_by(request, pk) if pk else None
    form = BehindForm(
        request.POST or None,
        staff=request.user,
        places=sight.places_of(request.user),
        initial={"clinician": who},
    )
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        said = form.details()
        return _behind(
            said["clinician"], said["minutes"], said["visits"], back, by, now
        )

    ask = Ask(_("Clinician behind"), _("Note it"), back)
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
@require_POST
def behind_now(request: StaffRequest, pk: int) -> HttpResponse:
    """One press beside somebody who waits: whoever sees them is behind."""
    who = _seen_by(request, pk)
    back = way_back(request, board_path())

    def act(by: StaffMember, now: datetime) -> Done:
        return _behind(who, BEHIND_BY, VISITS_BEHIND, back, by, now)

    return press(request, back, act)


def _seen_by(request: StaffRequest, pk: int) -> StaffMember:
    """Whoever sees the people of a visit."""
    visit, _guests = visit_to_change(request, pk, is_for_some=True)
    return visit.clinician


def _behind(
    who: StaffMember, minutes: int, most: int, back: str, by: StaffMember, now: datetime
) -> Done:
    """The next visits of somebody begin later, and are announced so."""
    rows = delays.next_visits(who, most=most, now=now, until=now + HALF_A_DAY)
    said = delays.say_behind(visits=rows, minutes=minutes, by=by, now=now)
    words = _("%(who)s: the next %(n)d visits begin %(minutes)d minutes later.") % {
        "who": who.name,
        "n": len(said),
        "minutes": minutes,
    }
    numbers = ".".join(str(row.pk) for row in said)
    return Done(back, words, undo=reverse("delays_undo", args=[numbers]))


@requires(Capability.BOOK_VISITS)
@require_POST
def delays_undo(request: StaffRequest, numbers: str) -> HttpResponse:
    """On time after all."""
    ids = [number_of(one) for one in numbers.split(".")]
    rows = Delay.objects.filter(
        pk__in=ids[:MOST_DELAYS], appointment__in=sight.visits_of(request.user)
    )

    def act(by: StaffMember, now: datetime) -> Done:
        if not all(_just_said(row, by) for row in rows):
            raise TooLate(_("The minute is over: say how late it is instead."))
        delays.take_back(delays=rows, by=by, now=now)
        return Done(board_path(), _("Taken back."))

    return press(request, board_path(), act)


def _just_said(row: Delay, by: StaffMember) -> bool:
    return is_own_last_act(row, kind="delay.said", by=by, now=clock.real_now())


@requires(Capability.BOOK_VISITS)
def late_arrival(request: StaffRequest, pk: int) -> HttpResponse:
    """They are here, but late: shortened, fitted in later today, or another day."""
    visit, guests = visit_to_change(request, pk)
    back = way_back(request, board_path())
    now, whom = clock.now(), [one.attendee for one in guests if one.is_changeable]
    if request.method == "POST":
        if page := ask_who(request, visit, steps.ARRIVE, whom, at=request.path):
            return page

        def act(by: StaffMember, at: datetime) -> Done:
            before, choice = Mark.of(visit), request.POST.get("choice", "")
            if choice == SHORTENED:
                late_arrivals.see_shortened(visit=visit, by=by, now=at)
                words = _("Here; the visit ends as planned.")
            elif starts_at := named(number_of(choice)):
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
        **alike_names(request, visit, whom),
    }
    return render(request, "scheduling/late_arrival.html", context)
