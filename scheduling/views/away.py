"""“Clinician ill today”: who and when, a preview, one act, and its undo."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
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
from scheduling.forms.away import WaysForm, WhoForm
from scheduling.models import Attendee, ClearedVisit, Clearing
from scheduling.undoing import TooLate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from scheduling.covering import Affected
    from scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Fall:
    """Who falls out, for which stretch, and which of their visits one sees."""

    who: StaffMember
    day: date
    starts_at: datetime
    ends_at: datetime
    affected: Sequence[Affected]
    elsewhere: int  # visits at places that are not this person's
    is_known: bool  # the absence stands already
    before: Clearing | None  # what was done about it last

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.is_known and not self.affected


@requires(Capability.BOOK_VISITS)
def clinician_away(request: StaffRequest) -> HttpResponse:
    """Pick who and when; then see every visit with what can become of it, and act."""
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    now, zone = clock.now(), zones.of_staff(request.user)
    asked = WhoForm(
        request.GET if "who" in request.GET else None,
        staff=request.user,
        places=sight.places_of(request.user),
        initial={"on": zones.local_day(now, zone)},
    )
    if not asked.is_valid():
        today = zones.local_day(now, zone)
        context = {"asked": asked, "team": asked.team, "today": today.isoformat()}
        return render(request, "scheduling/away.html", context)
    fall = _fall(request, asked, zone, now=now)
    form = WaysForm(request.POST or None, affected=fall.affected, zone=zone)
    if request.method == "POST" and not fall.is_settled and form.is_valid():
        path = attempt(request, form, partial(_clear, fall, form))
        if path is not None:
            return HttpResponseRedirect(path)
    named = _named(request, fall.affected, now)
    context = {"asked": asked, "fall": fall, "form": form, "named": named}
    people = {one.visit.pk: one.attendees for one in fall.affected}
    context["private"] = _with_others(people, named)
    status = 422 if form.errors else 200
    return render(request, "scheduling/away.html", context, status=status)


def _fall(request: StaffRequest, asked: WhoForm, zone: str, *, now: datetime) -> Fall:
    who, day = asked.cleaned_data["who"], asked.cleaned_data["on"]
    starts_at, ends_at = covering.stretch_of(who, day, now=now, zone=zone)
    theirs = covering.visits_on(who, day, now=now)
    mine = _within_sight(request, theirs)
    affected = covering.affected(who, mine, ends_at=ends_at, now=now)
    return Fall(
        who,
        day,
        starts_at,
        ends_at,
        affected,
        elsewhere=len(theirs) - len(mine),
        is_known=clearings.is_away(who, starts_at, ends_at),
        before=_before(request, who, starts_at, ends_at),
    )


def _before(
    request: StaffRequest, who: StaffMember, starts_at: datetime, ends_at: datetime
) -> Clearing | None:
    """What somebody did already about these hours."""
    rows = _seen_by(request).filter(clinician=who, undone_at=None)
    rows = rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return rows.order_by("-cleared_at").first()


def _clear(fall: Fall, form: WaysForm, by: StaffMember, now: datetime) -> Done:
    made = clearings.clear(
        clinician=fall.who,
        starts_at=fall.starts_at,
        ends_at=fall.ends_at,
        wishes=form.wishes(),
        by=by,
        now=now,
    )
    words = _("%(who)s is away; the visits are seen to.") % {"who": fall.who.name}
    path = reverse("clearing", args=[made.pk])
    return Done(path, words, undo=reverse("clearing_undo", args=[made.pk]))


@requires(Capability.BOOK_VISITS)
@require_GET
def clearing(request: StaffRequest, pk: int) -> HttpResponse:
    """What was done about each visit; what could not be, with its reason."""
    found = get_object_or_404(_seen_by(request), pk=pk)
    rows = found.visits.filter(appointment__in=sight.visits_of(request.user))
    rows = rows.select_related("appointment__location", "appointment__clinician")
    people = rows.prefetch_related("appointment__attendees__patient__merged_into")
    coming = {one.appointment_id: one.appointment.attendees.all() for one in people}
    ids = [one.chart.pk for group in coming.values() for one in group]
    named = sight.named(request.user, ids, now=clock.now())
    looks.remember(request, named)
    context = {
        "private": _with_others(coming, named),
        "clearing": found,
        "rows": people,
        "named": named,
        "faults": [row for row in people if row.fault],
        "calls": len(list(clearings.calls_of(found))),
        "zone": zones.of_staff(found.clinician),
    }
    return render(request, "scheduling/clearing.html", context)


@requires(Capability.BOOK_VISITS)
@require_POST
def clearing_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """All of it back, within the minute."""
    found = get_object_or_404(_seen_by(request), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        if not clearings.is_by(found, by):
            raise TooLate(_("There is nothing to undo."))
        faults = clearings.undo(clearing=found, by=by, now=now)
        words = _("Undone: the visits are as they were. Nobody was told.")
        if faults:
            words = _("Undone, but for %(n)d: %(why)s") % {
                "n": len(faults),
                "why": " ".join(_told(request, faults)),
            }
        return Done(reverse("board"), words)

    return press(request, reverse("clearing", args=[pk]), act)


def _seen_by(request: StaffRequest) -> QuerySet[Clearing]:
    """The clearings of whose visits this person sees some, or which had none."""
    seen = ClearedVisit.objects.filter(
        appointment__in=sight.visits_of(request.user).order_by()
    )
    had_some = Exists(ClearedVisit.objects.filter(clearing=OuterRef("pk")))
    rows = Clearing.objects.select_related("clinician")
    return rows.filter(Q(pk__in=seen.values("clearing")) | ~had_some)


def _within_sight(
    request: StaffRequest, theirs: Sequence[Appointment]
) -> list[Appointment]:
    eyes = sight.of(request.user)
    return [
        one
        for one in theirs
        if eyes.sees(clinician_id=one.clinician_id, location_id=one.location_id)
    ]


def _told(request: StaffRequest, faults: Mapping[int, str]) -> Sequence[str]:
    """Why visits could not be put back, but for those of somebody private."""
    rows = Attendee.objects.filter(appointment__in=faults).order_by("pk")
    coming: dict[int, list[Attendee]] = defaultdict(list)
    for row in rows.select_related("patient__merged_into"):
        coming[row.appointment_id].append(row)
    ids = [one.chart.pk for group in coming.values() for one in group]
    private = _with_others(coming, sight.named(request.user, ids, now=clock.now()))
    return [words for visit, words in faults.items() if visit not in private]


def _with_others(
    people: Mapping[int, Iterable[Attendee]], named: Collection[int]
) -> set[int]:
    """The visits to which somebody comes whose chart is closed to the reader.

    Why they are called first, or could not be changed, tells of that person.
    """
    return {
        visit
        for visit, coming in people.items()
        if any(one.chart.pk not in named for one in coming)
    }


def _named(
    request: StaffRequest, affected: Sequence[Affected], now: datetime
) -> frozenset[int]:
    """Whose names stand on the page; said to the read log."""
    ids = [one.chart.pk for row in affected for one in row.attendees]
    named = sight.named(request.user, ids, now=now)
    looks.remember(request, named)
    return named
