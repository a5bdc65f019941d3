"""Somebody came late: seen shortened, fitted in later today, or another day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from practice.trail import Actor
from practice.zones import local_day
from scheduling import booking, visits
from scheduling.booking import Plan
from scheduling.finding import Question, find
from scheduling.minutes import instant_of
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scheduling.models import Appointment

SHOWN = 4


def later_today(visit: Appointment, *, now: datetime) -> Sequence[datetime]:
    """The clinician's next free times today that are long enough."""
    today = local_day(now, visit.zone)
    question = Question(
        visit.type,
        today,
        today,
        [visit.clinician_id],
        [visit.location_id],
        modalities=[visit.way_asked],
        length=visit.length,
        notice=False,
    )
    return [instant_of(one.starts) for one in find(question, now=now, most=SHOWN).slots]


@transaction.atomic
def see_shortened(*, visit: Appointment, by: Actor, now: datetime) -> None:
    """They have arrived; the visit ends when it was to end."""
    coming = visit.attendees.filter(is_withdrawn=False, status__in=AHEAD)
    visits.arrive(attendees=coming, by=by, now=now)


@transaction.atomic
def fit_later(
    *, visit: Appointment, starts_at: datetime, by: Actor, now: datetime
) -> Appointment:
    """They wait for a later time today. Raises what `move` raises."""
    plan = Plan(
        visit.type,
        visit.clinician,
        visit.location,
        starts_at,
        modality=visit.modality,
        length=visit.length,
    )
    despite = booking.AGREED
    visit = booking.move(appointment=visit, plan=plan, by=by, now=now, despite=despite)
    see_shortened(visit=visit, by=by, now=now)
    return visit
