"""One visit: who, when, where, how it stands, and what can be done now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, zones
from practice.access import Capability, may, requires
from practice.here import of_request
from practice.rules import NotPossible
from practice.views.pages import Done, press, way_back
from scheduling import asked, happened, holding, namesakes, planned, steps
from scheduling.calendar_rules import rules
from scheduling.forms.booking import on_wall
from scheduling.states import AHEAD, Status
from scheduling.undoing import Mark
from scheduling.views.checking_in import ask_who
from scheduling.views.found import (
    Guest,
    guests_of,
    is_all_changeable,
    is_all_named,
    visit_or_404,
    visit_to_change,
)
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.asked import Asked
    from scheduling.models import Appointment, Attendee, CalendarRules
    from scheduling.steps import Step

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One patient of the visit on its page."""

    guest: Guest
    steps: Sequence[Step]
    own_time: str  # by the patient's own clock, where it is another
    asked: Asked | None  # for another time
    asked_when: str
    is_namesake: bool = False  # another one there has the same name that day
    reason: str = ""  # why they stand as they do, where nobody private is meant


def page_of_visit(pk: int) -> str:
    return reverse("visit", args=[pk])


@requires(Capability.SEE_CALENDAR)
@require_GET
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    """One visit with everything that is to be known of it."""
    found = visit_or_404(request, pk)
    now = clock.now()
    guests = guests_of(request, found)
    may_act = may(request.user, Capability.BOOK_VISITS)
    held = rules()
    wanted = asked.waiting([one.attendee.patient_id for one in guests if one.patient])
    rows = [_row(one, held if may_act else None, wanted, now=now) for one in guests]
    veiled = happened.said_of(found, _closed(guests))
    rows = _told_apart(request, found, _reasoned(rows, veiled), now=now)
    context = {
        "visit": found,
        "rows": rows,
        "here": _together(rows),
        "beside": found.double_of or found.doubles.filter(is_live=True).first(),
        "zone": _zone_words(request, found),
        "day": f"{zones.local_day(found.starts_at, found.zone):%Y-%m-%d}",
        "when": zones.stretch(found.starts_at, found.ends_at, found.zone),
        **_offers(found, guests if may_act else (), now=now),
        **_again(found, guests if may_act else ()),
        "coming": sum(one.attendee.is_coming for one in guests),
        "changes": happened.to_visit(
            found, _shown(guests), is_all_named=is_all_named(guests), veiled=veiled
        ),
        "may_act": may_act,
        "is_all_named": is_all_named(guests),
        "reminders": list(planned.of_visit(_named(guests), now=now)),
    }
    return render(request, "scheduling/visit.html", context)


def _named(guests: Sequence[Guest]) -> Sequence[int]:
    """Those whose chart this person may know of."""
    return [one.attendee.pk for one in guests if one.patient]


@requires(Capability.BOOK_VISITS)
@require_POST
def visit_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """One press: confirmed, arrived, in session, completed, did not come.

    Without anybody named it is about all to whom it can apply.
    """
    found, everybody = visit_to_change(request, pk, is_for_some=True)
    step = steps.BY_SLUG.get(act)
    if step is None:
        raise Http404
    guests = [one for one in everybody if one.is_changeable]
    back = way_back(request, page_of_visit(pk))
    meant = _meant(request, guests, step)
    if page := ask_who(request, found, step, meant):
        return page

    def run(by: StaffMember, now: datetime) -> Done:
        whom = _chosen(meant)
        left = [one for one in whom if one.status != step.status]
        if not left:  # a second press, or somebody else was quicker
            return Done(back, str(step.done))
        before = Mark.of(found)
        step.act(attendees=left, by=by, now=now)
        return Done(back, str(step.done), undo=undo_path(found, before))

    return press(request, back, run)


def _meant(
    request: StaffRequest, guests: Sequence[Guest], step: Step
) -> list[Attendee]:
    """Those named by the form; without any, all for whom the step is legal."""
    named = set(request.POST.getlist("attendee"))
    rows = [one.attendee for one in guests]
    if named or "chosen" in request.POST:
        return [row for row in rows if str(row.pk) in named]
    found = [row for row in rows if steps.is_legal(row.status, step)]
    return found or [row for row in rows if row.is_coming]


def _chosen(meant: list[Attendee]) -> list[Attendee]:
    if not meant:
        raise NotPossible(_("Choose who this is about."))
    return meant


def _row(
    guest: Guest,
    held: CalendarRules | None,
    wanted: Mapping[str, Asked],
    *,
    now: datetime,
) -> Row:
    """Without the rules for one who may only look."""
    status = Status(guest.attendee.status)
    offered: Sequence[Step] = ()
    if held and guest.is_changeable:
        offered = steps.possible(status, guest.attendee.appointment, held, now=now)
    found = _asked(guest, wanted)
    when = zones.moment(found.at, guest.attendee.appointment.zone) if found else ""
    return Row(guest, offered, _own_time(guest), found, when)


def _reasoned(rows: Sequence[Row], veiled: Collection[str]) -> list[Row]:
    said = [row.guest.attendee.reason for row in rows]
    return [
        replace(row, reason="" if why in veiled else why)
        for row, why in zip(rows, said, strict=True)
    ]


def _told_apart(
    request: StaffRequest, found: Appointment, rows: Sequence[Row], *, now: datetime
) -> list[Row]:
    same = {one.pk for one in namesakes.beside(found, request.user, now=now)}
    return [replace(row, is_namesake=row.guest.attendee.pk in same) for row in rows]


def _asked(guest: Guest, wanted: Mapping[str, Asked]) -> Asked | None:
    """What somebody asked of a visit that is still ahead of them."""
    row = guest.attendee
    if guest.patient is None or row.is_withdrawn or row.status not in AHEAD:
        return None
    return asked.of_visit(wanted, row.pk, row.appointment.starts_at)


def _own_time(guest: Guest) -> str:
    """When the visit begins where the patient is, with the zone in words."""
    visit = guest.attendee.appointment
    zone = guest.patient.time_zone if guest.patient else ""
    if not zone or zone == visit.zone:
        return ""
    return f"{zones.moment(visit.starts_at, zone)} ({zones.spoken(zone)})"


def _together(rows: Sequence[Row]) -> Sequence[Row]:
    """Those who can be checked in with one press, where there are several."""
    found = [row for row in rows if steps.ARRIVE in row.steps]
    return found if len(found) > 1 else []


def _statuses(guests: Sequence[Guest]) -> list[str]:
    return [one.attendee.status for one in guests if one.is_changeable]


def _offers(
    found: Appointment, guests: Sequence[Guest], *, now: datetime
) -> dict[str, bool]:
    """Which acts the page offers to who may act for these guests."""
    statuses = _statuses(guests)
    is_ahead = found.is_live and found.ends_at > now
    is_whole = bool(statuses) and is_all_changeable(guests)
    return {
        "may_move": is_whole
        and steps.may_move(statuses, is_joinable=holding.is_joinable(found, now=now)),
        "may_link": steps.may_move(statuses),
        "may_cancel": any(map(steps.may_cancel, statuses)),
        "may_call_off": is_whole and found.type.is_group and is_ahead,
        "may_join": bool(statuses) and is_ahead,
        "may_edit": is_whole,
    }


def _shown(guests: Sequence[Guest]) -> list[int]:
    """The attendees whose story this person may read."""
    return [one.attendee.pk for one in guests if one.patient]


def _closed(guests: Sequence[Guest]) -> list[int]:
    return [one.attendee.pk for one in guests if not one.patient]


def _again(found: Appointment, guests: Sequence[Guest]) -> dict[str, str]:
    """Where to book the next visit of the same kind, and a series of them."""
    wishes = _wishes(found, guests)
    if not wishes:
        return {}
    return {
        "book_url": f"{reverse('book')}?{wishes}",
        "repeat_url": f"{reverse('series_new')}?{wishes}&at={_week_later(found)}",
    }


def _wishes(found: Appointment, guests: Sequence[Guest]) -> str:
    """The same again as an address says it; empty where nobody can be booked."""
    ids = [one.attendee.chart.pk for one in guests if one.is_changeable]
    wishes: dict[str, object] = {
        "patient": ids,
        "type": found.type_id,
        "clinician": found.clinician_id,
        "location": found.location_id,
        "modality": found.modality,
    }
    return urlencode(wishes, doseq=True) if ids else ""


def _week_later(found: Appointment) -> str:
    """A week after a visit, as the clock of its location shows it."""
    return f"{on_wall(found.starts_at, found.zone) + WEEK:%Y-%m-%dT%H:%M}"


def _zone_words(request: StaffRequest, found: Appointment) -> str:
    """The zone in words where it is not the practice's."""
    practice = of_request(request)
    is_own = practice is not None and practice.time_zone == found.zone
    return "" if is_own else zones.spoken(found.zone)
