"""By and by the open series get their next visits, a week's or more at a time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy

from practice import one_by_one, work
from practice.models import Patient, Role
from practice.states import PatientState
from scheduling import booking, series
from scheduling.calendar_rules import rules
from scheduling.models import Series, SeriesMember

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.trail import Actor

# A week's visits at a time: a series is not written every night.
AT_LEAST = timedelta(days=7)
OPEN = Q(ends_on=None, count=None)
PATIENCE = 8.0  # seconds: well within a chore's limit


def top_up_all(*, by: Actor, now: datetime) -> int:
    """Top up every series that is due; returns how many got visits.

    A fault in one stops none of the others; the front desk is asked to look at it.
    After a while the rest waits for the next turn. Raises SomeFailed, in the end.
    """
    failed: set[int] = set()

    def act(number: int) -> bool:
        failed.add(number)  # until it went through, perhaps at a second try
        row = Series.objects.get(pk=number)
        made = bool(series.top_up(series=row, by=by, now=now))
        failed.discard(number)
        return made

    due = list(due_series(now=now).order_by("made_until", "pk"))
    try:
        ids = _for_a_while(row.pk for row in due)
        return one_by_one.each(ids, act, kind="series")
    finally:
        for row in due:
            if row.pk in failed:
                _ask_desk(row, by=by, now=now)


def _for_a_while(ids: Iterable[int]) -> Iterator[int]:
    began = time.monotonic()
    for number in ids:
        if time.monotonic() - began > PATIENCE:
            return
        yield number


def due_series(*, now: datetime) -> QuerySet[Series]:
    """Series whose visits end a week or more before the horizon.

    Nothing is booked by itself for somebody who is paused, whose care has ended or
    who died: what becomes of their series, people decide.
    """
    near = (now + rules().series_ahead - AT_LEAST).date()
    far = (now + booking.FURTHEST - AT_LEAST).date()
    away = Patient.objects.exclude(state=PatientState.ACTIVE).values("pk")
    theirs = SeriesMember.objects.filter(is_current=True).filter(
        Q(patient__in=away, patient__merged_into=None)
        | Q(patient__merged_into__in=away)
    )
    due = Q(made_until__lte=near) | Q(made_until__lte=far) & ~OPEN
    rows = Series.objects.filter(due, is_ended=False)
    return rows.exclude(pk__in=theirs.values("series"))


def _ask_desk(row: Series, *, by: Actor, now: datetime) -> None:
    patients = series.patients_of(row)
    work.raise_task(
        kind="series.not_topped_up",
        title=gettext_lazy("Book the next visits of a series by hand: it has a fault"),
        to=Role.FRONT_DESK,
        patient=patients[0] if patients else None,
        due_at=now + timedelta(days=2),
        once_key=f"series.fault:{row.pk}:{row.made_until:%Y-%m-%d}",
        by=by,
        now=now,
    )
