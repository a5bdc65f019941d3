"""A series changes from a day on: every visit is looked at first, then all is one act.

Its visits go where scheduling.rescheduling says, but for what somebody chose day by
day: another time, no visit, or the visit as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from practice.rules import NotPossible
from practice.trail import Actor, keep, locked, parts_of
from scheduling import booking, foreseeing, holding, rescheduling, series, visits
from scheduling.models import Appointment, Attendee, Room, Series
from scheduling.series import Occurrence, Wish
from scheduling.states import AHEAD, Status
from scheduling.taking_back import line_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    Answers = Mapping[date, "What | datetime"]

ONE_DAY = timedelta(days=1)


class What(Enum):
    """What becomes of a day of the new rule; or a datetime: a visit at that time."""

    AS_MEANT = auto()
    LEFT_OUT = auto()  # its visit, if there is one, is cancelled
    STAYS = auto()  # its visit stays as it is


@dataclass(frozen=True, slots=True)
class Turn:
    """One day of the new rule, and the visit that goes there."""

    one: Occurrence
    visit: Appointment | None = None
    is_in_place: bool = False  # the visit is there already
    is_gap: bool = False  # the series had no visit then

    @property
    def usual(self) -> What:
        return What.LEFT_OUT if self.is_gap else What.AS_MEANT


@dataclass(frozen=True, slots=True)
class Change:
    """All days of the new rule, and the visits for which it has none."""

    turns: Sequence[Turn]
    surplus: Sequence[Appointment]


@dataclass(slots=True)
class Orders:
    """What is done with each visit and with each day: each is in one list."""

    cancelled: list[Appointment] = field(default_factory=list)
    staying: list[tuple[Appointment, date]] = field(default_factory=list)
    moving: list[tuple[Appointment, Occurrence]] = field(default_factory=list)
    booked: list[Occurrence] = field(default_factory=list)
    left_out: list[date] = field(default_factory=list)


def foresee(*, old: Series, from_on: date, wish: Wish, now: datetime) -> Change:
    """What a change would do, each day with what stands in its way. Nothing is held."""
    change = _plan(old, from_on, wish, now=now)
    goes = [turn for turn in change.turns if not turn.is_in_place]
    theirs = [turn.visit for turn in goes if turn.visit]
    patients, coming = series.patients_of(old), holding.coming_to_each(theirs)
    conflicts = foreseeing.conflicts_of_each(
        [
            (turn.one.plan, coming[turn.visit.pk] if turn.visit else patients)
            for turn in goes
        ],
        now=now,
        apart_from=[visit.pk for visit in [*theirs, *change.surplus]],
    )
    said = {
        turn.one.on: _past_of(turn, now=now) or conflict
        for turn, conflict in zip(goes, conflicts, strict=True)
    }
    turns = [
        replace(turn, one=replace(turn.one, conflict=said.get(turn.one.on, "")))
        for turn in change.turns
    ]
    return replace(change, turns=turns)


@transaction.atomic
def change_following(
    *,
    old: Series,
    from_on: date,
    wish: Wish,
    by: Actor,
    now: datetime,
    answers: Answers | None = None,
    standing: Collection[int] = (),
) -> Series:
    """From a day on, another rhythm, time, clinician or place; answers the new series.

    `standing` are visits that the new rule has no day for and that stay by themselves;
    the others of them are cancelled. Raises Conflicts and SeriesOver.
    """
    old = _close(old, from_on, by=by)
    with parts_of(line_of(old).pk):
        return _go_on(
            old, from_on, wish, answers or {}, standing=standing, by=by, now=now
        )


def orders_of(
    change: Change,
    answers: Answers,
    standing: Collection[int] = (),
) -> Orders:
    """What is to be done, once everything is said."""
    orders = Orders(
        cancelled=[visit for visit in change.surplus if visit.pk not in standing]
    )
    for turn in change.turns:
        _sort(orders, turn, answers.get(turn.one.on, turn.usual))
    return orders


def _sort(orders: Orders, turn: Turn, said: What | datetime) -> None:
    one, visit = turn.one, turn.visit
    if said is What.LEFT_OUT:
        orders.left_out.append(one.on)
        orders.cancelled += [visit] if visit else []
        return
    is_as_it_is = said is What.STAYS or (turn.is_in_place and said is What.AS_MEANT)
    if visit and is_as_it_is:
        orders.staying.append((visit, one.on))
        return
    if not isinstance(said, What):
        one = replace(one, plan=replace(one.plan, starts_at=said))
    if visit:
        orders.moving.append((visit, one))
    else:
        orders.booked.append(one)


def _past_of(turn: Turn, *, now: datetime) -> str:
    """Why a visit does not move as its turn says, if that is over by now."""
    try:
        if turn.visit:
            booking.check_not_past(turn.visit, turn.one.plan, now=now)
    except NotPossible as refusal:
        return str(refusal)
    return ""


# Looking ----------------------------------------------------------------------------
def _plan(row: Series, from_on: date, wish: Wish, *, now: datetime) -> Change:
    """Which visit goes where, whatever stands in the way."""
    rows = series.visits_ahead(row, from_on, now=now)
    ahead = {one.pk: one for one in rows.select_related("location", "room")}
    found = wish.occurrences(until=_until(wish, ahead.values(), now=now))
    in_place = _in_place(found, ahead.values())
    fates = rescheduling.fates_of(
        {pk: one.series_on for pk, one in ahead.items() if one.series_on},
        gaps_of(row, from_on, ahead),
        [one.on for one in found],
        in_place=in_place,
        reach=rescheduling.reach_of(series.wish_of(row).rule, wish.rule),
    )
    turns = [
        Turn(
            one,
            ahead.get(fates.goes.get(one.on, 0)),
            is_in_place=one.on in in_place,
            is_gap=one.on in fates.left_out,
        )
        for one in found
    ]
    return Change(turns, [ahead[pk] for pk in fates.surplus])


def _until(wish: Wish, ahead: Iterable[Appointment], *, now: datetime) -> date:
    """How far ahead visits are booked: no less far than they are already."""
    booked = [one.series_on for one in ahead if one.series_on]
    return max([series.horizon_of(wish, now=now), *booked])


def _in_place(
    found: Iterable[Occurrence], ahead: Iterable[Appointment]
) -> dict[date, int]:
    """The visits that are what the new rule wants already."""
    there = {visit.starts_at: visit for visit in ahead}
    return {
        one.on: visit.pk
        for one in found
        if (visit := there.get(one.plan.starts_at)) and _is_as_planned(visit, one.plan)
    }


def _is_as_planned(visit: Appointment, plan: booking.Plan) -> bool:
    return (
        visit.type_id == plan.type.pk
        and visit.clinician_id == plan.clinician.pk
        and visit.location_id == plan.location.pk
        and visit.modality == plan.modality
        and visit.ends_at == plan.ends_at
        and (plan.room is None or visit.room_id == plan.room.pk)
    )


def gaps_of(row: Series, from_on: date, ahead: Collection[int]) -> set[date]:
    """Days without a visit to come: left out, cancelled, or over already."""
    meant = Attendee.objects.filter(appointment=OuterRef("pk"), is_withdrawn=False)
    others = row.appointments.filter(Exists(meant), series_on__gte=from_on)
    gone = others.exclude(pk__in=ahead).values_list("series_on", flat=True)
    skipped = series.skips_of(row).filter(on__gte=from_on)
    return {day for day in [*gone, *skipped] if day}


# Doing ------------------------------------------------------------------------------
def _close(row: Series, from_on: date, *, by: Actor) -> Series:
    return series.close(row, from_on - ONE_DAY, by=by, kind="series.changed")


def _go_on(
    old: Series,
    from_on: date,
    wish: Wish,
    answers: Answers,
    *,
    standing: Collection[int],
    by: Actor,
    now: datetime,
) -> Series:
    """Begin the new series with what becomes of the old one's visits."""
    ahead = list(series.visits_ahead(old, from_on, now=now))
    _hold(ahead, wish)
    change, patients = _plan(old, from_on, wish, now=now), series.patients_of(old)
    orders = orders_of(change, answers, standing)
    new = series.new_row(wish, _until(wish, ahead, now=now), by=by)
    series.join(new, patients, by=by)
    series.skip(new, orders.left_out, by=by)
    for visit in orders.cancelled:
        _cancel(visit, by=by, now=now)
    for visit, on in orders.staying:
        carry_over(new, visit, on, by=by)
    series.refuse(_move_all(new, orders.moving, by=by, now=now))
    series.refuse(series.book_all(new, orders.booked, patients, by=by, now=now))
    return new


def _hold(theirs: Sequence[Appointment], wish: Wish) -> None:
    """Everybody whose time may change, in the one order, before any visit."""
    plan = wish.plan
    rooms = Room.objects.filter(pk__in={one.room_id for one in theirs if one.room_id})
    if plan.is_in_a_room or plan.room:
        rooms |= Room.objects.filter(location=plan.location)
    holding.hold(
        {plan.clinician.pk, *(one.clinician_id for one in theirs)},
        rooms,
        holding.charts_of([one.pk for one in theirs]),
    )


def _cancel(visit: Appointment, *, by: Actor, now: datetime) -> None:
    visits.cancel(
        attendees=visit.attendees.filter(is_withdrawn=False, status__in=AHEAD),
        status=Status.CALLED_OFF,
        reason=_("The series changed"),
        by=by,
        now=now,
    )


def carry_over(new: Series, visit: Appointment, on: date, *, by: Actor) -> None:
    """The visit belongs to the new series; nobody has to be told."""
    visit = locked(visit)
    visit.series, visit.series_on = new, on
    keep(visit, by=by, kind="appointment.carried_over")


def _move_all(
    new: Series,
    pairs: Sequence[tuple[Appointment, Occurrence]],
    *,
    by: Actor,
    now: datetime,
) -> Sequence[Occurrence]:
    """Move visits into a series; returns what cannot be, each with why.

    One may go where another of them still is: so those that cannot go yet are tried
    again, from the other end, as long as some of them went.
    """
    while pairs:
        pairs = pairs[::-1]
        tried = [(one, _move_into(new, *one, by=by, now=now)) for one in pairs]
        left = [(one, refused) for one, refused in tried if refused]
        if len(left) == len(pairs):
            found = [refusal for _pair, refused in left for refusal in refused]
            return sorted(found, key=lambda one: one.on)
        pairs = [one for one, _refused in left]
    return []


def _move_into(
    new: Series, visit: Appointment, one: Occurrence, *, by: Actor, now: datetime
) -> list[Occurrence]:
    try:
        booking.move(
            appointment=visit,
            plan=one.plan,
            by=by,
            now=now,
            despite=booking.AGREED,
            of_series=(new, one.on),
        )
    except NotPossible as refusal:
        return [replace(one, conflict=str(refusal))]
    return []
