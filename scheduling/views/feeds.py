"""Calendar feeds and calendars elsewhere: their page, its buttons, and a feed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from practice import clock, limits, submissions
from practice.access import Capability, by_link, may, requires
from practice.patience import patiently
from practice.rules import NotPossible
from practice.views.pages import Ask, Done, ask_and_act, press
from scheduling import busy_calendars, feeds, ics
from scheduling.forms.feeds import BusyCalendarForm, FeedForm
from scheduling.models import BusyCalendar, CalendarFeed

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

GONE, TOO_MANY = 404, 429
HOUR = timedelta(hours=1)
READS_PER_HOUR = 60  # of one feed: programs ask every few minutes
UNKNOWN_PER_HOUR = 600  # addresses that nobody has, from everywhere


@requires(Capability.USE_FEEDS)
@require_safe
def feeds_page(request: StaffRequest) -> HttpResponse:
    """Whose calendar is read from elsewhere, and whose is read here."""
    context = {
        "feeds": _feeds(request.user),
        "calendars": _calendars(request.user),
        "is_manager": _manages(request.user),
    }
    return render(request, "scheduling/feeds.html", context)


@requires(Capability.USE_FEEDS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def feed_new(request: StaffRequest) -> HttpResponse:
    """Make a feed of one's own visits; its address is shown this once."""
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = patiently(lambda: _make(form, request.user, clock.now()))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            path = reverse("feed_calendar", args=[token])
            context = {"address": request.build_absolute_uri(path)}
            return render(request, "scheduling/feed_made.html", context)
    ask = Ask(
        _("New calendar feed"),
        _("Make the address"),
        reverse("feeds"),
        intro=_(
            "Your calendar program reads your visits at a secret address. Its maker "
            "reads them too: so no full names, and no types of visits."
        ),
    )
    status = 422 if form.errors else 200
    return render(request, "form.html", {"form": form, "ask": ask}, status=status)


def _make(form: FeedForm, by: StaffMember, now: datetime) -> str:
    """The token of a new feed.

    A second press makes no second feed. The browser shows the answer to that one, so
    the address that only the first answer had is replaced.
    """
    names, key = form.cleaned_data["names"], form.cleaned_data["submission"]
    made: list[str] = []

    def make() -> str:
        made.append(feeds.make(staff=by, names=names, by=by, now=now))
        return reverse("feed_end", args=[feeds.find(made[0]).pk])

    path = submissions.once(key, by=by, now=now, act=make) if key else make()
    if made:
        return made[0]
    mine = CalendarFeed.objects.filter(staff=by)
    feed = get_object_or_404(mine, pk=resolve(path).kwargs["pk"])
    return feeds.make_again(feed=feed, names=names, by=by, now=now)


@requires(Capability.USE_FEEDS)
@require_POST
def feed_end(request: StaffRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(_feeds(request.user), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        feeds.end(feed=feed, by=by, now=now)
        return Done(reverse("feeds"), _("Ended: nobody reads at that address now."))

    return press(request, reverse("feeds"), act)


@requires(Capability.USE_FEEDS)
@require_http_methods(["GET", "HEAD", "POST"])
def busy_calendar_new(request: StaffRequest) -> HttpResponse:
    form = BusyCalendarForm(request.POST or None)

    def act(by: StaffMember, now: datetime) -> Done:
        address = form.cleaned_data["address"]
        busy_calendars.add(staff=by, address=address, by=by, now=now)
        return Done(reverse("feeds"), _("Added: it is read within a minute."))

    ask = Ask(
        _("A calendar of yours elsewhere"),
        _("Read it"),
        reverse("feeds"),
        intro=_(
            "Nobody books you while that calendar says you are busy. Only the times "
            "are kept: no titles, no places, no people."
        ),
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.USE_FEEDS)
@require_POST
def busy_calendar_end(request: StaffRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(_calendars(request.user), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        busy_calendars.end(calendar=calendar, by=by, now=now)
        return Done(reverse("feeds"), _("Removed: its times are free again."))

    return press(request, reverse("feeds"), act)


@requires(Capability.USE_FEEDS)
@require_POST
def busy_calendar_again(request: StaffRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(_calendars(request.user), pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        busy_calendars.read_soon(calendar, now=now)
        return Done(reverse("feeds"), _("It is read within a minute."))

    return press(request, reverse("feeds"), act)


@by_link
@require_safe
def feed_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads; the token is the authority."""
    try:
        feed = feeds.find(token)
    except feeds.NoFeed:
        known = limits.allow("unknown_feeds", "all", most=UNKNOWN_PER_HOUR, per=HOUR)
        return HttpResponse(status=GONE if known else TOO_MANY)
    if not limits.allow("feeds", str(feed.pk), most=READS_PER_HOUR, per=HOUR):
        return HttpResponse(status=TOO_MANY, headers={"Retry-After": "3600"})
    now = clock.now()
    reading = feeds.read(feed, now=now)
    known = reading.etag in request.headers.get("If-None-Match", "")
    if request.method == "GET":
        feeds.note_use(feed, now=now)
        if not known:
            feeds.note_look(feed, reading.patients)
    if known:
        return HttpResponseNotModified(headers={"ETag": reading.etag})
    response = HttpResponse(reading.content, content_type=ics.CONTENT_TYPE)
    response["ETag"] = reading.etag
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _manages(staff: StaffMember) -> bool:
    return may(staff, Capability.MANAGE_CALENDAR)


def _feeds(staff: StaffMember) -> QuerySet[CalendarFeed]:
    """One's own feeds that answer; a manager sees everybody's."""
    rows = feeds.alive().select_related("staff", "use").order_by("staff__name", "pk")
    return rows if _manages(staff) else rows.filter(staff=staff)


def _calendars(staff: StaffMember) -> QuerySet[BusyCalendar]:
    rows = busy_calendars.read_now().select_related("staff", "source")
    rows = rows.order_by("staff__name", "pk")
    return rows if _manages(staff) else rows.filter(staff=staff)
