"""One series: its rule, who comes, its visits; and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from practice import clock, zones
from practice.access import Capability, may, requires
from practice.models import Patient
from practice.views.pages import Ask, Done, ask_and_act
from scheduling import leaving, repeating, series, sight
from scheduling.forms.series import EndForm
from scheduling.models import Attendee
from scheduling.panels import BADGES
from scheduling.states import AHEAD, Status
from scheduling.views.found import refuse
from scheduling.views.series_found import (
    page_of_series,
    people_of,
    series_or_404,
    series_to_change,
)
from scheduling.views.taking_back import undo_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment, Series

SHOWN = 120


@requires(Capability.SEE_CALENDAR)
@require_GET
def series_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One series with its coming visits."""
    found, now = series_or_404(request, pk), clock.now()
    rule = series.wish_of(found).rule
    people, is_private = people_of(request, found)
    shown = _coming(found, now=now)[:SHOWN]
    is_open = may(request.user, Capability.BOOK_VISITS) and not found.is_ended
    theirs = sight.changeable(request.user, people) if is_open else frozenset()
    context = {
        "series": found,
        "rule": repeating.rule_words(rule),
        "ends": repeating.end_words(rule),
        "at": found.at,
        "zone": zones.spoken(found.location.time_zone),
        "patients": people,
        "is_private": is_private,
        "has_several": is_private or len(people) > 1,
        "visits": [_line(visit, found) for visit in shown],
        "theirs": theirs,
        "may_act": is_open and not is_private and len(theirs) == len(people),
    }
    return render(request, "scheduling/series.html", context)


@requires(Capability.BOOK_VISITS)
def series_end(request: StaffRequest, pk: int) -> HttpResponse:
    """No more visits are added; those ahead stay, but for the ones chosen."""
    found, now = series_to_change(request, pk)[0], clock.now()
    zone = found.location.time_zone
    today = zones.local_day(now, zone)
    ahead = list(series.visits_ahead(found, today, now=now))
    form = EndForm(
        request.POST or None,
        visits=[(one.pk, zones.moment(one.starts_at, zone)) for one in ahead],
    )
    back = page_of_series(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        chosen = set(answers.pop("visits"))
        cancelled = [visit for visit in ahead if visit.pk in chosen]
        series.end(
            series=found, last_on=today, cancelled=cancelled, by=by, now=now, **answers
        )
        return Done(back, _("The series has ended."), undo=undo_path(found))

    intro = _("Visits that are booked stay, unless they are ticked.")
    ask = Ask(_("End the series"), _("End the series"), back, intro=intro)
    return ask_and_act(request, form, ask, act)


@requires(Capability.BOOK_VISITS)
def series_leave(request: StaffRequest, pk: int, patient: int) -> HttpResponse:
    """One of several comes no more; the series and its visits go on for the others."""
    found, now = series_or_404(request, pk), clock.now()
    leaver = _member_or_404(request, found, patient)
    ahead = _visits_of(leaver, found, now=now)
    choices = [
        (one.pk, zones.moment(one.appointment.starts_at, found.location.time_zone))
        for one in ahead
    ]
    initial = {"visits": [one.pk for one in ahead]}
    form = EndForm(request.POST or None, visits=choices, initial=initial)
    back = page_of_series(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        chosen = set(answers.pop("visits"))
        cancelled = [one for one in ahead if one.pk in chosen]
        leaving.leave_one(
            holder=found, patient=leaver, cancelled=cancelled, by=by, now=now, **answers
        )
        return Done(back, _("They come no more."), undo=undo_path(found))

    intro = _("The others go on coming. Visits that are not ticked stay.")
    title = _("Comes to the series no more")
    ask = Ask(title, title, back, intro=intro, about=leaver)
    return ask_and_act(request, form, ask, act)


def _member_or_404(request: StaffRequest, found: Series, pk: int) -> Patient:
    """Somebody who comes to the series, and for whom this person may act."""
    people, _is_private = people_of(request, found)
    for one in people:
        if one.pk == pk:
            if not sight.changeable(request.user, [one]):
                refuse([one])
            return one
    raise Http404


def _visits_of(leaver: Patient, found: Series, *, now: datetime) -> list[Attendee]:
    """Their visits of the series that are ahead."""
    rows = Attendee.objects.filter(
        appointment__series=found,
        appointment__starts_at__gt=now,
        patient__in=Patient.objects.chart_set(leaver),
        is_withdrawn=False,
        status__in=AHEAD,
    )
    return list(rows.select_related("appointment").order_by("appointment__starts_at"))


def _coming(found: Series, *, now: datetime) -> QuerySet[Appointment]:
    """The visits ahead, those that were cancelled as well, but none by mistake."""
    meant = Attendee.objects.filter(appointment=OuterRef("pk"), is_withdrawn=False)
    rows = found.appointments.filter(Exists(meant), ends_at__gt=now)
    told = rows.select_related("room").prefetch_related("attendees")
    return told.order_by("starts_at")


def _line(
    visit: Appointment, found: Series
) -> tuple[Appointment, str, Sequence[tuple[str, str, str]]]:
    """A visit, when it is, and the badges of those who come."""
    statuses = [Status(one.status) for one in visit.attendees.all()]
    badges = [(str(one.label), *BADGES[one]) for one in dict.fromkeys(statuses)]
    return visit, zones.moment(visit.starts_at, found.location.time_zone), badges
