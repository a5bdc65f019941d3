"""The desk's Today: the first lines of the board, which keep themselves up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from practice import clock, looks
from practice.access import Capability, requires
from practice.here import of_request
from scheduling import desk_day
from scheduling.board import Lane
from scheduling.views.board import ALL, PARTS, UNCONFIRMED, Part
from scheduling.views.board_html import lines, pen

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    from practice.views.pages import StaffRequest
    from scheduling.desk_day import DeskDay


def draw(request: StaffRequest) -> SafeString:
    """For the top of Today, with the script that keeps it fresh."""
    now = clock.now()
    context = _shown(request, _read(request, now), now)
    return render_to_string("scheduling/_todays_board.html", context, request)


@requires(Capability.SEE_CALENDAR)
@require_GET
def todays_board(request: StaffRequest) -> HttpResponse:
    """What that script asks for: 204 where nothing changed."""
    if not request.user.is_front_desk:
        return redirect("board")
    now = clock.now()
    found = _read(request, now)
    if request.GET.get("seen") == found.digest:
        return HttpResponse(status=204)
    return render(request, "scheduling/_board.html", _shown(request, found, now))


def _read(request: StaffRequest, now: datetime) -> DeskDay:
    practice = of_request(request)
    own_zone = practice.time_zone if practice else "UTC"
    return desk_day.read(request.user, own_zone=own_zone, now=now)


def _shown(request: StaffRequest, found: DeskDay, now: datetime) -> dict[str, Any]:
    """What the page shows, said to the read log."""
    looks.remember(request, found.board.patient_ids)
    parts = [_part(found, *told) for told in PARTS if told[0] != Lane.DONE]
    lists = [one for one in parts if one.name != UNCONFIRMED]
    tool = pen(request, back=reverse("today"))
    return {
        "parts": parts,
        "shown": [(one, lines(one.lines, tool, lane=one.name)) for one in lists],
        "is_brief": True,
        "all_url": reverse("board"),
        "poll_url": f"{reverse('todays_board')}?part=1&seen={found.digest}",
        "now": now,
    }


def _part(
    found: DeskDay, name: str, title: StrOrPromise, icon: str, empty: StrOrPromise
) -> Part:
    """The first lines of one list, and how many more there are."""
    first = [] if name == UNCONFIRMED else found.board.lanes[Lane(name)]
    url = f"{reverse('board')}?place={ALL}&show={name}"
    more = max(0, found.counts[str(name)] - len(first))
    return Part(name, title, icon, first, empty, url, more=more)
