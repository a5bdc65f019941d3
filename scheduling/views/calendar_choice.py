"""Which part of the calendar somebody looks at, and what stays chosen for them.

What an address says counts, so that it can be passed on; what it leaves out is as it
was chosen last. That stands in a cookie for each person and browser: a look at the
calendar writes nothing to the database, the desk's screen keeps the whole place while
the same person's laptop keeps their own week, and two who share a screen keep apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from practice.forms.base import FIRST_DAY, LAST_DAY
from practice.zones import local_day
from scheduling import sight

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Location
    from practice.views.pages import StaffRequest

VIEWS, WAYS = ("day", "week", "list", "agenda"), ("clinician", "room")
ONE_WEEK = 7  # days that a week and an agenda show
STAYS = ("view", "by", "place", "who")  # what is remembered
A_YEAR = 365 * 24 * 3600
MOST = 60  # clinicians that somebody picks out
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Choice:
    view: str
    by: str
    place: Location
    places: Sequence[Location]
    who: tuple[int, ...]  # none means everybody
    on: date
    today: date

    @property
    def path(self) -> str:
        """The whole address: whoever gets it sees the same part of the calendar."""
        said = "&who=".join(map(str, self.who))
        return (
            f"{_address()}?view={self.view}&on={self.on}&place={self.place.pk}"
            f"&by={self.by}&who={said}"
        )

    @property
    def days(self) -> Sequence[date]:
        """The days that the page shows."""
        if self.view not in ("week", "agenda"):
            return [self.on]
        is_week = self.view == "week"
        first = self.on - timedelta(days=self.on.weekday() if is_week else 0)
        return [first + timedelta(days=day) for day in range(ONE_WEEK)]

    @property
    def is_today(self) -> bool:
        return self.today in self.days

    def but(self, **differing: Any) -> str:
        """The address of the same with something else."""
        return replace(self, **differing).path

    @property
    def at_today(self) -> str:
        return self.but(on=self.today)

    @property
    def for_everybody(self) -> str:
        return self.but(who=())

    @property
    def as_day(self) -> str:
        return self.but(view="day", by="clinician")

    @property
    def as_rooms(self) -> str:
        return self.but(view="day", by="room")

    @property
    def as_week(self) -> str:
        return self.but(view="week")

    @property
    def as_list(self) -> str:
        return self.but(view="list")

    @property
    def as_agenda(self) -> str:
        return self.but(view="agenda")

    @property
    def step(self) -> timedelta:
        return timedelta(days=len(self.days))

    @property
    def earlier(self) -> str:
        return self.but(on=max(self.on - self.step, FIRST_DAY))

    @property
    def later(self) -> str:
        return self.but(on=min(self.on + self.step, LAST_DAY))


def chosen(request: StaffRequest, *, now: datetime) -> Choice | None:
    """What the address, the cookie and else the person's own work say.

    None for somebody who works nowhere.
    """
    places = sight.places_of(request.user)
    if not places:
        return None
    kept = _kept(request)
    said = {name: request.GET.getlist(name) for name in STAYS if name in request.GET}
    wish = {**kept, **said}
    place = _place(wish.get("place", []), places)
    today = local_day(now, place.time_zone)
    staff = request.user
    own = not (staff.is_front_desk or staff.is_manager)
    return Choice(
        view=_one_of(wish.get("view", []), VIEWS),
        by=_one_of(wish.get("by", []), WAYS),
        place=place,
        places=places,
        who=(staff.pk,) if own else tuple(_ids(wish.get("who", []))),
        on=_day(request.GET.get("on", ""), today),
        today=today,
    )


def remember(request: StaffRequest, response: HttpResponse, choice: Choice) -> None:
    """Keep what was chosen, if the address chose anything."""
    if not any(name in request.GET for name in STAYS):
        return
    who = "-".join(map(str, choice.who))
    response.set_cookie(
        _name(request),
        f"{choice.view}.{choice.by}.{choice.place.pk}.{who}",
        max_age=A_YEAR,
        path=_address(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@cache
def _address() -> str:
    return reverse("calendar")


def _kept(request: StaffRequest) -> dict[str, list[str]]:
    parts = request.COOKIES.get(_name(request), "").split(".")
    if len(parts) != len(STAYS):
        return {}
    view, by, place, who = parts
    return {"view": [view], "by": [by], "place": [place], "who": who.split("-")}


def _name(request: StaffRequest) -> str:
    return f"wellhouse-calendar-{request.user.pk}"


def _place(said: Collection[str], places: Sequence[Location]) -> Location:
    wanted = set(_ids(said))
    return next((one for one in places if one.pk in wanted), places[0])


def _one_of(said: Sequence[str], known: Sequence[str]) -> str:
    return next((one for one in said if one in known), known[0])


def _day(said: str, today: date) -> date:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return today
    return min(max(day, FIRST_DAY), LAST_DAY)


def _ids(said: Collection[str]) -> list[int]:
    good = (one for one in said if one.isascii() and one.isdecimal())
    return [int(one) for one in good if len(one) <= LONGEST_ID][:MOST]
