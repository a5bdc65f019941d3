"""How today and yesterday went so far, by the actions of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice.seeds.houses import DEMO
from scheduling import visits
from scheduling.models import Attendee
from scheduling.states import AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

LATELY = timedelta(days=56)  # series since then have no outcomes yet
MISSED = 0.06
FORGOTTEN = timedelta(days=4)  # what is younger may still lack its outcome
TOLD = 0.75


def live_through(*, rng: Random, now: datetime) -> None:
    """Whoever had a visit has an outcome, but for a few of yesterday; some are here."""
    begun = Attendee.objects.filter(
        status__in=AHEAD,
        appointment__starts_at__lt=now + timedelta(minutes=10),
        appointment__starts_at__gt=now - LATELY,
    ).select_related("appointment", "patient")
    for attendee in begun.order_by("appointment__starts_at", "pk"):
        visit = attendee.appointment
        if visit.starts_at > now:
            _act(visits.arrive, attendee, now)
        elif visit.ends_at > now:
            _act(visits.arrive, attendee, visit.starts_at)
            _act(visits.start, attendee, visit.starts_at)
        elif rng.random() < MISSED:
            _act(visits.mark_no_show, attendee, visit.ends_at)
        elif visit.ends_at < now - FORGOTTEN or rng.random() < TOLD:
            _act(visits.complete, attendee, visit.ends_at)


def _act(act: Callable[..., object], attendee: Attendee, now: datetime) -> None:
    act(attendees=[attendee], by=DEMO, now=now)
