"""The read log: who looked at whose record, on which page, when and what for.

A page says whom it shows (`remember`); once it is answered, and before its body
leaves, the look becomes one line of the trail: one for a list, naming everybody
on it, and for each person, page and chart at most one in fifteen minutes. Where
the database cannot take it, the look waits in a file: care goes on.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, transaction

from practice import clock
from practice.models import BreakGlass, Patient, TrailEntry, TrailPatient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from django.http import HttpRequest

    from practice.models import StaffMember

ONCE_IN = timedelta(minutes=15)
PREFIX = "seen."
CARE = "care"
OURS_ONLY = 0o600
_NAME = "looks.jsonl"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """One person's look at one page; ids and the page's name only."""

    at: str
    actor_id: int
    actor: str
    page: str
    purpose: str
    patients: Sequence[int]


def remember(
    request: HttpRequest, patients: Iterable[Patient | int], *, purpose: str = CARE
) -> None:
    """Say whom the page that answers this request shows."""
    shown = request.__dict__.setdefault("looks", {})
    for patient in patients:
        shown[patient.pk if isinstance(patient, Patient) else patient] = purpose


def remembered(request: HttpRequest, *, page: str, by: StaffMember) -> list[Look]:
    """The looks of one request: one for each purpose."""
    by_purpose: dict[str, list[int]] = {}
    for patient_id, purpose in getattr(request, "looks", {}).items():
        by_purpose.setdefault(purpose, []).append(patient_id)
    at = clock.real_now().isoformat()
    return [
        Look(at, by.pk, by.name, page, purpose, sorted(ids))
        for purpose, ids in by_purpose.items()
    ]


def keep(looks: Sequence[Look]) -> None:
    """Write looks down before the page leaves; in an emergency, to the file.

    Raises OSError if that fails as well.
    """
    try:
        for look in looks:
            write(look)
    except Error:
        logger.exception("Looks wait in a file.")
        _spool(looks)


@transaction.atomic
def write(look: Look) -> TrailEntry | None:
    """One line for those of the look's charts that this person saw no line for."""
    at, kind = datetime.fromisoformat(look.at), f"{PREFIX}{look.page}"
    new = sorted(set(look.patients) - _lately(look.actor_id, kind, at))
    if not new:
        return None
    only = new[0] if len(new) == 1 else None
    glass = only and _open_glass(look.actor_id, only, at)
    entry = TrailEntry.objects.create(
        at=at,
        actor_id=look.actor_id,
        actor=look.actor,
        kind=kind,
        reason=f"break-glass {glass}" if glass else look.purpose,
        patient_id=only,
        record="patient",
        record_id=only,
    )
    if only is None:
        TrailPatient.objects.bulk_create(
            TrailPatient(entry_id=entry.pk, patient_id=patient_id) for patient_id in new
        )
    return entry


def _lately(actor_id: int, kind: str, at: datetime) -> set[int]:
    """Whom this person has seen on this page within the last quarter of an hour."""
    lines = dict(
        TrailEntry.objects.filter(
            actor_id=actor_id, kind=kind, at__gt=at - ONCE_IN
        ).values_list("pk", "patient_id")
    )
    alone = {patient_id for patient_id in lines.values() if patient_id}
    listed = TrailPatient.objects.filter(entry_id__in=lines)
    return alone | set(listed.values_list("patient_id", flat=True)) if lines else set()


def _open_glass(actor_id: int, patient_id: int, at: datetime) -> int | None:
    """The break-glass by which this person may look, if there is one."""
    open_ones = BreakGlass.objects.filter(
        staff=actor_id,
        patient=patient_id,
        ended_at__isnull=True,
        expires_at__gt=at,
    )
    return open_ones.values_list("pk", flat=True).first()


# The file -----------------------------------------------------------------------
def spool_path() -> Path:
    return settings.VAR / "spool" / _NAME


def _spool(looks: Sequence[Look]) -> None:
    path = spool_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OURS_ONLY)
    try:
        for look in looks:
            os.write(to, f"{json.dumps(asdict(look))}\n".encode())
        os.fsync(to)
    finally:
        os.close(to)


def take_up_spooled() -> int:
    """Write what waits in the file into the trail; returns how many looks.

    A crash in the middle writes none twice: what was seen on a page within a
    quarter of an hour is one line.
    """
    taken = spool_path().with_suffix(".taken")
    if not taken.exists():
        if not spool_path().exists():
            return 0
        spool_path().rename(taken)
    looks = list(_read(taken))
    with transaction.atomic():
        for look in looks:
            write(look)
    taken.unlink()
    return len(looks)


def waiting() -> bool:
    """Whether looks wait in the file."""
    return spool_path().exists() or spool_path().with_suffix(".taken").exists()


def _read(path: Path) -> Iterator[Look]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield Look(**json.loads(line))
            except (ValueError, TypeError):
                # The disk was full in the middle of this line.
                logger.exception("A spooled look cannot be read.")
