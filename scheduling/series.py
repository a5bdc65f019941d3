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
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice import work, zones
from practice.models import Role
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import booking, foreseeing
from scheduling.calendar_rules import rules
from scheduling.models import Appointment, Series, SeriesMember, SeriesSkip
from scheduling.recurring import Rule
from scheduling.states import AHEAD, LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from practice.models import Patient
    from scheduling.booking import Plan
    from scheduling.models.appointments import AppointmentQuerySet

ONE_YEAR = timedelta(days=366)


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
    found = wish.occurrences(until=_horizon(wish, now=now))
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
    until = _horizon(wish, now=now)
    series = _new(wish, until, by=by)
    for patient in patients:
        keep(SeriesMember(series=series, patient=patient), by=by, kind="series.joined")
    for on in skipped:
        keep(SeriesSkip(series=series, on=on), by=by, kind="series.day_skipped")
    wanted = [
        replace(one, plan=replace(one.plan, starts_at=(moved or {})[one.on]))
        if one.on in (moved or {})
        else one
        for one in wish.occurrences(until=until)
        if one.on not in skipped
    ]
    if refused := _book_all(series, wanted, patients, by=by, now=now):
        raise Conflicts(" ".join(one.conflict for one in refused))
    return series


@transaction.atomic
def top_up(*, series: Series, by: Actor, now: datetime) -> list[Appointment]:
    """Put the next visits of an open series into the calendar, up to the horizon.

    A day that cannot be is left out, and the front desk is asked to find another.
    """
    series = locked(series)
    wish, since = wish_of(series), series.made_until
    until = _horizon(wish, now=now)
    if series.is_ended or until <= since:
        return []
    patients = patients_of(series)
    left_out = set(_skips(series))
    wanted = [
        one
        for one in wish.occurrences(until=until, since=since)
        if one.on not in left_out
    ]
    refused = _book_all(series, wanted, patients, by=by, now=now, announced_as=NEXT)
    for one in refused:
        keep(SeriesSkip(series=series, on=one.on), by=by, kind="series.day_skipped")
        _ask_desk(series, one, patients, by=by, now=now)
    series.made_until = until
    keep(series, by=by, kind="series.topped_up")
    return list(series.appointments.filter(series_on__gt=since))


@transaction.atomic
def end(*, series: Series, from_on: date, by: Actor, now: datetime) -> Series:
    """The series goes no further than the day before; later visits stay as they are.

    Whoever ends it sees them listed, and cancels those that are not wanted.
    """
    series = locked(series)
    if series.is_ended:
        raise SeriesOver(_("This series has already ended."))
    series.is_ended, series.ends_on, series.count = True, from_on, None
    return keep(series, by=by, kind="series.ended")


@transaction.atomic
def change_following(
    *, series: Series, from_on: date, wish: Wish, by: Actor, now: datetime
) -> Series:
    """From a day on, another time, weekday, clinician or place: each visit ahead moves.

    A visit that was moved by itself goes along. Raises Conflicts and SeriesOver.
    """
    old = end(series=series, from_on=from_on - timedelta(days=1), by=by, now=now)
    new = _new(wish, _horizon(wish, now=now), by=by)
    patients = patients_of(old)
    for patient in patients:
        keep(SeriesMember(series=new, patient=patient), by=by, kind="series.joined")
    ahead = list(visits_ahead(old, from_on))
    wanted = wish.occurrences(until=new.made_until)
    refused = []
    for visit, one in zip(ahead, wanted, strict=False):
        refused += _move_into(new, visit, one, by=by, now=now)
    refused += _book_all(new, wanted[len(ahead) :], patients, by=by, now=now)
    if refused:
        raise Conflicts(" ".join(one.conflict for one in refused))
    return new


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
    rows = series.members.filter(is_current=True).order_by("pk")
    rows = rows.select_related("patient__merged_into")
    charts = [row.patient.merged_into or row.patient for row in rows]
    return list(dict.fromkeys(charts))


def _horizon(wish: Wish, *, now: datetime) -> date:
    """How far ahead visits are booked: all of a series that ends, else as the
    practice's rules say."""
    if wish.rule.count is not None or wish.rule.ends_on is not None:
        return (now + booking.FURTHEST).date()
    zone = wish.plan.location.time_zone
    return max(zones.local_day(now, zone), wish.rule.starts_on) + rules().series_ahead


def _new(wish: Wish, until: date, *, by: Actor) -> Series:
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
        made_until=until,
    )
    return keep(series, by=by, kind="series.begun")


def _book_all(
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
                of_series=(series, one.on),
                announced_as=announced_as,
            )
        except NotPossible as refusal:
            refused.append(replace(one, conflict=str(refusal)))
    return refused


def _move_into(
    series: Series, visit: Appointment, one: Occurrence, *, by: Actor, now: datetime
) -> list[Occurrence]:
    try:
        booking.move(
            appointment=visit,
            plan=one.plan,
            by=by,
            now=now,
            of_series=(series, one.on),
        )
    except NotPossible as refusal:
        return [replace(one, conflict=str(refusal))]
    return []


def visits_ahead(series: Series, from_on: date) -> AppointmentQuerySet:
    """The visits of a series from a day on to which everybody still comes."""
    rows = series.appointments.filter(series_on__gte=from_on, is_live=True)
    begun = LIVE - AHEAD
    return rows.exclude(attendees__status__in=begun).order_by("series_on")


def _skips(series: Series) -> Iterable[date]:
    return series.skips.filter(is_withdrawn=False).values_list("on", flat=True)


def _ask_desk(
    series: Series,
    one: Occurrence,
    patients: Sequence[Patient],
    *,
    by: Actor,
    now: datetime,
) -> None:
    day = date_format(one.on, "MONTH_DAY_FORMAT")
    work.raise_task(
        kind="series.day_missing",
        title=_("Find another time for the visit of %(day)s") % {"day": day},
        words=one.conflict,
        to=Role.FRONT_DESK,
        patient=patients[0] if patients else None,
        due_at=now + timedelta(days=2),
        path="",
        once_key=f"series:{series.pk}:{one.on:%Y-%m-%d}",
        by=by,
        now=now,
    )
