"""The day board: a page that keeps itself up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from practice import clock, looks, zones
from practice.access import Capability, requires
from scheduling import sight
from scheduling.board import Lane, board_of
from scheduling.panels import BADGES
from scheduling.states import Status
from scheduling.views.board_html import lines, pen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

    from practice.models import Location
    from practice.views.pages import StaffRequest
    from scheduling.board import Board
    from scheduling.board_lines import Line

COOKIE = "wellhouse_place"  # of the desk where the screen stands
A_YEAR = 365 * 24 * 3600
ALL = "all"
UNCONFIRMED = "unconfirmed"
PARTS = (
    (Lane.EXPECTED, _("Expected"), "calendar", _("Nobody else is expected.")),
    (
        UNCONFIRMED,
        Status.SCHEDULED.label,
        BADGES[Status.SCHEDULED][1],
        _("Everybody confirmed."),
    ),
    (Lane.ARRIVED, _("Waiting"), "door-open", _("Nobody waits.")),
    (Lane.IN_SESSION, _("In session"), "timer", _("No session runs.")),
    (
        Lane.MISSING,
        _("Without outcome"),
        "help",
        _("Every visit that is over has its outcome."),
    ),
    (Lane.DONE, _("Done"), "check-check", _("Nothing is done yet.")),
)
FIRST, LAST = date(2000, 1, 2), date(2099, 12, 30)


@dataclass(frozen=True, slots=True)
class Part:
    """One list of the board, with its count."""

    name: str
    title: StrOrPromise
    icon: str
    lines: Sequence[Line]
    empty: StrOrPromise
    url: str
    is_current: bool = False
    more: int = 0  # that are counted and stand on the board alone

    @property
    def count(self) -> int:
        return len(self.lines) + self.more


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks at: a day, a place or all of theirs, one list or all."""

    places: Sequence[Location]
    place: Location | None
    today: date
    day: date
    show: str

    def url(self, **other: object) -> str:
        """The address of this board with something else."""
        asked = {
            "place": self.place.pk if self.place else ALL,
            "on": "" if self.day == self.today else self.day.isoformat(),
            "show": self.show,
        } | other
        told = {name: value for name, value in asked.items() if value}
        return f"{reverse('board')}?{urlencode(told)}"


@requires(Capability.SEE_CALENDAR)
@require_GET
def board(request: StaffRequest) -> HttpResponse:
    """Who is expected, here and done; to its own poll 204 where nothing changed."""
    now = clock.now()
    wanted = _wanted(request, now)
    found = board_of(
        request.user, day=wanted.day, today=wanted.today, place=wanted.place, now=now
    )
    is_poll = "part" in request.GET
    if is_poll and request.GET.get("seen") == found.digest:
        return HttpResponse(status=204)
    looks.remember(request, found.patient_ids)
    template = "scheduling/_board.html" if is_poll else "scheduling/board.html"
    response = render(request, template, _context(request, wanted, found, now))
    if "place" in request.GET and not is_poll:
        place = str(wanted.place.pk) if wanted.place else ALL
        response.set_cookie(COOKIE, place, A_YEAR, httponly=True, samesite="Lax")
    return response


def _wanted(request: StaffRequest, now: datetime) -> Wanted:
    places = sight.places_of(request.user)
    place = place_of(request, places)
    zone = place.time_zone if place else zones.of_staff(request.user)
    today = zones.local_day(now, zone)
    return Wanted(
        places=places,
        place=place,
        today=today,
        day=_day(request.GET.get("on", ""), today),
        show=request.GET.get("show", ""),
    )


def place_of(request: HttpRequest, places: Sequence[Location]) -> Location | None:
    """The place asked for, else the one that this screen stands at; none means all."""
    asked = request.GET.get("place") or request.COOKIES.get(COOKIE, "")
    return next((one for one in places if str(one.pk) == asked), None)


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if FIRST <= day <= LAST else today


def _context(
    request: HttpRequest, wanted: Wanted, found: Board, now: datetime
) -> dict[str, object]:
    parts = _parts(wanted, found)
    chosen = [part for part in parts if part.is_current]
    shown = chosen or [part for part in parts if part.name != UNCONFIRMED]
    step, tool = timedelta(days=1), pen(request, back=wanted.url())
    return {
        "wanted": wanted,
        "parts": parts,
        "shown": [(one, lines(one.lines, tool, lane=one.name)) for one in shown],
        "is_whole": not chosen,
        "is_cut": found.is_cut,
        "all_url": wanted.url(show=""),
        "places": [(one, wanted.url(place=one.pk)) for one in wanted.places],
        "places_url": wanted.url(place=ALL),
        "before_url": wanted.url(on=(wanted.day - step).isoformat()),
        "after_url": wanted.url(on=(wanted.day + step).isoformat()),
        "today_url": wanted.url(on=""),
        "poll_url": wanted.url(part="1", seen=found.digest),
        "zone": zones.spoken(wanted.place.time_zone)
        if wanted.place and wanted.place.time_zone != zones.of_practice()
        else "",
        "now": now,
    }


def _parts(wanted: Wanted, found: Board) -> list[Part]:
    return [
        Part(
            name,
            title,
            icon,
            found.unconfirmed if name == UNCONFIRMED else found.lanes[Lane(name)],
            empty,
            wanted.url(show=str(name)),
            is_current=wanted.show == name,
        )
        for name, title, icon, empty in PARTS
    ]
