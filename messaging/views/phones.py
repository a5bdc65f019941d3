"""The demo's phones in the browser: what patients get, and what they answer.

These pages are the patients' side of the demo, so nobody signs in for them, and they
exist only where the simulated phone is in use. What a phone says reaches the site by
its own signed webhook (messaging/channels/in_process.py).
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from messaging import phones
from messaging.channels import simulated, simulated_calls
from messaging.forms.phones import CarrierForm, SaidForm
from messaging.models import SimulatedPhone
from messaging.models.vendors import Fate
from practice import clock
from practice.access import entrance
from practice.models import DemoMark
from practice.modes import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

NO_CONTENT = 204
QUICK = ("1", "2", "C", "R", "HERE", "STOP", "START", "CANCEL", "HELP", "VISITS", "Sí")
# What stands beside a phone; each is kept up to date with it.
ASIDE = (
    *("demo/_call.html", "demo/_ahead.html", "demo/_carrier.html"),
    "demo/_desk.html",
)
KEYPAD = "1234567890"


def of_the_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page exist in the demo alone, where texts go to its own phones."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_demo = settings.MODE is Mode.DEMO and simulated.is_in_use()
        if not (is_demo and DemoMark.objects.exists()):
            raise Http404
        return view(request, *args, **kwargs)

    return entrance(page)


@of_the_demo
@require_http_methods(["GET", "HEAD", "POST"])
def demo_phones(request: HttpRequest) -> HttpResponse:
    """All phones, those with the newest texts first; a search is no address."""
    words = request.POST.get("q", "").replace("\0", "")[:100]
    start = _start(request.GET.get("from", ""))
    if request.method == "POST":
        simulated.make_phones()  # of numbers that were taken a moment ago
    found, is_more = phones.listed(words, start=start)
    context = {
        "phones": found,
        "words": words,
        "now": clock.now(),
        "earlier": max(0, start - phones.PAGE) if start else None,
        "later": start + phones.PAGE if is_more and not words else None,
        "is_more": is_more,
    }
    return render(request, "demo/phones.html", context)


@of_the_demo
@require_safe
def demo_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """One phone; `part` asks whether anything is new since a stamp."""
    row = get_object_or_404(SimulatedPhone, pk=pk)
    return _shown(request, row, SaidForm())


@of_the_demo
@require_POST
def demo_phone_say(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone texts the practice."""
    row = get_object_or_404(SimulatedPhone, pk=pk)
    form = SaidForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, form, status=422)
    simulated.reply(row.address, form.cleaned_data["body"], now=clock.now())
    return _to(row)


@of_the_demo
@require_POST
def demo_phone_carrier(request: HttpRequest, pk: int) -> HttpResponse:
    """What the carrier does from now on with texts to the phone."""
    row = get_object_or_404(SimulatedPhone, pk=pk)
    form = CarrierForm(request.POST)
    if form.is_valid():
        simulated.set_fate(row.address, form.cleaned_data["fate"])
    return _to(row)


def _shown(
    request: HttpRequest, row: SimulatedPhone, form: SaidForm, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    screen = phones.screen(row, now=now)
    listed, _is_more = phones.listed()
    call = next(iter(simulated_calls.listed(row.address, most=1)), None)
    stamp = phones.stamp_of(screen, listed, now=now) + simulated_calls.stamp_of(call)
    if request.GET.get("part") and request.GET.get("seen") == stamp:
        return HttpResponse(status=NO_CONTENT)
    context = {
        "screen": screen,
        "phone": screen.phone,
        "phones": listed,
        "stamp": stamp,
        "form": form,
        "now": now,
        "quick": QUICK,
        "fates": Fate,
        "aside": ASIDE,
        "call": call,
        "keypad": KEYPAD,
    }
    return render(request, "demo/phone.html", context, status=status)


def _to(row: SimulatedPhone) -> HttpResponse:
    return HttpResponseRedirect(reverse("demo_phone", args=[row.pk]))


def _start(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 6
    return int(text) if is_number else 0
