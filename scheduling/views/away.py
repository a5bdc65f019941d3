"""“Clinician ill today”: who and when, a preview, one act, and its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, looks, zones
from practice.access import Capability, requires
from practice.views.pages import Done, StaffRequest, attempt, press, taken_before
from scheduling import clearing as clearings
from scheduling import covering, sight
from scheduling.forms.away import WaysForm, WhoForm, stretch_of
from scheduling.models import Clearing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from scheduling.covering import Affected
    from scheduling.models import Appointment


@requires(Capability.BOOK_VISITS)
def clinician_away(request: StaffRequest) -> HttpResponse:
    """Pick who and when; then see every visit with what can become of it, and act."""
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    now = clock.now()
    places = sight.places_of(request.user)
    zone = zones.of_staff(request.user)
    asked = WhoForm(
        request.GET if "who" in request.GET else None,
        staff=request.user,
        places=places,
        initial={"on": zones.local_day(now, zone)},
    )
    if not asked.is_valid():
        return render(request, "scheduling/away.html", {"asked": asked})
    who, day = asked.cleaned_data["who"], asked.cleaned_data["on"]
    starts_at, ends_at = stretch_of(day, zone, now=now)
    theirs = covering.visits_in(who, starts_at, ends_at)
    mine = _within_sight(request, theirs)
    affected = covering.affected(who, mine, ends_at=ends_at, now=now)
    form = WaysForm(request.POST or None, affected=affected, zone=zone)
    if request.method == "POST" and form.is_valid():

        def act(by: StaffMember, at: datetime) -> Done:
            made = clearings.clear(
                clinician=who,
                starts_at=starts_at,
                ends_at=ends_at,
                wishes=form.wishes(),
                by=by,
                now=at,
            )
            path = reverse("clearing", args=[made.pk])
            undo = reverse("clearing_undo", args=[made.pk])
            words = _("%(who)s is away; the visits are seen to.") % {"who": who.name}
            return Done(path, words, undo=undo)

        if path := attempt(request, form, act):
            return HttpResponseRedirect(path)
    context = {"asked": asked, "who": who, "day": day, "form": form}
    context |= {"named": _named(request, affected, now), "now": now}
    context["elsewhere"] = len(theirs) - len(mine)
    status = 422 if form.errors else 200
    return render(request, "scheduling/away.html", context, status=status)


@requires(Capability.BOOK_VISITS)
@require_GET
def clearing(request: StaffRequest, pk: int) -> HttpResponse:
    """What was done about each visit; what could not be, with its reason."""
    found = get_object_or_404(_seen_by(request), pk=pk)
    rows = found.visits.filter(appointment__in=sight.visits_of(request.user))
    rows = rows.select_related("appointment__location", "appointment__clinician")
    people = rows.prefetch_related("appointment__attendees__patient")
    ids = [one.patient_id for row in people for one in row.appointment.attendees.all()]
    named = sight.named(request.user, ids, now=clock.now())
    looks.remember(request, named)
    context = {
        "clearing": found,
        "rows": people,
        "named": named,
        "faults": [row for row in people if row.fault],
        "calls": len(list(clearings.calls_of(found))),
        "zone": zones.of_staff(request.user),
    }
    return render(request, "scheduling/clearing.html", context)


@requires(Capability.BOOK_VISITS)
@require_POST
def clearing_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """All of it back, within the minute."""
    found = get_object_or_404(_seen_by(request), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        faults = clearings.undo(clearing=found, by=by, now=now)
        words = _("Undone: the visits are as they were. Nobody was told.")
        if faults:
            words = _("Undone, but for %(n)d: %(why)s") % {
                "n": len(faults),
                "why": " ".join(faults),
            }
        return Done(reverse("board"), words)

    return press(request, reverse("clearing", args=[pk]), act)


def _seen_by(request: StaffRequest) -> QuerySet[Clearing]:
    """The clearings of whose visits this person sees some, or which had none."""
    seen = sight.visits_of(request.user).order_by()
    rows = Clearing.objects.select_related("clinician")
    return rows.filter(visits__appointment__in=seen).distinct() | rows.filter(
        visits=None
    )


def _within_sight(
    request: StaffRequest, theirs: Sequence[Appointment]
) -> list[Appointment]:
    eyes = sight.of(request.user)
    return [
        one
        for one in theirs
        if eyes.sees(clinician_id=one.clinician_id, location_id=one.location_id)
    ]


def _named(
    request: StaffRequest, affected: Sequence[Affected], now: datetime
) -> frozenset[int]:
    """Whose names stand on the page; said to the read log."""
    ids = [one.patient_id for row in affected for one in row.attendees]
    named = sight.named(request.user, ids, now=now)
    looks.remember(request, named)
    return named
