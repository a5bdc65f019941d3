"""Visits as group messages know them: what happened, and who was to come.

CAMPAIGN_EVENTS tells of bookings and of completed visits. CAMPAIGN_CLOSURES tells who
was to come on a day that a place is closed; a visit is told of as it stands.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging import variables
from practice import zones
from practice.campaign_frames import Event, EventKind
from scheduling import audiences, reminders, visit_words
from scheduling.minutes import minute_of
from scheduling.models import Attendee
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location

BOOKED, COMPLETED = "visit.booked", "visit.completed"


class Visits:
    """CAMPAIGN_EVENTS: a visit was booked, or has taken place."""

    kinds = (
        EventKind(BOOKED, _("When a visit is booked"), audiences.types),
        EventKind(COMPLETED, _("After a visit"), audiences.types, needs_types=True),
    )

    def __call__(self, *, since: datetime, now: datetime) -> Sequence[Event]:
        booked = _standing().filter(
            status__in=AHEAD,
            appointment__booked_at__gte=since,
            appointment__starts_at__gt=now,
        )
        came = _standing().filter(status=Status.COMPLETED, status_at__gte=since)
        found = [_event(BOOKED, one) for one in booked]
        found += [_event(COMPLETED, one) for one in came]
        return sorted(found, key=lambda one: (one.at, one.key))

    def of(self, ids: Sequence[Mapping[str, int]]) -> Mapping[int, Event]:
        """Those whose visit still is when and where it was, and stands as it did."""
        rows = _by_id(ids)
        found = {}
        for turn, said in enumerate(ids):
            one = rows.get(said.get("attendee", 0))
            if one is None or not visit_words.is_true_of(said, one.appointment):
                continue
            if one.status in AHEAD:
                found[turn] = _event(BOOKED, one)
            elif one.status == Status.COMPLETED:
                found[turn] = _event(COMPLETED, one)
        return found


class ClosedDay:
    """CAMPAIGN_CLOSURES: everybody who is still to come that day."""

    def __call__(
        self, location: Location, day: date, *, now: datetime
    ) -> Sequence[Event]:
        zone = location.time_zone
        rows = _standing().filter(
            status__in=AHEAD,
            appointment__location=location,
            appointment__starts_at__gte=max(now, zones.first_moment(day, zone)),
            appointment__starts_at__lt=zones.end_of(day, zone),
        )
        return [_of_closure(one) for one in rows]

    def of(self, ids: Sequence[Mapping[str, int]]) -> Mapping[int, Event]:
        rows = _by_id(ids)
        found = {}
        for turn, said in enumerate(ids):
            one = rows.get(said.get("attendee", 0))
            if one is not None and one.status in AHEAD:
                found[turn] = _of_closure(one)
        return found


VISITS, CLOSED_DAY = Visits(), ClosedDay()


def _standing() -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(is_withdrawn=False).order_by("pk")
    return reminders.with_visit(rows)


def _by_id(ids: Sequence[Mapping[str, int]]) -> Mapping[int, Attendee]:
    wanted = {said.get("attendee", 0) for said in ids}
    return {one.pk: one for one in _standing().filter(pk__in=wanted)}


def _event(kind: str, one: Attendee) -> Event:
    """One for each visit and patient: a visit that moves is the same one."""
    visit = one.appointment
    is_ahead = kind == BOOKED
    return Event(
        kind=kind,
        key=f"{kind}:{one.pk}",
        patient_id=one.chart.pk,
        at=visit.booked_at if is_ahead else one.status_at,
        type_id=visit.type_id,
        zone=visit.location.time_zone,
        starts_at=visit.starts_at,
        ids=visit_words.about(one),
        until_at=visit.starts_at if is_ahead else None,
        tell=partial(_tell, one),
    )


def _of_closure(one: Attendee) -> Event:
    """One for each visit as it stands: moved to another closed day, it is another."""
    visit = one.appointment
    return Event(
        kind="visit.closed",
        key=f"{one.pk}:{minute_of(visit.starts_at)}",
        patient_id=one.chart.pk,
        at=visit.booked_at,
        type_id=visit.type_id,
        zone=visit.location.time_zone,
        starts_at=visit.starts_at,
        ids=visit_words.about(one),
        until_at=visit.starts_at,
        tell=partial(_tell, one),
    )


def _tell(one: Attendee, language: str, zone: str) -> Mapping[str, str]:
    visit = one.appointment
    said = variables.of_visit(
        visit.starts_at,
        visit.location.time_zone,
        language=language,
        zone_words=visit_words.zone_words(visit, zone),
    )
    return said | {"place": visit.location.short_name}
