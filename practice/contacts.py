"""How people can be reached, and what is safe there.

The rule that everything which contacts a person obeys is `addresses_of`: over a
chart and all that was merged into it, the stricter answer wins.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from practice import contact_frames
from practice.models import Caregiver, ContactKind, ContactPoint, Patient, Taken
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, time

    from django.db.models import QuerySet

    from practice.versions import Shown

Key = tuple[str, str]  # kind and value
PERMISSIONS = (
    "may_text",
    "may_call",
    "may_leave_voicemail",
    "may_write",
    "may_name_practice",
    "may_join_texts",
)
USABLE = Q(may_text=True) | Q(may_call=True) | Q(may_write=True)


class AlreadyThere(NotPossible):
    """This person has that number or address already."""

    field = "value"


class NoLongerTheirs(NotPossible):
    """The number or address was taken off the chart."""


class SafeHoursEmpty(NotPossible):
    """Safe hours that begin and end at the same time."""

    field = "safe_until"


@dataclass(frozen=True, slots=True)
class Address:
    """One number or address of a chart, with what is safe there after merging."""

    kind: str
    value: str
    label: str
    is_first: bool
    may_text: bool
    may_call: bool
    may_leave_voicemail: bool
    may_write: bool
    may_name_practice: bool
    may_join_texts: bool  # with the reminders of others there
    name_used: str  # in messages here; empty means no name
    safe_hours: tuple[tuple[time, time], ...]  # wall clock; empty means always

    def is_safe_at(self, clock_time: time) -> bool:
        """Whether a wall-clock time lies in every pair of safe hours given."""
        return all(_within(clock_time, *hours) for hours in self.safe_hours)


@transaction.atomic
def add(
    *,
    owner: Patient | Caregiver,
    kind: str,
    value: str,
    by: Actor,
    now: datetime,
    taken: str = Taken.PHONE,
    **details: Any,
) -> ContactPoint:
    """Add a phone (any form the phone library reads), e-mail or postal address.

    What is allowed there was agreed to in the way `taken` says: the floor above keeps
    it (CONTACT_TAKEN). Raises AlreadyThere, SafeHoursEmpty.
    """
    locked(owner)
    point = ContactPoint(kind=kind, **_owner(owner), **details)
    setattr(point, _column(kind), value)
    _check(point)
    _make_room_at_top(point, by=by)
    keep(point, by=by, kind="contact.added")
    contact_frames.take([contact_frames.Told(point)], taken=taken, by=by, now=now)
    return point


@transaction.atomic
def change(
    *,
    point: ContactPoint,
    value: str,
    by: Actor,
    now: datetime,
    taken: str = Taken.PHONE,
    seen: Shown | None = None,
    **details: Any,
) -> ContactPoint:
    """Correct a number or address, or what is safe there, as it was `taken`.

    Raises AlreadyThere, NoLongerTheirs, SafeHoursEmpty, and ChangedMeanwhile
    where `seen` is out of date.
    """
    point = _held(point)
    if point.ended_at is not None:
        raise NoLongerTheirs(_("Somebody removed this from the chart meanwhile."))
    if seen is not None:
        seen.check()
    before = copy(point)
    setattr(point, _column(point.kind), value)
    for name, detail in details.items():
        setattr(point, name, detail)
    _check(point)
    _make_room_at_top(point, by=by)
    keep(point, by=by, kind="contact.changed")
    told = contact_frames.Told(point, before)
    contact_frames.take([told], taken=taken, by=by, now=now)
    return point


@transaction.atomic
def end(*, point: ContactPoint, by: Actor, now: datetime) -> ContactPoint:
    """The number or address is no longer theirs."""
    point = _held(point)
    if point.ended_at is not None:
        return point
    point.ended_at = now
    return keep(point, by=by, kind="contact.ended")


@transaction.atomic
def restore(*, point: ContactPoint, by: Actor) -> ContactPoint:
    """Take an ending back: used first again, unless another is by now.

    Raises AlreadyThere.
    """
    point = _held(point)
    if point.ended_at is None:
        return point
    point.ended_at = None
    _check(point)
    point.is_first = point.is_first and not _others_first(point).exists()
    return keep(point, by=by, kind="contact.restored")


def has(owner: Patient | Caregiver, kind: str, value: str) -> bool:
    """Whether somebody has that number or address already."""
    points = owner.contact_points.filter(kind=kind, ended_at=None)
    return points.filter(**{_column(kind): value}).exists()


def out_of_reach(charts: QuerySet[Patient]) -> QuerySet[Patient]:
    """The active ones among some charts that nobody may text, call or write to."""
    # A chart that was merged into another brings its contacts along.
    usable = ContactPoint.objects.filter(USABLE, ended_at__isnull=True)
    own = Exists(usable.filter(patient=OuterRef("pk")))
    merged = Exists(usable.filter(patient__merged_into=OuterRef("pk")))
    return charts.filter(~own, ~merged, state=PatientState.ACTIVE)


def addresses_of(points: Iterable[ContactPoint]) -> Sequence[Address]:
    """The current addresses among the points of one chart set, stricter answer first.

    The same number on two merged charts becomes one address that allows only
    what both allow, in the hours that both call safe.
    """
    groups: dict[Key, list[ContactPoint]] = defaultdict(list)
    for point in points:
        if point.ended_at is None:
            groups[key_of(point)].append(point)
    return [strictest(key, rows) for key, rows in groups.items()]


def strictest(key: Key, rows: Sequence[ContactPoint]) -> Address:
    """One number or address of several rows that have it: what all of them allow."""
    hours = {
        (row.safe_from, row.safe_until)
        for row in rows
        if row.safe_from is not None and row.safe_until is not None
    }
    names = {row.name_used for row in rows}
    return Address(
        kind=key[0],
        value=key[1],
        label=rows[0].label,
        is_first=any(row.is_first for row in rows),
        name_used=names.pop() if len(names) == 1 else "",
        safe_hours=tuple(sorted(hours)),
        **{name: all(getattr(row, name) for row in rows) for name in PERMISSIONS},
    )


def key_of(point: ContactPoint) -> Key:
    """Kind and value: what makes two rows the same number or address."""
    held = getattr(point, _column(point.kind))
    if isinstance(held, PhoneNumber):  # as text it would be checked anew
        return point.kind, held.as_e164
    value = str(held)
    return point.kind, value.lower() if point.kind == ContactKind.EMAIL else value


def people_sharing(point: ContactPoint) -> Sequence[ContactPoint]:
    """Other current rows with the same number or address."""
    column = _column(point.kind)
    same = ContactPoint.objects.filter(
        ended_at__isnull=True, **{column: getattr(point, column)}
    )
    return list(same.exclude(pk=point.pk).select_related("patient", "caregiver"))


def _within(moment: time, start: time, end: time) -> bool:
    """Whether a time lies in a span that may run over midnight."""
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def _held(point: ContactPoint) -> ContactPoint:
    """The point as it is now; nobody else changes its owner's points meanwhile."""
    locked(_owner_of(point))
    return locked(point)


def _check(point: ContactPoint) -> None:
    if point.safe_from is not None and point.safe_from == point.safe_until:
        raise SafeHoursEmpty(_("Safe hours must begin and end at different times."))
    column = _column(point.kind)
    same = _others(point).filter(**{column: getattr(point, column)})
    if same.exists():
        raise AlreadyThere(_("This is already on the chart."))


def _others(point: ContactPoint) -> QuerySet[ContactPoint]:
    """The owner's other current points of the same kind."""
    points = _owner_of(point).contact_points.filter(kind=point.kind, ended_at=None)
    return points.exclude(pk=point.pk)


def _owner_of(point: ContactPoint) -> Patient | Caregiver:
    return cast("Patient | Caregiver", point.patient or point.caregiver)


def _others_first(point: ContactPoint) -> QuerySet[ContactPoint]:
    return _others(point).filter(is_first=True)


def _make_room_at_top(point: ContactPoint, *, by: Actor) -> None:
    """Only one point of a kind is used first."""
    for other in _others_first(point) if point.is_first else ():
        other.is_first = False
        keep(other, by=by, kind="contact.changed")


def _owner(owner: Patient | Caregiver) -> dict[str, Any]:
    return {"patient" if isinstance(owner, Patient) else "caregiver": owner}


def _column(kind: str) -> str:
    return "postal" if kind == ContactKind.POST else kind
