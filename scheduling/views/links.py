"""A visit's link: where staff make it, and the calendar file that it gives out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from practice import clock, links, looks
from practice.access import Capability, by_link, requires
from practice.models import Patient
from practice.rules import NotPossible
from scheduling import ics, visit_link
from scheduling.models import Appointment, Attendee
from scheduling.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.views.pages import StaffRequest


@requires(Capability.SEND_LINKS)
@require_http_methods(["GET", "HEAD", "POST"])
def visit_link_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the link of one patient to their visit; it is shown this once."""
    now = clock.now()
    visit = get_object_or_404(_related(), pk=pk)
    theirs = _attendees(request, visit)
    context = {"visit": visit, "attendees": theirs, "until": visit.ends_at}
    if request.method == "POST":
        chosen = request.POST.get("attendee", "")
        attendee = next((one for one in theirs if str(one.pk) == chosen), theirs[0])
        try:
            token = visit_link.make(attendee=attendee, by=request.user, now=now)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect("visit_link_new", pk=pk)
        address = request.build_absolute_uri(reverse("link", args=[token]))
        context |= {"attendee": attendee, "address": address}
        return render(request, "scheduling/link_made.html", context)
    return render(request, "scheduling/link_new.html", context)


def _related() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("location")


def _attendees(request: StaffRequest, visit: Appointment) -> Sequence[Attendee]:
    """Those who come and whose charts this person may hand on; 404 for none."""
    charts = Patient.objects.usual_to(request.user)
    rows = visit.attendees.filter(
        Q(status__in=OPEN), is_withdrawn=False, patient__in=charts.values("pk")
    )
    found = list(rows.select_related("patient__merged_into").order_by("pk"))
    if not found:
        get_object_or_404(rows, pk=0)
    for one in found:
        one.appointment = visit
    looks.remember(request, [one.chart for one in found])
    return found


@by_link
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def visit_ics(request: HttpRequest, token: str) -> HttpResponse:
    """The visit as a calendar file, for whoever just gave the birth date.

    A button asks for it, so that the proof stands in no address; everybody else is
    led to the link's page.
    """
    now = clock.now()
    attendee = _proven(request, token, now) if request.method == "POST" else None
    if attendee is None:
        return redirect("link", token=token)
    stage = visit_link.stage_of(attendee, now=now)
    is_coming = stage is not visit_link.Stage.CANCELLED
    content = ics.of_visit(attendee.appointment, is_coming=is_coming, now=now)
    response = HttpResponse(content, content_type=ics.CONTENT_TYPE)
    # The name of a file shows in lists of downloads.
    response["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


def _proven(request: HttpRequest, token: str, now: datetime) -> Attendee | None:
    try:
        link = links.find(token, now=now)
    except links.DeadLink:
        return None
    if link.purpose != visit_link.VisitLink.name:
        return None
    if not links.is_proven(link, proof=request.POST.get("proof", "")):
        return None
    asked = request.POST.get("lang") or link.language
    translation.activate(links.page_language(None, asked) if asked else "en")
    return visit_link.attendee_of(link.subject_id)
