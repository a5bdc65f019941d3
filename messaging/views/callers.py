"""The card of whoever is calling, and a patient's phone PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from messaging import callers_now, phone_pins, pin_numbers
from messaging.models import PhonePin
from practice import clock, looks
from practice.access import Capability, requires
from practice.patience import patiently
from practice.rules import NotPossible
from practice.views.charts import chart_or_404
from practice.views.pages import Done, press, way_back

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

AWAY, KEPT = "callers_away", 20  # in the session: calls that were put away


@requires(Capability.FILE_MESSAGES)
@require_GET
def callers(request: StaffRequest) -> HttpResponse:
    """Who calls now; to its own poll 204 where nothing changed."""
    now = clock.now()
    away = request.session.get(AWAY, [])
    found = callers_now.ringing(request.user, put_away=away, now=now)
    digest = callers_now.digest(found)
    is_part = "part" in request.GET
    if is_part and request.GET.get("seen", "") == digest:
        return HttpResponse(status=204)
    looks.remember(request, [one.patient for call in found for one in call.known])
    template = "messaging/_callers.html" if is_part else "messaging/callers.html"
    context = {"ringing": found, "digest": digest, "back": _page(request)}
    return render(request, template, context)


@requires(Capability.FILE_MESSAGES)
@require_POST
def caller_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a card away, on this screen."""
    away = [one for one in request.session.get(AWAY, []) if one != pk]
    request.session[AWAY] = [*away, pk][-KEPT:]
    return HttpResponseRedirect(way_back(request, reverse("callers")))


def _page(request: StaffRequest) -> str:
    """The page that asked, to go back to once a card is put away."""
    htmx = getattr(request, "htmx", None)
    return (htmx and htmx.current_url_abs_path) or reverse("callers")


@requires(Capability.SEND_LINKS)
def phone_pin(request: StaffRequest, pk: int) -> HttpResponse:
    """A patient's phone PIN: whether there is one, and another, told once."""
    chart = chart_or_404(request, pk)
    chart = chart.merged_into or chart
    now, digits, refusal = clock.now(), "", ""
    if request.method == "POST":
        try:
            digits = patiently(
                lambda: phone_pins.make(patient=chart, by=request.user, now=now)
            )
        except NotPossible as fault:
            refusal = str(fault)
    looks.remember(request, [chart])
    context = {
        "patient": chart,
        "digits": " ".join(digits),
        "refusal": refusal,
        "may_have": phone_pins.may_have(chart, now=now),
        "numbers": pin_numbers.of(chart, now=now),
        "pin": PhonePin.objects.filter(patient=chart).first(),
    }
    status = 422 if refusal else 200
    return render(request, "messaging/phone_pin.html", context, status=status)


@requires(Capability.SEND_LINKS)
@require_POST
def phone_pin_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody hears of their visits by phone any more."""
    chart = chart_or_404(request, pk)
    back = reverse("phone_pin", args=[(chart.merged_into or chart).pk])

    def act(by: StaffMember, now: datetime) -> Done:
        was_there = phone_pins.end(patient=chart, by=by)
        words = _("The phone PIN is taken away.") if was_there else _("There is none.")
        return Done(back, words)

    return press(request, back, act)
