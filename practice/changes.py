"""What changed on the site's own records: who, when, why, and from what to what.

The trail says who and why; the history rows say what stood there before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Q, Value
from django.utils.translation import gettext as _

from practice import differences, telling, zones
from practice.models import Practice, Recorded, TrailEntry
from practice.proofs import models_by_record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from practice.differences import Difference

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the trail, in words."""

    when: str  # by the practice's clock
    by: str
    title: str
    reason: str
    details: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Missed:
    """What one act changed on the records of a form while somebody else typed."""

    by: str
    when: str
    what: str


Subjects = dict[type[Recorded], "Collection[int]"]


def subjects_of(record: Recorded) -> Subjects:
    """A record with what belongs to it: what its history is the history of.

    Takes one question, however many sorts of records belong to it.
    """
    found: dict[type[Recorded], list[int]] = {type(record): [record.pk]}
    rows = [_part_rows(name, field, record) for name, field in _parts(type(record))]
    for name, number in rows[0].union(*rows[1:], all=True) if rows else ():
        found.setdefault(models_by_record()[name], []).append(number)
    return dict(found)


def _part_rows(name: str, field: str, record: Recorded) -> QuerySet[Any, Any]:
    """The numbers of the records of a sort that stand in a record's history too."""
    rows: QuerySet[Any] = models_by_record()[name]._default_manager.order_by()
    if field:
        rows = rows.filter(**{field: record})
    about = Value(name, output_field=CharField())
    found: QuerySet[Any, Any] = rows.annotate(about=about).values_list("about", "pk")
    return found


@cache
def _parts(whole: type[Recorded]) -> Sequence[tuple[str, str]]:
    """The records that are parts of another, and the field of each that leads to it.

    No field leads to what there is one of.
    """
    found = []
    for name, said in telling.records().items():
        fields = {one.name: one for one in models_by_record()[name]._meta.fields}
        if said.part_of in fields:
            if fields[said.part_of].related_model is whole:
                found.append((name, said.part_of))
        elif said.part_of == whole._meta.model_name:
            found.append((name, ""))
    return found


def newest(record: Recorded) -> list[Change]:
    """What changed about a record and what belongs to it."""
    return _newest(subjects_of(record))


def of_practice() -> list[Change]:
    """What changed about the practice itself."""
    return _newest({Practice: [1]})


def of_record(record: Recorded) -> list[Change]:
    """What changed about one record alone."""
    return _newest({type(record): [record.pk]})


def since(rows: QuerySet[Any], number: int) -> Sequence[Missed]:
    """What happened to the records of some history rows after one of the rows."""
    model, zone = rows.model.instance_type, zones.of_practice()
    kept = list(rows.order_by("history_id"))
    told = {row.history_id: found for row, found in differences.of_rows(kept, zone)}
    newer = [row.history_id for row in kept if row.history_id > number]
    lines = TrailEntry.objects.filter(
        record=model._meta.model_name, history_id__in=newer
    )
    return [
        Missed(
            by=alike[0].actor,
            when=zones.moment(alike[0].at, zone),
            what=_what(model, alike, told),
        )
        for alike in _together(list(lines.order_by("pk")))
    ]


def _what(
    model: type[Recorded],
    lines: Sequence[TrailEntry],
    told: Mapping[int, Sequence[Difference]],
) -> str:
    found = [one for line in lines for one in told.get(line.history_id or 0, [])]
    title = telling.title_of(lines[0].kind)
    if model in differences.WHOLE:
        return f"{title}: {', '.join(map(str, found))}"
    return "; ".join(map(str, found)) or title or _("saved, with nothing different")


def _newest(subjects: Subjects) -> list[Change]:
    about = Q()
    for model, ids in subjects.items():
        about |= Q(record=model._meta.model_name, record_id__in=ids)
    lines = list(TrailEntry.objects.filter(about).order_by("-pk")[:SHOWN])
    zone = zones.of_practice()
    told = differences.of_lines(lines, zone=zone, with_new=False)
    return [
        Change(
            when=zones.moment(alike[0].at, zone),
            by=alike[0].actor,
            title=telling.title_of(alike[0].kind),
            reason=alike[0].reason,
            details=[one for line in reversed(alike) for one in told.get(line.pk, [])],
        )
        for alike in _together(lines)
    ]


def _together(lines: Sequence[TrailEntry]) -> list[list[TrailEntry]]:
    """Lines that one act left together: one kind, one actor, one minute."""

    def act(line: TrailEntry) -> tuple[object, ...]:
        minute = line.at.replace(second=0, microsecond=0)
        return line.kind, line.actor_id, line.actor, line.reason, minute

    return [list(alike) for _act, alike in groupby(lines, key=act)]
