"""Beginning a series and changing one: each visit is looked at before it is booked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from practice import clock, zones
from practice.access import Capability, requires
from practice.forms.base import LAST_DAY
from practice.views.pages import Done, attempt, way_back
from scheduling import changing, repeating, series
from scheduling.forms.booking import on_wall, with_slot
from scheduling.forms.series import SeriesForm
from scheduling.recurring import MONTHS
from scheduling.views.booking_page import page_for
from scheduling.views.series_found import (
    ChangePreview,
    Preview,
    page_of_series,
    series_to_change,
)
from scheduling.views.taking_back import undo_path

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Series

MINUTE = timedelta(minutes=1)
PLANNED = ("type", "clinician", "location", "modality", "room")


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def series_new(request: StaffRequest) -> HttpResponse:
    """Begin a series: its visits are shown, then booked as chosen."""
    page = page_for(request)
    wishes = with_slot(page.wishes)
    names = (*PLANNED, "minutes", "starts_at")
    initial: dict[str, Any] = {"starts_at": wishes.get("at")}
    initial |= {name: wishes[name] for name in names if wishes.get(name)}
    initial |= {"modality": way} if (way := page.planned_way) else {}
    form = SeriesForm(request.POST or None, staff=request.user, initial=initial)
    preview = Preview(request, form, page.patients)
    if form.is_valid() and preview.may_begin:
        path = attempt(request, form, lambda by, now: _begin(preview, by, now))
        if path is not None:
            return HttpResponseRedirect(path)
    context = {"back": way_back(request, page.back()), "asked": request.GET.urlencode()}
    return preview.answer("scheduling/series_new.html", **context)


@requires(Capability.BOOK_VISITS)
@require_http_methods(["GET", "POST"])
def series_change(request: StaffRequest, pk: int) -> HttpResponse:
    """From a day on, another time, weekday, clinician or place for the visits ahead."""
    found, people = series_to_change(request, pk)
    day = _day(request, found)
    initial = _as_it_is(found, day)
    form = SeriesForm(request.POST or None, staff=request.user, initial=initial)
    preview = ChangePreview(request, form, people, found, day)
    if form.is_valid() and preview.may_begin:
        path = attempt(request, form, lambda by, now: _change(preview, by, now))
        if path is not None:
            return HttpResponseRedirect(path)
    return preview.answer("scheduling/series_change.html", series=found, day=day)


def _begin(preview: Preview, by: StaffMember, now: datetime) -> Done:
    begun = series.begin(
        wish=preview.form.wish(),
        patients=preview.patients,
        by=by,
        now=now,
        skipped=preview.skipped,
        moved=preview.moved,
    )
    count = len(preview.turns) - len(preview.skipped)
    words = ngettext("%(n)s visit booked.", "%(n)s visits booked.", count)
    return Done(page_of_series(begun.pk), words % {"n": count}, undo=undo_path(begun))


def _change(preview: ChangePreview, by: StaffMember, now: datetime) -> Done:
    new = changing.change_following(
        old=preview.old,
        from_on=preview.day,
        wish=preview.form.wish(),
        answers=preview.answers,
        standing=preview.standing,
        by=by,
        now=now,
    )
    orders = changing.orders_of(preview.change, preview.answers, preview.standing)
    count = len(orders.moving) + len(orders.booked)
    words = ngettext("%(n)s visit changed.", "%(n)s visits changed.", count)
    if gone := len(orders.cancelled):
        words += " " + ngettext("%(gone)s cancelled.", "%(gone)s cancelled.", gone)
    said = words % {"n": count, "gone": len(orders.cancelled)}
    return Done(page_of_series(new.pk), said, undo=undo_path(preview.old))


def _day(request: StaffRequest, found: Series) -> date:
    """From which day on: the one that the address names, or that of the next visit."""
    today = zones.local_day(clock.now(), found.location.time_zone)
    try:
        said = parse_date(request.GET.get("from", ""))
    except ValueError:
        said = None
    if said is not None:
        return min(max(said, today), LAST_DAY)
    following = series.visits_ahead(found, today, now=clock.now()).first()
    return following.series_on if following and following.series_on else today


def _as_it_is(found: Series, day: date) -> dict[str, Any]:
    """What the form shows before anything is changed."""
    wish, now = series.wish_of(found), clock.now()
    far = date.max if found.count else day + series.ONE_YEAR
    left = [one for one in wish.rule.days(until=far) if one >= day]
    first = next((one for one in left if wish.at(one) > now), day)
    weeks = str(found.every) if found.every in (1, 2) else "n"
    return {
        "type": found.type_id,
        "clinician": found.clinician_id,
        "location": found.location_id,
        "modality": found.modality,
        "room": found.room_id,
        "starts_at": on_wall(wish.at(first), found.location.time_zone),
        "minutes": found.length // MINUTE if found.length != found.type.length else "",
        "rhythm": MONTHS if found.rhythm == MONTHS else weeks,
        "every": found.every,
        "ends": repeating.end_of(wish.rule),
        "count": max(len(left), 1) if found.count else None,
        "ends_on": found.ends_on,
    }
