"""This floor's moments on the patient page: what happened to the chart itself."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext

from practice import telling
from practice.access import may
from practice.contributions import Moment, load
from practice.models import PaperEntry, StaffMember, TrailEntry
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.contributions import Said


@cache
def shown() -> Mapping[str, Said]:
    """The kinds of lines that the timeline shows; the others stay in the trail."""
    return {kind: said for kind, said in telling.kinds().items() if said.icon}


def chart_events(
    patient_ids: Sequence[int], *, staff: StaffMember, limit: int
) -> Sequence[Moment]:
    """The newest lines of the trail about a chart, in words.

    What one person did within the same minute is one moment.
    """
    newest = _newest_lines(limit * 3, charts=patient_ids)
    grouped = groupby(
        newest, key=lambda line: (line.actor, line.at.replace(second=0, microsecond=0))
    )
    return [_moment(list(group), staff) for _key, group in grouped][:limit]


def from_paper(
    patient_ids: Sequence[int], *, staff: StaffMember, limit: int
) -> Sequence[Moment]:
    """What was put in from paper, at the time when it happened."""
    newest = _newest_papers(limit, charts=patient_ids)
    labels = {kind.name: kind.label for kind in load("PAPER_ENTRIES")}
    return [
        Moment(
            at=row.happened_at,
            title=gettext("From paper: %(what)s") % {"what": labels.get(row.kind, "")},
            icon="note",
            by=row.writer.name,
            detail=row.words,
        )
        for row in newest
    ]


@prepared
def _newest_lines(most: int, *, charts: Any) -> QuerySet[TrailEntry]:
    lines = TrailEntry.objects.filter(patient_id__in=charts, kind__in=shown())
    told = lines.only("at", "actor", "kind", "reason", "record", "record_id")
    return told.order_by("-at", "-pk")[:most]


@prepared
def _newest_papers(most: int, *, charts: Any) -> QuerySet[PaperEntry]:
    rows = PaperEntry.objects.filter(patient__in=charts, is_withdrawn=False)
    told = rows.select_related("writer").only(
        "happened_at", "kind", "words", "writer__name"
    )
    return told.order_by("-happened_at", "-pk")[:most]


def _moment(lines: list[TrailEntry], staff: StaffMember) -> Moment:
    """One moment of lines that belong together, named after what came first."""
    first = lines[-1]
    said = shown()[first.kind]
    others = Counter(str(shown()[line.kind].words) for line in reversed(lines[:-1]))
    counted = [f"{words} ({n})" if n > 1 else words for words, n in others.items()]
    reason = first.reason if _is_theirs(first.record, staff) else ""
    details = [reason, ", ".join(counted)]
    return Moment(
        at=first.at,
        title=str(said.words),
        icon=said.icon,
        by=first.actor,
        detail=" · ".join(filter(None, details)),
        move_url=next(filter(None, map(_move_url, lines)), ""),
    )


def _move_url(line: TrailEntry) -> str:
    """Where a call is moved, which stands nowhere else on the page of its chart."""
    if line.record != "callattempt" or line.kind == "call.taken_back":
        return ""
    return reverse("move", args=["call", line.record_id])


def _is_theirs(record: str, staff: StaffMember) -> bool:
    """Whether somebody who may open the chart reads why, of a record on it."""
    said = telling.records().get(record)
    if said is None or not said.is_apart or said.capability is None:
        return True
    return may(staff, said.capability)
