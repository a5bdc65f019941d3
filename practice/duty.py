"""When staff are here: weekly duty hours, absences with cover, the on-call rota."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import work, zones
from practice.hours_in_force import ALWAYS, Period, weekly_rows
from practice.locations import OverlappingHours, Span, check_apart, span_words
from practice.models import (
    Absence,
    AbsenceKind,
    DutyHours,
    Location,
    OnCallShift,
    Practice,
    Role,
    StaffMember,
    Task,
    Weekday,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from practice.versions import Shown

# One week of winter time and one of summer time: zones differ in when they change.
REFERENCE_WEEKS = (date(2026, 1, 5), date(2026, 7, 6))


class AlreadyAway(NotPossible):
    """That person is already away then."""

    field = "starts_on"


class AlreadyOnCall(NotPossible):
    """That person, or that place in the order, is on the rota then."""

    field = "starts_on"


@transaction.atomic
def set_duty_hours(
    *,
    staff: StaffMember,
    location: Location,
    spans: Iterable[Span],
    by: Actor,
    time: Period = ALWAYS,
    seen: Shown | None = None,
) -> None:
    """Replace somebody's weekly duty hours at one location, by its wall clock.

    For a time, or always; what holds before and after that time stays. Raises
    OverlappingHours, also for hours at the other locations, and ChangedMeanwhile
    where `seen` is out of date.
    """
    wanted = set(spans)
    staff = locked(staff)
    if seen is not None:
        seen.check()
    check_apart(wanted)
    rows = [
        row
        for row in weekly_rows(staff).select_related("location")
        if time.meets(Period.of(row))
    ]
    elsewhere = [row for row in rows if row.location_id != location.pk]
    _check_one_place(wanted, location, elsewhere)
    here = [row for row in rows if row.location_id == location.pk]
    for row in here:
        span = (row.weekday, row.starts, row.ends)
        if span in wanted and Period.of(row).covers(time):
            wanted.remove(span)
        else:
            _leave(row, Period.of(row).without(time), by=by)
    for span in sorted(wanted):
        _add(staff, location, span, time, by=by)


@transaction.atomic
def record_absence(
    *,
    staff: StaffMember,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    cover: StaffMember | None,
    by: Actor,
) -> Absence:
    """Note that somebody is away, and who answers for them. Raises AlreadyAway."""
    staff = locked(staff)
    _check_not_away(staff, starts_at, ends_at)
    absence = Absence(
        staff=staff, kind=kind, starts_at=starts_at, ends_at=ends_at, cover=cover
    )
    return keep(absence, by=by, kind="absence.recorded")


@transaction.atomic
def report_illness(
    *,
    staff: StaffMember,
    starts_at: datetime,
    ends_at: datetime,
    cover: StaffMember | None,
    now: datetime,
) -> Absence:
    """Somebody says that they are ill; a manager is asked to look after the day."""
    absence = record_absence(
        staff=staff,
        kind=AbsenceKind.ILLNESS,
        starts_at=starts_at,
        ends_at=ends_at,
        cover=cover,
        by=staff,
    )
    title = _("%(name)s is ill: name a cover")
    if cover:
        title = _("%(name)s is ill: %(cover)s covers")
    work.raise_task(
        kind="absence.ill",
        title=title % {"name": staff.name, "cover": cover},
        to=Role.MANAGER,
        due_at=max(starts_at, now),
        path=f"/team/{staff.pk}/",
        once_key=_absence_key(absence),
        by=staff,
        now=now,
    )
    return absence


@transaction.atomic
def withdraw_absence(*, absence: Absence, by: Actor) -> Absence:
    """Take an absence back, and what was asked of the managers because of it."""
    absence = locked(absence)
    absence.is_withdrawn = True
    keep(absence, by=by, kind="absence.withdrawn")
    for task in Task.objects.open().filter(once_key=_absence_key(absence)):
        work.withdraw(task=task, by=by)
    return absence


@transaction.atomic
def restore_absence(*, absence: Absence, by: Actor) -> Absence:
    """Undo a withdrawal. Raises AlreadyAway."""
    staff = locked(absence.staff)
    absence = locked(absence)
    if not absence.is_withdrawn:
        return absence
    _check_not_away(staff, absence.starts_at, absence.ends_at)
    absence.is_withdrawn = False
    keep(absence, by=by, kind="absence.restored")
    for task in Task.objects.filter(once_key=_absence_key(absence)):
        work.restore(task=task, by=by)
    return absence


@transaction.atomic
def put_on_call(
    *, staff: StaffMember, starts_at: datetime, ends_at: datetime, rank: int, by: Actor
) -> OnCallShift:
    """Give somebody a dated turn on the on-call rota; rank 1 is called first.

    Raises AlreadyOnCall: nobody is called twice, and each place has one person.
    """
    _one_rota()
    shift = OnCallShift(staff=staff, starts_at=starts_at, ends_at=ends_at, rank=rank)
    _check_rota(shift)
    return keep(shift, by=by, kind="on_call.added")


@transaction.atomic
def withdraw_on_call(*, shift: OnCallShift, by: Actor) -> OnCallShift:
    shift = locked(shift)
    shift.is_withdrawn = True
    return keep(shift, by=by, kind="on_call.withdrawn")


@transaction.atomic
def restore_on_call(*, shift: OnCallShift, by: Actor) -> OnCallShift:
    """Undo a withdrawal. Raises AlreadyOnCall."""
    _one_rota()
    shift = locked(shift)
    if not shift.is_withdrawn:
        return shift
    _check_rota(shift)
    shift.is_withdrawn = False
    return keep(shift, by=by, kind="on_call.restored")


def _leave(row: DutyHours, rest: Sequence[Period], *, by: Actor) -> None:
    """What is left of a row of hours once others take a part of its time."""
    row = locked(row)
    if not rest:
        row.is_current = False
        keep(row, by=by, kind="duty.ended")
        return
    row.starts_on, row.ends_on = rest[0].first, rest[0].last
    keep(row, by=by, kind="duty.shortened")
    for time in rest[1:]:
        span = (row.weekday, row.starts, row.ends)
        _add(row.staff, row.location, span, time, by=by)


def _add(
    staff: StaffMember, location: Location, span: Span, time: Period, *, by: Actor
) -> None:
    row = DutyHours(staff=staff, location=location, weekday=span[0])
    row.starts, row.ends = span[1:]
    row.starts_on, row.ends_on = time.first, time.last
    keep(row, by=by, kind="duty.added")


def _check_one_place(
    spans: Iterable[Span], location: Location, others: Iterable[DutyHours]
) -> None:
    """Raise OverlappingHours where somebody would be at two locations at once."""
    for span, row, monday in product(spans, others, REFERENCE_WEEKS):
        there = (row.weekday, row.starts, row.ends)
        starts, ends = _in_week(span, location.time_zone, monday)
        other_starts, other_ends = _in_week(there, row.location.time_zone, monday)
        if starts < other_ends and other_starts < ends:
            raise OverlappingHours(
                _("%(day)s, %(span)s overlaps with %(there)s at %(place)s.")
                % {
                    "day": Weekday(span[0]).label,
                    "span": span_words(span),
                    "there": span_words(there),
                    "place": row.location.name,
                }
            )


def _in_week(span: Span, zone: str, monday: date) -> tuple[datetime, datetime]:
    day = monday + timedelta(days=span[0])
    return zones.instant(day, span[1], zone), zones.instant(day, span[2], zone)


def _check_not_away(staff: StaffMember, starts_at: datetime, ends_at: datetime) -> None:
    overlapping = Absence.objects.filter(
        staff=staff, is_withdrawn=False, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if overlapping.exists():
        raise AlreadyAway(_("%(name)s is already away then.") % {"name": staff.name})


def _absence_key(absence: Absence) -> str:
    return f"absence:{absence.pk}"


def _one_rota() -> None:
    """One rota, one writer at a time."""
    Practice.objects.select_for_update().first()


def _check_rota(shift: OnCallShift) -> None:
    """Raise AlreadyOnCall where a person or a place in the order is taken."""
    others = OnCallShift.objects.filter(
        is_withdrawn=False, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at
    ).select_related("staff")
    for other in others:
        if other.staff_id == shift.staff_id:
            raise AlreadyOnCall(
                _("%(name)s is already on call then.") % {"name": other.staff.name}
            )
        if other.rank == shift.rank and other.staff.is_active:
            raise AlreadyOnCall(
                _("%(name)s has that place in the order then.")
                % {"name": other.staff.name}
            )
