"""Is it alive, for load balancers; is everything well, for people and monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from practice import clock, health
from practice.access import Capability, public, requires

if TYPE_CHECKING:
    from django.http import HttpRequest

UNWELL = 503


@public
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """One word, and nothing about why not: anybody may ask."""
    if health.can_serve():
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse("unavailable", content_type="text/plain", status=UNWELL)


@requires(Capability.READ_HEALTH)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What every health check says; the status alone tells a monitor enough."""
    lines = health.report(now=clock.now())
    is_well = health.is_well(lines)
    context = {"lines": lines, "is_well": is_well}
    status = 200 if is_well else UNWELL
    return render(request, "health/work.html", context, status=status)
