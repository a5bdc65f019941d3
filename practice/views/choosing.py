"""Choosing a chart for something: a search whose results are buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render

from practice import clock, looks, searching
from practice.models import Patient
from practice.views.pages import press

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import Ask, Done, StaffRequest

    Act = Callable[[Patient, StaffMember, datetime], Done]

LONGEST_ID = 18
TEMPLATE = "patients/choose.html"


def choose(
    request: StaffRequest, ask: Ask, act: Act, *, template: str = TEMPLATE
) -> HttpResponse:
    """Ask for a person, then do something with the chart that was pressed.

    Only charts that this person may change are offered and taken.
    """
    if chosen := request.POST.get("chart"):
        chart = _chart(request.user, chosen)
        return press(
            request, request.get_full_path(), lambda by, now: act(chart, by, now)
        )
    query = request.POST.get("q", "")[:100]
    found = searching.find_people(query, staff=request.user, now=clock.now())
    ours = Patient.objects.usual_to(request.user)
    charts = ours.in_bulk([one.patient_id for one in found])
    rows = [charts[one.patient_id] for one in found if one.patient_id in charts]
    looks.remember(request, rows)
    if ask.about:
        looks.remember(request, [ask.about])
    context = {"ask": ask, "query": query, "rows": rows, **ask.context}
    return render(request, template, context)


def _chart(staff: StaffMember, number: str) -> Patient:
    is_id = number.isascii() and number.isdecimal() and len(number) <= LONGEST_ID
    charts = Patient.objects.usual_to(staff).unmerged()
    chart = charts.filter(pk=int(number)).first() if is_id else None
    if chart is None:
        raise Http404
    return chart
