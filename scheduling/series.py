"""Visits that repeat: looked at before they are booked, kept in the calendar ahead.

A series means a wall-clock time of its location, also after the clocks change. Its
visits are in the calendar up to a horizon; the worker tops them up. Each visit is a
visit like any other: it may be moved, cancelled or skipped by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from practice import zones
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked, parts_of
from scheduling import booking, foreseeing, holding, series_tasks, visits
from scheduling.calendar_rules import rules
from scheduling.models import (
    Appointment,
    Attendee,
    Room,
    Series,
    SeriesMember,
    SeriesSkip,
)
from scheduling.recurring import Rule
from scheduling.states import AHEAD, LIVE, Status
from scheduling.taking_back import line_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from practice.models import Patient
    from scheduling.booking import Plan
    from scheduling.models.appointments import AppointmentQuerySet

ONE_DAY, ONE_YEAR = timedelta(days=1), timedelta(days=366)
# A series is made until then if all of its visits are in the calendar.
EVER = date.max

# How the next visits of an open series are announced: they were agreed on.
NEXT = "attendee.topped_up"


class Conflicts(NotPossible):
    """Some visits of the series cannot be where its rule puts them."""


class SeriesOver(NotPossible):
    """The series has ended."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit of a series as it would be booked, and what stands in its way."""

    on: date  # the day that the rule means
    plan: Plan
    conflict: str = ""
    unnamed: str = ""  # the same, where it may stand on one chart of several


@dataclass(frozen=True, slots=True)
class Wish:
    """What repeats: the first visit's plan, its wall-clock time and the rule."""

    plan: Plan
    rule: Rule

    def occurrences(
        self, *, until: date, since: date | None = None
    ) -> list[Occurrence]:
        """The visits that the rule means, up to a day."""
        return [
            Occurrence(on, replace(self.plan, starts_at=self.at(on)))
            for on in self.rule.days(until=until)
            if since is None or on > since
        ]

    def at(self, day: date) -> datetime:
        """The series' time on a day; where the clocks jump over it, the hour after."""
        zone = self.plan.location.time_zone
        wall = zones.wall_clock(self.plan.starts_at, zone)
        return zones.nearest_instant(day, wall, zone)


def preview(
    *,
    wish: Wish,
    patients: Sequence[Patient],
    now: datetime,
    apart_from: Collection[int] = (),
) -> list[Occurrence]:
    """Every visit of the series up to the horizon, each with what stands in its way.

    Nothing is booked, and nothing is held. Visits `apart_from` stand in nobody's way:
    they are to become visits of the series.
    """
    found = wish.occurrences(until=horizon_of(wish, now=now))
    conflicts = foreseeing.conflicts_of(
        [one.plan for one in found], patients, now=now, apart_from=apart_from
    )
    return [
        replace(one, conflict=words)
        for one, words in zip(found, conflicts, strict=True)
    ]


@transaction.atomic
def begin(
    *,
    wish: Wish,
    patients: Sequence[Patient],
    by: Actor,
    now: datetime,
    skipped: Collection[date] = (),
    moved: Mapping[date, datetime] | None = None,
) -> Series:
    """Book a series: all its visits up to the horizon, but for days left out.

    `moved` gives single days another time. Raises Conflicts, naming each day that
    cannot be, and then nothing is booked.
    """
    until, times = horizon_of(wish, now=now), moved or {}
    wanted = [
        replace(one, plan=replace(one.plan, starts_at=times[one.on]))
        if one.on in times
        else one
        for one in wish.occurrences(until=until)
        if one.on not in skipped
    ]
    series = new_row(wish, until, by=by)
    with parts_of(line_of(series).pk):
        join(series, patients, by=by)
        skip(series, skipped, by=by)
        refuse(book_all(series, wanted, patients, by=by, now=now))
    return series


@transaction.atomic
def top_up(*, series: Series, by: Actor, now: datetime) -> list[Appointment]:
    """Put the next visits of a series into the calendar, up to the horizon.

    Days that cannot be are left out, and the front desk is asked to find others. If
    none can be any more, it is asked what becomes of the series.
    """
    series = locked(series)
    wish, since = wish_of(series), series.made_until
    until = horizon_of(wish, now=now)
    if series.is_ended or until <= since:
        return []
    patients = patients_of(series)
    wanted = _due(series, wish, until, now=now)
    if words := _why_never(wanted, patients):
        series_tasks.ask_what_becomes(series, words, patients, by=by, now=now)
        return []
    refused = book_all(series, wanted, patients, by=by, now=now, announced_as=NEXT)
    if refused:
        skip(series, [one.on for one in refused], by=by)
        series_tasks.ask_for_times(series, refused, patients, by=by, now=now)
    series.made_until = _made_until(wish.rule, until)
    keep(series, by=by, kind="series.topped_up")
    return list(series.appointments.filter(series_on__gt=since))


@transaction.atomic
def end(
    *,
    series: Series,
    last_on: date,
    by: Actor,
    now: datetime,
    cancelled: Collection[Appointment] = (),
    status: str = Status.CALLED_OFF,
    reason: str = "",
) -> Series:
    """The series goes no further than a day; its later visits stay as they are.

    Whoever ends it sees them listed, and those `cancelled` that are not wanted.
    Raises SeriesOver, and for visits what `visits.cancel` raises.
    """
    series = close(series, last_on, by=by, kind="series.ended")
    if cancelled:
        hold_visits(cancelled)
        with parts_of(line_of(series).pk):
            for visit in sorted(cancelled, key=lambda one: one.pk):
                coming = [one for one in visit.attendees.all() if one.is_coming]
                visits.cancel(
                    attendees=coming, status=status, reason=reason, by=by, now=now
                )
    return series


def wish_of(series: Series) -> Wish:
    """A stored series as what repeats."""
    rule = Rule(
        series.rhythm,
        series.every,
        weekday=series.weekday,
        starts_on=series.starts_on,
        nth=series.nth,
        ends_on=series.ends_on,
        count=series.count,
    )
    plan = booking.Plan(
        type=series.type,
        clinician=series.clinician,
        location=series.location,
        starts_at=zones.nearest_instant(
            series.starts_on, series.at, series.location.time_zone
        ),
        modality=series.modality,
        room=series.room,
        length=series.length,
    )
    return Wish(plan, rule)


def patients_of(series: Series) -> list[Patient]:
    """Who comes to a series; whose chart was merged comes by the one that stands."""
    rows = series.members.order_by("pk").select_related("patient__merged_into")
    return current_of(rows)


def current_of(members: Iterable[SeriesMember]) -> list[Patient]:
    current = [row.patient for row in members if row.is_current]
    return list(dict.fromkeys(one.merged_into or one for one in current))


def horizon_of(wish: Wish, *, now: datetime) -> date:
    """How far ahead visits are booked: of a series that ends as far as anybody books,
    else as the practice's rules say."""
    today = zones.local_day(now, wish.plan.location.time_zone)
    if wish.rule.count is not None or wish.rule.ends_on is not None:
        return today + booking.FURTHEST - ONE_DAY
    return max(today, wish.rule.starts_on) + rules().series_ahead


def new_row(wish: Wish, until: date, *, by: Actor) -> Series:
    plan, rule = wish.plan, wish.rule
    series = Series(
        type=plan.type,
        clinician=plan.clinician,
        location=plan.location,
        room=plan.room,
        modality=plan.modality,
        at=zones.wall_clock(plan.starts_at, plan.location.time_zone),
        length=plan.length or plan.type.length,
        rhythm=rule.rhythm,
        every=rule.every,
        weekday=rule.weekday,
        nth=rule.nth,
        starts_on=rule.starts_on,
        ends_on=rule.ends_on,
        count=rule.count,
        made_until=_made_until(rule, until),
    )
    return keep(series, by=by, kind="series.begun")


def _made_until(rule: Rule, until: date) -> date:
    return until if rule.goes_on_after(until) else EVER


def join(series: Series, patients: Iterable[Patient], *, by: Actor) -> None:
    for patient in patients:
        keep(SeriesMember(series=series, patient=patient), by=by, kind="series.joined")


def skip(series: Series, days: Iterable[date], *, by: Actor) -> None:
    for on in days:
        keep(SeriesSkip(series=series, on=on), by=by, kind="series.day_skipped")


def close(series: Series, last_on: date, *, by: Actor, kind: str) -> Series:
    """Lock a series and end it after a day. Raises SeriesOver."""
    series = locked(series)
    if series.is_ended:
        raise SeriesOver(_("This series has already ended."))
    series.is_ended, series.ends_on, series.count = True, last_on, None
    return keep(series, by=by, kind=kind)


def refuse(refused: Iterable[Occurrence]) -> None:
    """Raise Conflicts where something cannot be, and say all of it."""
    if words := " ".join(one.conflict for one in refused):
        raise Conflicts(words)


def book_all(
    series: Series,
    wanted: Iterable[Occurrence],
    patients: Sequence[Patient],
    *,
    by: Actor,
    now: datetime,
    announced_as: str = "attendee.booked",
) -> list[Occurrence]:
    """Book what can be booked; returns what cannot, each with why."""
    refused = []
    for one in wanted:
        try:
            booking.book(
                plan=one.plan,
                patients=patients,
                by=by,
                now=now,
                despite=booking.AGREED,
                of_series=(series, one.on),
                announced_as=announced_as,
            )
        except NotPossible as refusal:
            unnamed = series_tasks.unnamed_words(refusal, one.plan, patients)
            refused.append(replace(one, conflict=str(refusal), unnamed=unnamed))
    return refused


def visits_ahead(
    series: Series, from_on: date, *, now: datetime
) -> AppointmentQuerySet:
    """The visits of a series from a day on that are still to come for all of them."""
    rows = still_to_come(series.appointments.filter(series_on__gte=from_on), now=now)
    return rows.order_by("series_on")


def still_to_come(rows: AppointmentQuerySet, *, now: datetime) -> AppointmentQuerySet:
    """Those of some visits for which nobody has come yet and somebody will."""
    here = Attendee.objects.filter(appointment=OuterRef("pk"), is_withdrawn=False)
    return rows.filter(
        Exists(here.filter(status__in=AHEAD)),
        ~Exists(here.filter(status__in=LIVE - AHEAD)),
        starts_at__gt=now,
        is_live=True,
    )


def hold_visits(visits: Iterable[Appointment]) -> None:
    """Lock the clinicians and rooms of several visits at once, in the one order."""
    whose = [(one.clinician_id, one.room_id) for one in visits]
    rooms = {room for _clinician, room in whose if room}
    holding.hold(
        {clinician for clinician, _room in whose}, Room.objects.filter(pk__in=rooms)
    )


def skips_of(series: Series) -> QuerySet[SeriesSkip, date]:
    return series.skips.filter(is_withdrawn=False).values_list("on", flat=True)


# Topping up -------------------------------------------------------------------------
def _due(
    series: Series, wish: Wish, until: date, *, now: datetime
) -> Sequence[Occurrence]:
    """The next visits; none for days that passed while nobody topped up."""
    left_out = set(skips_of(series))
    return [
        one
        for one in wish.occurrences(until=until, since=series.made_until)
        if one.on not in left_out and one.plan.starts_at > now
    ]


def _why_never(wanted: Sequence[Occurrence], patients: Sequence[Patient]) -> str:
    """Why none can be booked, whatever the day: the clinician has left, for example."""
    for one in wanted[:1]:
        try:
            booking.check_plan(one.plan, patients, now=one.plan.starts_at)
        except NotPossible as refusal:
            return series_tasks.unnamed_words(refusal, one.plan, patients)
    return ""
