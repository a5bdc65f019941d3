"""The calendar: a day, a week, a list; and a visit that is put elsewhere on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import clock, looks, zones
from practice.access import Capability, may, requires
from practice.here import of_request
from practice.views.pages import Done, press, way_back
from scheduling import diary, diary_sheets, placing
from scheduling.forms.calendar import PlaceForm
from scheduling.undoing import Mark
from scheduling.views import calendar_cards, calendar_heads
from scheduling.views.calendar_choice import chosen, remember
from scheduling.views.found import guests_of, visit_or_404
from scheduling.views.undo import undo_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
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
    looks.remember(request, found.patients)
    context = {
        "choice": choice,
        "diary": found,
        "zone": _zone_words(request, choice),
        "people": calendar_heads.people(found, choice),
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
    if choice.view == "list":
        return {"shape": "list", "lines": diary_sheets.lines(found)}
    if choice.view == "week":
        if len(choice.who) != 1:
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
        "legend": calendar_heads.legend(get_language(), may_book=may_book),
        "hours": calendar_cards.hours(sheet, tool),
    }


@requires(Capability.BOOK_VISITS)
@require_POST
def calendar_place(request: StaffRequest) -> HttpResponse:
    """Put a visit where it was dropped: another time, length, clinician or room."""
    form = PlaceForm(request.POST)
    back = way_back(request, reverse("calendar"))
    is_read = form.is_valid()
    visit = visit_or_404(request, form.cleaned_data.get("visit", 0))
    guests = guests_of(request, visit)

    def act(by: StaffMember, now: datetime) -> Done:
        if not is_read or not all(one.is_changeable for one in guests):
            raise placing.NotThere(_("This visit cannot be put there."))
        before = Mark.of(visit)
        told = form.cleaned_data
        placing.place(
            visit=visit,
            starts_at=form.starts_at(visit.zone),
            length=form.length,
            clinician_id=told["clinician"],
            room_id=told["room"],
            by=by,
            now=now,
        )
        words = _("Moved to %(when)s.") % {
            "when": zones.moment(form.starts_at(visit.zone), visit.zone)
        }
        return Done(back, words, undo=undo_path(visit, before))

    return press(request, back, act)


def _zone_words(request: StaffRequest, choice: Choice) -> str:
    """The place's zone in words where it is not the practice's."""
    practice = of_request(request)
    zone = choice.place.time_zone
    return "" if practice and practice.time_zone == zone else zones.spoken(zone)
