"""The demo's phones: calls, with a keypad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from messaging.channels import simulated_calls
from messaging.models import SimulatedPhone
from messaging.views.phones import of_the_demo
from practice import clock
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from messaging.models import SimulatedCall

ACTS: Mapping[str, Callable[..., SimulatedCall]] = {
    "answer": simulated_calls.answer,
    "voicemail": simulated_calls.to_voicemail,
    "refuse": simulated_calls.refuse,
    "speak": simulated_calls.leave_message,
    "hang_up": simulated_calls.hang_up,
}


@of_the_demo
@require_POST
def demo_phone_call(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone calls, takes a call, presses keys, or hangs up."""
    row = get_object_or_404(SimulatedPhone, pk=pk)
    try:
        _act(request, row.address, now=clock.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("demo_phone", args=[row.pk]))


def _act(request: HttpRequest, address: str, *, now: datetime) -> None:
    """What was pressed, on the newest call; without one, it calls the practice."""
    call = next(iter(simulated_calls.listed(address, most=1)), None)
    is_open = call is not None and call.word in simulated_calls.OPEN
    if call is None or not is_open:
        if request.POST.get("act") == "ring":
            simulated_calls.ring(address, now=now)
        return
    if "keys" in request.POST:
        simulated_calls.press(call, request.POST["keys"].strip()[:12], now=now)
    elif act := ACTS.get(request.POST.get("act", "")):
        act(call, now=now)
