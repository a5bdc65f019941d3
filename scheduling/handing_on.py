"""A clinician is away for long, or has left: their series go on with somebody else.

One act for many series. Each visit keeps its time; what the other clinician cannot
take stays with the first one, and is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from practice.rules import NotPossible
from practice.trail import Actor, locked, note, parts_of
from scheduling import booking, changing, foreseeing, holding, series
from scheduling.booking import Plan
from scheduling.models import Appointment, Room, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import Patient, StaffMember, TrailEntry
    from scheduling.series import Wish

ONE_DAY = timedelta(days=1)


class NothingChosen(NotPossible):
    """No series was chosen."""

    field = "series"


@dataclass(frozen=True, slots=True)
class Handed:
    """One series as it would go on, and what the other clinician cannot take."""

    series: Series
    patients: Sequence[Patient]
    visits: Sequence[Appointment]
    conflicts: Sequence[str]
    refusal: str = ""  # why none of it can be handed on

    @property
    def is_suggested(self) -> bool:
        """Not where every visit would stay with the first clinician."""
        stays = bool(self.visits) and len(self.conflicts) == len(self.visits)
        return not self.refusal and not stays


@dataclass(slots=True)
class Outcome:
    """The line that sums it up, and how many visits went and stayed."""

    line: TrailEntry
    gone: int = 0
    stayed: list[Appointment] = field(default_factory=list)


def series_of(clinician: StaffMember, from_on: date) -> QuerySet[Series]:
    """The series of a clinician that may go on after a day."""
    rows = Series.objects.filter(clinician=clinician, is_ended=False)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=from_on)).order_by("pk")


def foresee(
    *, rows: QuerySet[Series], to: StaffMember, from_on: date, now: datetime
) -> list[Handed]:
    """What can be handed on; asks as often as there are kinds of visits."""
    told = rows.order_by("weekday", "at", "pk").select_related(
        "type", "clinician", "location", "room"
    )
    found = [
        row
        for row in told.prefetch_related("members__patient__merged_into")
        if series.wish_of(row).rule.goes_on_after(from_on - ONE_DAY)
    ]
    visits = _ahead(found, from_on, now=now)
    conflicts = _conflicts(visits, to, now=now)
    refusals = _refusals(found, to)
    return [
        Handed(
            row,
            series.current_of(row.members.all()),
            theirs := [one for one in visits if one.series_id == row.pk],
            [conflicts[one.pk] for one in theirs if conflicts[one.pk]],
            refusals[row.pk],
        )
        for row in found
    ]


@transaction.atomic
def hand_on(
    *,
    rows: Iterable[Series],
    to: StaffMember,
    from_on: date,
    by: Actor,
    now: datetime,
) -> Outcome:
    """From a day on, series of one clinician go on with another, visits and all.

    Raises NothingChosen, SeriesOver, and NotOffered where the other one does not
    hold such visits.
    """
    held = [locked(row) for row in sorted(rows, key=lambda one: one.pk)]
    if not held:
        raise NothingChosen(_("Choose the series that go on with somebody else."))
    visits = _ahead(held, from_on, now=now)
    _hold(visits, to)
    line = note(by=by, kind="series.handed_on", about=held[0].clinician)
    outcome = Outcome(line)
    with parts_of(line.pk):
        for row in held:
            theirs = [one for one in visits if one.series_id == row.pk]
            _hand(row, theirs, to, from_on, outcome, by=by, now=now)
    return outcome


# Looking ----------------------------------------------------------------------------
def _ahead(
    rows: Sequence[Series], from_on: date, *, now: datetime
) -> list[Appointment]:
    visits = Appointment.objects.filter(series__in=rows, series_on__gte=from_on)
    told = series.still_to_come(visits, now=now)
    told = told.select_related("type", "clinician", "location", "room")
    return list(told.order_by("starts_at", "pk"))


def plan_of(visit: Appointment, to: StaffMember) -> Plan:
    """The same visit with somebody else."""
    return Plan(
        visit.type,
        to,
        visit.location,
        visit.starts_at,
        modality=visit.modality,
        room=visit.room,
        length=visit.length,
    )


def _conflicts(
    visits: Sequence[Appointment], to: StaffMember, *, now: datetime
) -> Mapping[int, str]:
    """For each visit why it would stay. Whose visits they are comes then anyway."""
    kinds: dict[tuple[object, ...], list[Appointment]] = defaultdict(list)
    for one in visits:
        kinds[one.type_id, one.location_id, one.room_id, one.modality].append(one)
    found: dict[int, str] = {}
    for theirs in kinds.values():
        wanted = [(plan_of(one, to), ()) for one in theirs]
        known = [one.pk for one in visits]
        words = foreseeing.clashes_of(wanted, now=now, apart_from=known)
        found |= zip((one.pk for one in theirs), words, strict=True)
    return found


def _refusals(rows: Sequence[Series], to: StaffMember) -> Mapping[int, str]:
    """For each series why the other clinician holds no such visits."""
    known: dict[tuple[object, ...], str] = {}
    found = {}
    for row in rows:
        kind = (row.type_id, row.location_id, row.modality)
        if kind not in known:
            known[kind] = _refusal(replace(series.wish_of(row).plan, clinician=to))
        found[row.pk] = known[kind]
    return found


def _refusal(plan: Plan) -> str:
    try:
        booking.check_offer(plan)
    except NotPossible as refusal:
        return str(refusal)
    return ""


# Doing ------------------------------------------------------------------------------
def _hold(visits: Sequence[Appointment], to: StaffMember) -> None:
    """Everybody whose time may change, in the one order, before any visit."""
    holding.hold(
        {to.pk, *(one.clinician_id for one in visits)},
        Room.objects.filter(pk__in={one.room_id for one in visits if one.room_id}),
        holding.charts_of([one.pk for one in visits]),
    )


def _hand(
    row: Series,
    visits: Sequence[Appointment],
    to: StaffMember,
    from_on: date,
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
) -> None:
    wish, until = _wish(row, to, from_on), row.made_until
    booking.check_offer(wish.plan)
    left_out = changing.gaps_of(row, from_on, [one.pk for one in visits])
    patients = series.patients_of(row)
    series.close(row, from_on - ONE_DAY, by=by, kind="series.changed")
    new = series.new_row(wish, until, by=by)
    series.join(new, patients, by=by)
    series.skip(new, sorted(left_out), by=by)
    for visit in visits:
        try:
            booking.move(
                appointment=visit,
                plan=plan_of(visit, to),
                by=by,
                now=now,
                despite=booking.AGREED,
                of_series=(new, visit.series_on),
            )
            outcome.gone += 1
        except NotPossible:
            changing.carry_over(new, visit, visit.series_on or from_on, by=by)
            outcome.stayed.append(visit)


def _wish(row: Series, to: StaffMember, from_on: date) -> Wish:
    """The same rule from a day on, with somebody else."""
    wish = series.wish_of(row)
    far = date.max if row.count else from_on + series.ONE_YEAR + series.ONE_YEAR
    left = [day for day in wish.rule.days(until=far) if day >= from_on]
    if not left:
        raise series.SeriesOver(_("This series has already ended."))
    count = len(left) if row.count else None
    plan = replace(wish.plan, clinician=to, starts_at=wish.at(left[0]))
    rule = replace(wish.rule, starts_on=left[0], count=count)
    return replace(wish, plan=plan, rule=rule)
