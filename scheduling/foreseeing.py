"""What stands in the way of many visits of one series, without asking day by day.

The same answers as booking.conflict_of for each of them, in as many queries for a
hundred days as for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from practice.models import Absence
from practice.rules import NotPossible
from practice.zones import local_day
from scheduling import booking, busy, hours, refusals, slots
from scheduling.minutes import minute_of
from scheduling.models import Appointment, Attendee, Room
from scheduling.states import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from practice.models import Patient
    from scheduling.booking import Plan

    Wanted = Sequence[tuple[Plan, Sequence[Patient]]]  # visits, and who comes to each
    Spans = Sequence[tuple[datetime, datetime]]

ONE_DAY = timedelta(days=1)
NOBODY: Collection[int] = ()


def conflicts_of(
    plans: Sequence[Plan],
    patients: Sequence[Patient],
    *,
    now: datetime,
    apart_from: Collection[int] = NOBODY,
) -> list[str]:
    """For each plan why it could not be booked for some patients, or nothing.

    They are of one type, clinician, place and room; visits `apart_from` are no
    hindrance, since they are to be moved.
    """
    wanted = [(plan, patients) for plan in plans]
    return conflicts_of_each(wanted, now=now, apart_from=apart_from)


def conflicts_of_each(
    wanted: Wanted, *, now: datetime, apart_from: Collection[int] = NOBODY
) -> list[str]:
    """The same where not everybody comes to each of them."""
    if not wanted:
        return []
    try:
        booking.check_offer(wanted[0][0])
    except NotPossible as refusal:
        return [str(refusal)] * len(wanted)
    comers = {one.pk: one for _plan, patients in wanted for one in patients}
    gone = {
        one.pk: refusals.not_in_care_words(one)
        for one in booking.not_in_care(list(comers.values())).order_by("pk")
    }
    clashes = clashes_of(wanted, now=now, apart_from=apart_from)
    return [
        _refusal(plan, patients, gone) or clash
        for (plan, patients), clash in zip(wanted, clashes, strict=True)
    ]


def clashes_of(
    wanted: Wanted, *, now: datetime, apart_from: Collection[int] = NOBODY
) -> list[str]:
    """The same where what is planned is known to be right: what has the time."""
    known = _Known.of(wanted, apart_from)
    return [known.conflict(plan, patients, now=now) for plan, patients in wanted]


def _refusal(plan: Plan, patients: Sequence[Patient], gone: Mapping[int, str]) -> str:
    """What is wrong with who comes, whenever it is."""
    try:
        booking.check_number(plan.type, patients)
    except NotPossible as refusal:
        return str(refusal)
    return next((gone[one.pk] for one in patients if one.pk in gone), "")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is taken in the time of all plans, read once."""

    clinician: Spans
    away: Spans
    busy: Spans
    hours: Sequence[slots.Span]
    protected: Sequence[slots.Span]
    elsewhere: Sequence[Attendee]
    rooms: Collection[int]
    in_rooms: Sequence[tuple[datetime, datetime, int]]

    @classmethod
    def of(cls, wanted: Wanted, apart: Collection[int]) -> _Known:
        plans = [plan for plan, _patients in wanted]
        heads = {_head(one) for _plan, patients in wanted for one in patients}
        plan = plans[0]
        first = min(one.taken_from for one in plans)
        last = max(one.taken_until for one in plans)
        visits = Appointment.objects.live().within(first, last).exclude(pk__in=apart)
        spans = visits.order_by().values_list("taken_from", "taken_until")
        placed = visits.filter(~Q(room=None), location=plan.location)
        at_work, pauses = _hours(plans)
        return cls(
            clinician=list(spans.filter(clinician=plan.clinician)),
            away=list(_absences(plan, first, last)),
            busy=_busy(plan, first, last),
            hours=at_work,
            protected=pauses,
            elsewhere=_elsewhere(heads, first, last, apart),
            rooms=_rooms(plan),
            in_rooms=list(
                placed.order_by().values_list("taken_from", "taken_until", "room_id")
            ),
        )

    def conflict(
        self, plan: Plan, patients: Sequence[Patient], *, now: datetime
    ) -> str:
        """Asked in the order in which booking asks."""
        try:
            booking.check_day(plan, now=now)
        except NotPossible as refusal:
            return str(refusal)
        if _meets(plan, self.clinician):
            return refusals.taken_words(plan)
        if _meets(plan, self.away):
            return refusals.away_words(plan)
        if _meets(plan, self.busy):
            return refusals.busy_words(plan)
        if not self._is_within_hours(plan):
            return refusals.hours_words(plan)
        if other := self._elsewhere(plan, {_head(one) for one in patients}):
            at = other.appointment.starts_at
            return refusals.elsewhere_words(plan, other.chart.display_name, at)
        return "" if self._has_room(plan) else refusals.room_words(plan)

    def _is_within_hours(self, plan: Plan) -> bool:
        begins = minute_of(plan.taken_from)
        ends = minute_of(plan.taken_until + timedelta(seconds=59))
        if any(start < ends and until > begins for start, until in self.protected):
            return False
        return any(start <= begins and ends <= until for start, until in self.hours)

    def _elsewhere(self, plan: Plan, heads: Collection[int]) -> Attendee | None:
        """Another visit of somebody who comes, meanwhile."""
        for row in self.elsewhere:
            visit = row.appointment
            meets = visit.starts_at < plan.ends_at and visit.ends_at > plan.starts_at
            if meets and _head(row.patient) in heads:
                return row
        return None

    def _has_room(self, plan: Plan) -> bool:
        if plan.room is None and not plan.is_in_a_room:
            return True
        gone = {
            room
            for starts_at, ends_at, room in self.in_rooms
            if starts_at < plan.taken_until and ends_at > plan.taken_from
        }
        return bool(set(self.rooms) - gone)


def _meets(plan: Plan, spans: Spans) -> bool:
    return any(
        starts_at < plan.taken_until and ends_at > plan.taken_from
        for starts_at, ends_at in spans
    )


def _absences(plan: Plan, first: datetime, last: datetime) -> Spans:
    rows = Absence.objects.filter(
        staff=plan.clinician, is_withdrawn=False, starts_at__lt=last, ends_at__gt=first
    )
    return list(rows.values_list("starts_at", "ends_at"))


def _busy(plan: Plan, first: datetime, last: datetime) -> Spans:
    whose = plan.clinician.pk
    return busy.elsewhere([whose], begins=first, ends=last).get(whose, ())


def _hours(plans: Sequence[Plan]) -> tuple[list[slots.Span], list[slots.Span]]:
    """The bookable time at the place, and what of it is protected."""
    zone = plans[0].location.time_zone
    on = {local_day(plan.starts_at, zone) for plan in plans}
    days = sorted({day + step * ONE_DAY for day in on for step in (-1, 0, 1)})
    table = hours.of_clinician(plans[0].clinician.pk, days=(days[0], days[-1]))
    windows = table.windows(days)
    here = [(one.starts, one.ends) for one in windows if _is_here(one, plans[0])]
    pauses = [(starts, until) for _whose, starts, until in table.protected(days)]
    return slots.merged(here), pauses


def _is_here(window: slots.Window, plan: Plan) -> bool:
    return window.place == plan.location.pk


def _elsewhere(
    heads: Collection[int], first: datetime, last: datetime, apart: Collection[int]
) -> list[Attendee]:
    """Other visits of some patients, by any chart of theirs."""
    rows = Attendee.objects.filter(
        Q(patient__in=heads) | Q(patient__merged_into__in=heads),
        is_withdrawn=False,
        status__in=LIVE,
        appointment__is_live=True,
        appointment__starts_at__lt=last,
        appointment__ends_at__gt=first,
    ).exclude(appointment__in=apart)
    return list(
        rows.select_related("appointment", "patient__merged_into").order_by("pk")
    )


def _head(patient: Patient) -> int:
    """The chart that stands for a patient."""
    return patient.merged_into_id or patient.pk


def _rooms(plan: Plan) -> list[int]:
    if plan.room is not None:
        return [plan.room.pk]
    rooms = Room.objects.filter(location=plan.location, is_active=True)
    return list(rooms.values_list("pk", flat=True))
