"""One series: its rule, who comes, its visits; and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from practice import clock, zones
from practice.access import Capability, may, requires
from practice.views.pages import Ask, Done, ask_and_act
from scheduling import repeating, series, visits
from scheduling.forms.series import EndForm
from scheduling.panels import BADGES
from scheduling.states import Status
from scheduling.views.series_found import page_of_series, people_of, series_or_404

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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
    coming = found.appointments.filter(ends_at__gt=now).order_by("starts_at")
    shown = coming.select_related("room").prefetch_related("attendees")[:SHOWN]
    context = {
        "series": found,
        "rule": repeating.rule_words(rule),
        "ends": repeating.end_words(rule),
        "at": found.at,
        "zone": zones.spoken(found.location.time_zone),
        "patients": people,
        "is_private": is_private,
        "visits": [_line(visit, found) for visit in shown],
        "may_act": may(request.user, Capability.BOOK_VISITS) and not found.is_ended,
    }
    return render(request, "scheduling/series.html", context)


@requires(Capability.BOOK_VISITS)
def series_end(request: StaffRequest, pk: int) -> HttpResponse:
    """No more visits are added; those ahead stay, but for the ones chosen."""
    found, now = series_or_404(request, pk), clock.now()
    zone = found.location.time_zone
    today = zones.local_day(now, zone)
    ahead = list(series.visits_ahead(found, today).filter(starts_at__gt=now))
    people_of(request, found)
    form = EndForm(
        request.POST or None,
        visits=[(one.pk, zones.moment(one.starts_at, zone)) for one in ahead],
    )
    back = page_of_series(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        series.end(series=found, from_on=today, by=by, now=now)
        chosen = set(form.cleaned_data["visits"])
        for visit in ahead:
            if visit.pk in chosen:
                _cancel(visit, form, by=by, now=now)
        return Done(back, _("The series has ended."))

    intro = _("Visits that are booked stay, unless they are ticked.")
    ask = Ask(_("End the series"), _("End the series"), back, intro=intro)
    return ask_and_act(request, form, ask, act)


def _cancel(
    visit: Appointment, form: EndForm, *, by: StaffMember, now: datetime
) -> None:
    coming = [one for one in visit.attendees.all() if one.is_coming]
    visits.cancel(
        attendees=coming,
        status=form.cleaned_data["status"],
        reason=form.cleaned_data["reason"],
        by=by,
        now=now,
    )


def _line(
    visit: Appointment, found: Series
) -> tuple[Appointment, str, Sequence[tuple[str, str, str]]]:
    """A visit, when it is, and the badges of those who come."""
    statuses = [Status(one.status) for one in visit.attendees.all()]
    badges = [(str(one.label), *BADGES[one]) for one in dict.fromkeys(statuses)]
    return visit, zones.moment(visit.starts_at, found.location.time_zone), badges
