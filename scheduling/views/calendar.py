"""The calendar: a day, a week, a list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_GET

from practice import clock, looks, zones
from practice.access import Capability, may, requires
from practice.here import of_request
from practice.wording import tongue
from scheduling import diary, diary_days, diary_sheets
from scheduling.views import calendar_cards, calendar_heads
from scheduling.views.calendar_choice import chosen, remember

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest
    from scheduling.diary import Diary
    from scheduling.views.calendar_choice import Choice


@requires(Capability.SEE_CALENDAR)
@require_GET
def calendar(request: StaffRequest) -> HttpResponse:
    """Who comes when, to whom, where; what is free, and what is not."""
    now = clock.now()
    choice = chosen(request, now=now)
    if choice is None:
        return render(request, "scheduling/calendar_nowhere.html")
    found = diary.read(
        place=choice.place,
        days=choice.days,
        who=choice.who,
        staff=request.user,
        now=now,
    )
    if choice.view == "agenda":
        found = diary_days.bounded(found)
    looks.remember(request, found.patients)
    context = {
        "choice": choice,
        "diary": found,
        "zone": _zone_words(request, choice),
        "people": calendar_heads.people(found, choice),
        "whose": _whose(choice, found),
        "tally": found.tally(now),
        "may_book": may(request.user, Capability.BOOK_VISITS),
        **_shown(request, choice, found, now=now),
    }
    template = f"scheduling/calendar_{context['shape']}.html"
    response = render(request, template, context)
    remember(request, response, choice)
    return response


def _shown(
    request: StaffRequest, choice: Choice, found: Diary, *, now: datetime
) -> dict[str, Any]:
    """The page's middle, and which template frames it."""
    if choice.view in ("list", "agenda"):
        return {"shape": "list", **_listed(choice, found)}
    if choice.view == "week":
        if len(choice.who) != 1 or choice.who[0] not in found.team:
            return {"shape": "team", "weeks": diary_sheets.by_week(found, now=now)}
        sheet = diary_sheets.by_day(found, clinician=choice.who[0], now=now)
    elif choice.by == "room":
        sheet = diary_sheets.by_room(found, now=now)
    else:
        sheet = diary_sheets.by_clinician(found, now=now)
    may_book = may(request.user, Capability.BOOK_VISITS)
    tool = calendar_cards.brush(sheet, may_book=may_book)
    return {
        "shape": "sheet",
        "sheet": sheet,
        "heads": calendar_heads.heads(sheet, choice, may_book=may_book),
        "columns": calendar_cards.columns(sheet, tool),
        "legend": calendar_heads.legend(tongue(), may_book=may_book),
        "hours": calendar_cards.hours(sheet, tool),
    }


def _listed(choice: Choice, found: Diary) -> dict[str, Any]:
    """Visits by their time; where the page has no room for all days, the next ones."""
    last = found.days[-1]
    is_cut = last < choice.days[-1]
    following = last + timedelta(days=1)
    return {
        "parts": diary_days.parts(found),
        "last": last,
        "following": following if is_cut else None,
        "more": choice.but(on=following) if is_cut else "",
    }


def _whose(choice: Choice, found: Diary) -> str:
    """Who alone was chosen."""
    names = [one.name for one in found.roster if one.pk in choice.who]
    return names[0] if len(choice.who) == len(names) == 1 else ""


def _zone_words(request: StaffRequest, choice: Choice) -> str:
    """The place's zone in words where it is not the practice's."""
    practice = of_request(request)
    zone = choice.place.time_zone
    return "" if practice and practice.time_zone == zone else zones.spoken(zone)
