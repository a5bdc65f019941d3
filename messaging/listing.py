"""The list of conversations: who, what was said last, what waits and since when."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    Min,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce

from consent import opt_outs
from messaging import entries
from messaging.models import Conversation, Message
from practice.models import Patient
from practice.models.patients import restricted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.sight import Sight
    from practice.models import StaffMember

PAGE = 50
OPEN, DONE, LOOSE = "open", "done", "loose"
SHOWN = (OPEN, LOOSE, DONE)
LATE_MINUTES = 30  # by then somebody has read it


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation as the list tells it."""

    conversation: Conversation
    charts: Sequence[Patient]  # of those that the reader may open
    said: str
    is_ours: bool  # what was said last came from us
    waiting: int
    is_loose: bool
    is_stopped: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Listed:
    rows: Sequence[Row]
    counts: Mapping[str, int]  # of what somebody has to do something about
    is_more: bool


def listed(sight: Sight, *, shown: str, start: int, now: datetime) -> Listed:
    """A page of the conversations that somebody may read; the newest first.

    The number of queries does not depend on how many there are.
    """
    rows = _narrowed(counted(sight), shown).order_by("-newest_at", "-pk")
    found = list(rows[start : start + PAGE + 1])
    return Listed(
        rows=told(found[:PAGE], sight, now=now),
        counts=counts(sight),
        is_more=len(found) > PAGE,
    )


def counts(sight: Sight) -> Mapping[str, int]:
    """How many wait, and how many have something that is on no chart; one query."""
    rows = counted(sight).filter(state=Conversation.State.OPEN)
    found = rows.aggregate(
        open=Count("pk"), loose=Count("pk", filter=Q(has_loose=True))
    )
    return {OPEN: found["open"], LOOSE: found["loose"]}


def closed(staff: StaffMember, sight: Sight) -> Sequence[tuple[int, datetime]]:
    """To managers: restricted charts on which a message waits that they may not open.

    Their teams may not either: without this nobody might answer.
    """
    if not staff.is_manager:
        return []
    rows = Message.objects.filter(restricted("patient"), is_waiting=True)
    rows = rows.exclude(patient__in=sight.charts.order_by().values("pk"))
    head = Coalesce("patient__merged_into", "patient")
    found = rows.order_by().values(chart=head).annotate(since=Min("came_at"))
    return [(one["chart"], one["since"]) for one in found.order_by("since")[:PAGE]]


def counted(sight: Sight) -> QuerySet[Any, Any]:
    """What somebody may read, each with whether something in it is on no chart."""
    has_loose = ExpressionWrapper(sight.has_loose(), BooleanField())
    return sight.conversations().annotate(has_loose=has_loose)


def _narrowed(rows: QuerySet[Any, Any], shown: str) -> QuerySet[Any, Any]:
    if shown == LOOSE:
        return rows.filter(state=Conversation.State.OPEN, has_loose=True)
    return rows.filter(state=shown)


def told(
    found: Sequence[Conversation], sight: Sight, *, now: datetime
) -> Sequence[Row]:
    if not found:
        return []
    charts, said = _charts(found, sight), _said(found, sight)
    stops = opt_outs.standing({one.address for one in found})
    return [
        Row(
            conversation=one,
            charts=charts[one.pk],
            said=said[one.pk][0],
            is_ours=said[one.pk][1],
            waiting=said[one.pk][2],
            is_loose=bool(getattr(one, "has_loose", False)),
            is_stopped=(one.address, one.channel) in stops,
            is_late=one.open_since_at is not None
            and (now - one.open_since_at).total_seconds() > LATE_MINUTES * 60,
        )
        for one in found
    ]


def _charts(
    found: Sequence[Conversation], sight: Sight
) -> Mapping[int, Sequence[Patient]]:
    """Whose they are, as far as the reader may know; two queries."""
    pairs = Message.objects.filter(conversation__in=found, patient__isnull=False)
    rows = list(pairs.order_by().values_list("conversation", "patient").distinct())
    theirs = sight.charts.select_related("merged_into").in_bulk(
        {patient for _conversation, patient in rows}
    )
    named: dict[int, dict[int, Patient]] = defaultdict(dict)
    for conversation, patient in rows:
        if chart := theirs.get(patient):
            head = chart.merged_into or chart
            named[conversation][head.pk] = head
    return defaultdict(
        list, {pk: list(charts.values()) for pk, charts in named.items()}
    )


def _said(
    found: Sequence[Conversation], sight: Sight
) -> Mapping[int, tuple[str, bool, int]]:
    """What was said last that the reader may read, by whom, and how much waits."""
    readable = Q(patient__in=sight.charts.order_by().values("pk"))
    loose = [one.pk for one in found if getattr(one, "has_loose", False)]
    readable |= Q(patient=None, conversation__in=loose)
    last = Message.objects.filter(readable, conversation=OuterRef("pk"))
    rows = Conversation.objects.filter(pk__in=[one.pk for one in found]).annotate(
        last=Subquery(last.order_by("-pk").values("pk")[:1]),
        many=Count("messages", filter=Q(messages__is_waiting=True)),
    )
    known = {row.pk: (row.last, row.many) for row in rows}
    newest = Message.objects.in_bulk([last for last, _many in known.values() if last])
    return {
        pk: (
            entries.snippet(newest[last].body, has_files=True) if last else "",
            last is None,
            many,
        )
        for pk, (last, many) in known.items()
    }
