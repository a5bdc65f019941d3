"""The read log: who looked at whose record, on which page, when and what for.

A page says whom it shows (`remember`); once it is answered, and before its body
leaves, the look becomes one line of the trail: one for a list, naming everybody
on it, and for each person, page and chart at most one in fifteen minutes. Where
the database cannot take it soon, the look waits in a file: care goes on.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import Error, OperationalError, connection, transaction

from practice import clock
from practice.models import BreakGlass, Patient, TrailEntry, TrailPatient
from practice.patience import give_up_after, waiting_at_most
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from practice.models import StaffMember

ONCE_IN = timedelta(minutes=15)
PREFIX = "seen."
CARE = "care"
WAITS = timedelta(seconds=2)  # for others who hold the database, before the file
OURS_ONLY = 0o600
_LOCK = 7_205_759  # of PostgreSQL's advisory locks, with the person: one at a time
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
    request: HttpRequest,
    patients: Iterable[Patient | int],
    *,
    purpose: str = CARE,
    are_one: bool = False,
) -> None:
    """Say whom the page that answers this request shows.

    Charts that `are_one` person's, merged, get a line each: they may be parted.
    """
    shown = request.__dict__.setdefault("looks", {})
    for patient in patients:
        pk = patient.pk if isinstance(patient, Patient) else patient
        shown[pk] = (purpose, pk if are_one else None)


def remembered(request: HttpRequest, *, page: str, by: StaffMember) -> list[Look]:
    """The looks of one request: one for each purpose, and for each chart apart."""
    together: dict[tuple[str, int | None], list[int]] = {}
    for patient_id, key in getattr(request, "looks", {}).items():
        together.setdefault(key, []).append(patient_id)
    at = clock.real_now().isoformat()
    return [
        Look(at, by.pk, by.name, page, purpose, sorted(ids))
        for (purpose, _alone), ids in together.items()
    ]


def keep(looks: Sequence[Look]) -> None:
    """Write looks down before the page leaves; in an emergency, to the file.

    Raises OSError if that fails as well.
    """
    try:
        if looks:
            write(*looks)
    except Error:
        logger.exception("Looks wait in a file.")
        spool(looks)


def write(look: Look, *others: Look) -> TrailEntry | None:
    """One line for those of a look's charts that this person saw no line for.

    With `others` of the same person, page and moment; the first one's line is
    answered. Raises OperationalError if others hold the database for longer than it
    WAITS.
    """
    with waiting_at_most(WAITS), transaction.atomic():
        _one_at_a_time(look.actor_id)
        at, kind = datetime.fromisoformat(look.at), f"{PREFIX}{look.page}"
        seen = _lately(look.actor_id, kind, at)
        line = _write(look, seen)
        for other in others:
            _write(other, seen)
        return line


def _write(look: Look, seen: Collection[int]) -> TrailEntry | None:
    at, kind = datetime.fromisoformat(look.at), f"{PREFIX}{look.page}"
    new = sorted(set(look.patients) - set(seen))
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


def _one_at_a_time(actor_id: int) -> None:
    """On PostgreSQL: wait briefly for locks, and for this person's other looks."""
    give_up_after(WAITS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, actor_id % 2**31]
            )


def _lately(actor_id: int, kind: str, at: datetime) -> set[int]:
    """Whom this person saw on this page in the quarter of an hour up to a moment.

    A line that came later is no reason to leave one out that waited in the file;
    but of a page asked for twice at once, either may be written first.
    """
    since, until = at - ONCE_IN, at + WAITS
    seen = _seen(actor=actor_id, kind=kind, since=since, until=until)
    return {patient_id for patient_id in seen if patient_id}


@prepared
def _seen(
    actor: Any, kind: Any, since: Any, until: Any
) -> QuerySet[TrailEntry, int | None]:
    """The charts of some lines: of each its own, or those that it lists."""
    lines = TrailEntry.objects.filter(actor_id=actor, kind=kind)
    lines = lines.filter(at__gt=since, at__lte=until).order_by()
    listed = TrailPatient.objects.filter(entry_id__in=lines.values("pk"))
    alone = lines.values_list("patient_id", flat=True)
    return alone.union(listed.values_list("patient_id", flat=True), all=True)


def _open_glass(actor_id: int, patient_id: int, at: datetime) -> int | None:
    """The break-glass by which this person may look, if there is one."""
    chart = Patient._base_manager.filter(pk=patient_id).first()
    open_ones = BreakGlass.objects.filter(
        staff=actor_id, ended_at__isnull=True, expires_at__gt=at
    )
    charts = Patient.objects.chart_set(chart) if chart else [patient_id]
    return open_ones.filter(patient__in=charts).values_list("pk", flat=True).first()


# The file -----------------------------------------------------------------------
def spool_path() -> Path:
    return settings.VAR / "spool" / _NAME


def spool(looks: Sequence[Look]) -> None:
    path = spool_path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _append(path, (json.dumps(asdict(look)) for look in looks))


def _append(path: Path, lines: Iterable[str]) -> None:
    """Add lines to the file of that name, be it taken up at this moment."""
    data = "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")
    to = _held(path)
    try:
        before = os.fstat(to).st_size
        if os.write(to, data) < len(data):
            os.ftruncate(to, before)  # half a line would spoil the next one
            raise OSError(errno.ENOSPC, "The disk is full.")
        os.fsync(to)
    finally:
        os.close(to)


def _held(path: Path) -> int:
    """The file of that name, to add to; nobody takes it up before it is closed."""
    while True:
        to = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OURS_ONLY)
        fcntl.flock(to, fcntl.LOCK_EX)
        if _is_called(to, path):
            return to
        os.close(to)  # it was taken up between the two


def _is_called(file: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file), path.stat())
    return False


def take_up_spooled() -> int:
    """Write what waits in the file into the trail; returns how many looks.

    A crash in the middle writes none twice: what was seen on a page within a
    quarter of an hour is one line. A line that cannot be read is put aside.
    """
    path, taken = spool_path(), spool_path().with_suffix(".taken")
    if not taken.exists() and path.exists():
        path.rename(taken)
    with suppress(FileNotFoundError), taken.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # who writes into it ends first
        if _is_called(file.fileno(), taken):
            return _take_up(taken, file.read().decode(errors="surrogateescape"))
    return 0


def _take_up(taken: Path, text: str) -> int:
    looks, unread = _read(text.split("\n"))
    refused = _write_all(looks)
    if unread or refused:
        _append(aside_path(), [*unread, *refused])
    taken.unlink()
    return len(looks) - len(refused)


def _write_all(looks: Sequence[Look]) -> list[str]:
    """Write looks down; returns those that the database will never take.

    Raises OperationalError where it will later.
    """
    refused = []
    with waiting_at_most(WAITS), transaction.atomic():
        for look in looks:
            try:
                write(look)
            except OperationalError:
                raise
            except (Error, ValueError):
                logger.exception("A spooled look is refused.")
                refused.append(json.dumps(asdict(look)))
    return refused


def waiting() -> bool:
    """Whether looks wait in the file."""
    return spool_path().exists() or spool_path().with_suffix(".taken").exists()


def aside_path() -> Path:
    """Where lines are put that cannot be read; somebody has to look at them."""
    return spool_path().with_suffix(".unread")


def _read(lines: Iterable[str]) -> tuple[list[Look], list[str]]:
    """The looks of some lines, and the lines that are none."""
    looks, unread = [], []
    for line in filter(None, map(str.strip, lines)):
        try:
            looks.append(_look_of(json.loads(line)))
        except (ValueError, TypeError):
            # The disk was full in the middle of this line, for one.
            logger.exception("A spooled look cannot be read.")
            unread.append(line)
    return looks, unread


def _look_of(told: dict[str, Any]) -> Look:
    """Raises ValueError, TypeError."""
    look = Look(**told)
    numbers = [look.actor_id, *look.patients]
    if not all(0 < number < 2**63 for number in numbers):
        raise ValueError
    if datetime.fromisoformat(look.at).tzinfo is None:
        raise ValueError
    return look
