"""What the calendar says of visits past and ahead, as facts for the rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from practice.models.patients import about_charts
from scheduling.ai_uses import AiUse, permitted
from scheduling.models import Attendee
from scheduling.risk_rule import Case, Facts, Part
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

# What was longer ago is held against nobody.
REMEMBERED = timedelta(days=730)
# From when on a visit that nobody has confirmed says something.
NEAR = timedelta(days=2)
OVER = (Status.COMPLETED, Status.NO_SHOW)
_VISIT = ("appointment__starts_at", "appointment__booked_at")
_COLUMNS = ("pk", "head", "status", *_VISIT, "appointment__location__time_zone")


@dataclass(frozen=True, slots=True)
class Past:
    """A visit that is over, and when it was."""

    starts_at: datetime
    case: Case


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit that is ahead, for one of its patients."""

    attendee: int
    status: str
    version: int
    facts: Facts


def past(*, now: datetime) -> list[Past]:
    """All visits of the time that counts, each with what was known before it.

    A patient who is in several visits at once is in none of them “earlier”.
    """
    rows = _of_heads(_over(now)).order_by("appointment__starts_at", "pk")
    rows_read = list(rows.values_list(*_COLUMNS))
    allowed = permitted(AiUse.NO_SHOW_RISK, {row[1] for row in rows_read})
    confirmed = _confirmed_at()
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    found = []
    for pk, head, status, starts_at, booked_at, zone in rows_read:
        if head not in allowed:
            continue
        missed, came = counts[head]
        was_missed = status == Status.NO_SHOW
        silent = None
        if booked_at <= starts_at - NEAR:
            said = confirmed.get(pk)
            silent = said is None or said > starts_at - NEAR
        facts = _facts(missed, came, starts_at, booked_at, zone, is_silent=silent)
        found.append(Past(starts_at, Case(facts, was_missed)))
        counts[head][0 if was_missed else 1] += 1
    return found


def coming(rows: QuerySet[Attendee], *, now: datetime) -> Iterator[Coming]:
    """Some visits that are ahead, with what is known today. Takes two queries."""
    columns = (*_COLUMNS, "appointment__version")
    rows_read = list(_of_heads(rows).values_list(*columns))
    allowed = permitted(AiUse.NO_SHOW_RISK, {row[1] for row in rows_read})
    counts = _counts(allowed, now=now)
    for pk, head, status, starts_at, booked_at, zone, version in rows_read:
        if head not in allowed:
            continue
        missed, came = counts.get(head, (0, 0))
        is_near = booked_at <= starts_at - NEAR <= now
        silent = status != Status.CONFIRMED if is_near else None
        facts = _facts(missed, came, starts_at, booked_at, zone, is_silent=silent)
        yield Coming(pk, status, version, facts)


def ahead(*, now: datetime) -> QuerySet[Attendee]:
    """Patients of visits that are to come."""
    return Attendee.objects.filter(
        is_withdrawn=False,
        status__in=AHEAD,
        appointment__is_live=True,
        appointment__starts_at__gt=now,
    )


def _over(now: datetime) -> QuerySet[Attendee]:
    return Attendee.objects.filter(
        is_withdrawn=False,
        status__in=OVER,
        appointment__starts_at__gt=now - REMEMBERED,
        appointment__starts_at__lt=now,
    )


def _of_heads(rows: QuerySet[Attendee]) -> QuerySet[Attendee]:
    """With the chart that stands for the patient's, where charts were merged."""
    return rows.annotate(head=Coalesce("patient__merged_into", "patient"))


def _counts(heads: Collection[int], *, now: datetime) -> Mapping[int, tuple[int, int]]:
    """How many visits each patient missed, and to how many they came."""
    if not heads:
        return {}
    theirs = about_charts(heads)
    rows = (
        _over(now)
        .filter(theirs)
        .order_by()
        .annotate(head=Coalesce("patient__merged_into", "patient"))
        .values("head")
        .annotate(
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            came=Count("pk", filter=Q(status=Status.COMPLETED)),
        )
    )
    return {row["head"]: (row["missed"], row["came"]) for row in rows}


def _confirmed_at() -> Mapping[int, datetime]:
    """When each patient first confirmed, by the history of their visits."""
    rows = Attendee.history.filter(status=Status.CONFIRMED).order_by()
    return dict(rows.values("id").annotate(at=Min("status_at")).values_list("id", "at"))


def _facts(
    missed: int,
    came: int,
    starts_at: datetime,
    booked_at: datetime,
    zone: str,
    *,
    is_silent: bool | None,
) -> Facts:
    local = starts_at.astimezone(ZoneInfo(zone))
    return Facts(
        missed=missed,
        came=came,
        lead=max((starts_at - booked_at).days, 0),
        part=Part.of(local.weekday(), local.hour),
        is_silent=is_silent,
    )
