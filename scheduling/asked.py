"""Who asked by their link for another time, as long as nobody has seen to it.

What they asked is a task of the front desk. Its key says which visit it is about, and
when that was to begin: a visit that has moved is no longer the one, and one whose move
is taken back is again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practice.models import Task
from scheduling.minutes import minute_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

KIND = "visit.move_wanted"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patient asked, and when."""

    at: datetime
    words: str


def key_of(kind: str, attendee_id: int, starts_at: datetime) -> str:
    """How the key of a task begins that is about one patient's visit at its time."""
    return f"{kind}:{attendee_id}:{minute_of(starts_at)}"


def waiting(patient_ids: Collection[int]) -> Mapping[str, Asked]:
    """What some patients asked and nobody did, the newest, by the key of the visit.

    Takes one query.
    """
    rows = Task.objects.open().filter(kind=KIND, patient__in=patient_ids)
    said = rows.order_by("pk").values_list("once_key", "raised_at", "words")
    return {_visit_in(key): Asked(at, words) for key, at, words in said}


def of_visit(
    asked: Mapping[str, Asked], attendee_id: int, starts_at: datetime
) -> Asked | None:
    """What was asked about one patient's visit as it is now."""
    return asked.get(key_of(KIND, attendee_id, starts_at))


def _visit_in(key: str | None) -> str:
    return ":".join((key or "").split(":")[:3])
