"""“We are closed”: which place and day, who was to come, and one press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from messaging import campaign_closing, campaign_pages
from messaging.forms.campaigns import ClosedForm
from practice import clock, locations, looks, zones
from practice.access import Capability, may, requires
from practice.models import Location
from practice.views.pages import Done, attempt, taken_before

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

NAMED = 100


@requires(Capability.TELL_CLOSED)
def closed(request: StaffRequest) -> HttpResponse:
    """A look by GET, sending by POST: both show who is told."""
    if path := taken_before(request):
        return HttpResponseRedirect(path)
    places = _places(request.user)
    today = zones.local_day(clock.now(), zones.of_staff(request.user))
    first = places.first()
    begun = {"location": first.pk if first else None, "day": today}
    said = request.POST if request.method == "POST" else {**begun, **request.GET.dict()}
    form = ClosedForm(said, places=places, today=today)
    is_right = form.is_valid()
    if request.method == "POST" and is_right:
        path = attempt(request, form, _act(form))
        if path is not None:
            return HttpResponseRedirect(path)
    context: dict[str, Any] = {"form": form}
    if is_right:
        context |= _looked_at(request, form)
    status = 422 if form.errors else 200
    return render(request, "messaging/campaign_closed.html", context, status=status)


def _act(form: ClosedForm) -> Any:
    def act(by: StaffMember, now: datetime) -> Done:
        row = campaign_closing.tell(
            location=form.cleaned_data["location"],
            day=form.cleaned_data["day"],
            by=by,
            now=now,
        )
        words = _("Everybody is told in a minute; the desk calls whom no text reaches.")
        undo = reverse("campaign_stop", args=[row.pk])
        return Done(reverse("campaign", args=[row.pk]), words, undo=undo)

    return act


def _looked_at(request: StaffRequest, form: ClosedForm) -> dict[str, Any]:
    now, said = clock.now(), form.cleaned_data
    row, rows = campaign_closing.looked_at(
        said["location"], said["day"], by=request.user, now=now
    )
    named = campaign_pages.named(row, rows[:NAMED], staff=request.user, now=now)
    looks.remember(request, [one.patient for one in named if one.patient])
    seen = campaign_pages.looked_at(row, now=now)
    more = max(0, len(rows) - NAMED)
    return {**seen, "lines": named, "more": more, "is_shown": True}


def _places(staff: StaffMember) -> QuerySet[Location]:
    """Where somebody works; managers close any."""
    rows = Location.objects.filter(is_active=True)
    if may(staff, Capability.MANAGE_SETTINGS):
        return rows
    return rows.filter(pk__in=locations.of_staff(staff).values("pk"))
