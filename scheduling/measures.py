"""MEASURES: what of the visits waits for somebody, and how often visits fall out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import zones
from practice.access import Capability
from practice.contributions import Measure
from practice.models import Location
from scheduling import calendar_rules
from scheduling.board import without_outcome
from scheduling.models import Attendee
from scheduling.states import AHEAD, LIVE, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from scheduling.models import CalendarRules

LATELY = timedelta(days=28)


def visits_without_outcome(*, now: datetime) -> Measure:
    """How many visits are over, and nobody said how they went."""
    return Measure(
        title=_("Visits without an outcome"),
        value=str(without_outcome(now).count()),
        definition=_(
            "People whose visit is over for a quarter of an hour or more, and of whom "
            "nobody said whether they came."
        ),
        group="operations",
        url=f"{reverse('board')}?place=all&show=missing",
        capability=Capability.SEE_CALENDAR,
    )


def unconfirmed_tomorrow(*, now: datetime) -> Measure:
    """Of how many of tomorrow's visits nobody has said that they will come.

    The lines of the board, which the figure links to: a couple that stands alike is
    one, and the day is each place's own.
    """
    day = zones.local_day(now, zones.of_practice()) + timedelta(days=1)
    coming = Attendee.objects.filter(_on(day), status__in=AHEAD, is_withdrawn=False)
    lines = coming.order_by().values_list("appointment", "status").distinct()
    statuses = [status for _visit, status in lines]
    return Measure(
        title=_("Unconfirmed for tomorrow"),
        value=_("%(part)d of %(whole)d")
        % {"part": statuses.count(Status.SCHEDULED), "whole": len(statuses)},
        definition=_(
            "Visits tomorrow, by the clock of each place, that nobody has confirmed; "
            "a couple that comes together counts once."
        ),
        group="operations",
        url=f"{reverse('board')}?place=all&on={day.isoformat()}&show=unconfirmed",
        capability=Capability.SEE_CALENDAR,
    )


def _on(day: date) -> Q:
    """Attendees of visits on a day, as it is at the place of each."""
    names = Location.objects.order_by().values_list("time_zone", flat=True).distinct()
    found = Q(pk=None)
    for zone in names:
        found |= Q(
            appointment__location__time_zone=zone,
            appointment__starts_at__gte=zones.first_moment(day, zone),
            appointment__starts_at__lt=zones.end_of(day, zone),
        )
    return found


def no_shows(*, now: datetime) -> Measure:
    """How often people did not come, by the practice's own definition."""
    found = _lately(now)
    return Measure(
        title=_("No-shows"),
        value=_share(found["missed"], found["over"]),
        definition=_(
            "Of all visits of the last four weeks that were held or missed. %(rule)s"
        )
        % {"rule": _rule(calendar_rules.no_show_words)},
        group="quality",
    )


def late_cancellations(*, now: datetime) -> Measure:
    """How often people cancelled late, by the practice's own definition."""
    found = _lately(now)
    return Measure(
        title=_("Late cancellations"),
        value=_share(found["late"], found["booked"]),
        definition=_("Of all visits booked for the last four weeks. %(rule)s")
        % {"rule": _rule(calendar_rules.late_words)},
        group="quality",
    )


def _rule(words: Callable[[CalendarRules], str]) -> str:
    """A rule of the practice, and what a move is by it."""
    return f"{words(calendar_rules.rules())} {calendar_rules.moved_words()}"


def _lately(now: datetime) -> dict[str, int]:
    rows = Attendee.objects.filter(
        is_withdrawn=False,
        appointment__starts_at__gte=now - LATELY,
        appointment__starts_at__lt=now,
    )
    held = Q(status__in=(Status.COMPLETED, Status.NO_SHOW))
    return rows.aggregate(
        missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
        over=Count("pk", filter=held),
        late=Count("pk", filter=Q(status=Status.CANCELLED_LATE)),
        booked=Count(
            "pk",
            filter=Q(status__in=LIVE)
            | Q(status__in=(Status.CANCELLED, Status.CANCELLED_LATE)),
        ),
    )


def _share(part: int, whole: int) -> str:
    if not whole:
        return _("none yet")
    words = {"share": round(100 * part / whole, 1), "part": part, "whole": whole}
    return _("%(share)s %% (%(part)d of %(whole)d)") % words
