"""The nightly backup: started by the clock, counted, thinned out, and seen to.

It takes as long as it takes, so it is a process of its own (manage.py backup); its
row says how it ended. A restore drill leaves a row as well: a backup that nobody
ever restored is a hope.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import clock
from practice.contributions import HealthLine
from practice.models import BackupRun, RunKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

EVERY = timedelta(hours=23)  # asked hourly: once a day, a little earlier each day
OLD = timedelta(hours=26)
LONGEST = timedelta(hours=6)  # whoever has not ended by then never will
DRILL_EVERY = timedelta(days=100)
MANAGE = "manage.py"


def start(*, now: datetime) -> bool:
    """Start tonight's backup, unless one was made or is being made. Real time."""
    if not settings.BACKUPS_NIGHTLY:
        return False
    lately = BackupRun.objects.filter(kind=RunKind.BACKUP, started_at__gt=now - EVERY)
    if any(row.is_good or _is_at_work(row, now=now) for row in lately):
        return False
    spawn("backup")
    return True


@contextmanager
def recorded(kind: RunKind) -> Iterator[BackupRun]:
    """Write down that a run begins, and how it ends; a fault goes on its way.

    Meanwhile it holds a lock, of which even a killed process lets go.
    """
    with _lock_file(kind) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        run = BackupRun.objects.create(kind=kind, started_at=clock.real_now())
        try:
            yield run
        except Exception as fault:
            run.fault = str(fault)[:300] or type(fault).__name__
            raise
        finally:
            run.ended_at = clock.real_now()
            BackupRun.objects.filter(pk=run.pk).update(
                ended_at=run.ended_at, name=run.name, size=run.size, fault=run.fault
            )


def thin_out(directory: Path, *, keep: int) -> int:
    """Delete all but the newest backups there; returns how many went.

    Their names begin with when they were made. What a killed run left goes too.
    """
    made = sorted(directory.glob("wellhouse-*.backup"))
    old = made[: max(len(made) - max(keep, 1), 0)]
    a_day_ago = clock.real_now().timestamp() - timedelta(days=1).total_seconds()
    left = [
        path
        for path in directory.glob(".wellhouse-*.part")
        if path.stat().st_mtime < a_day_ago
    ]
    for path in (*old, *left):
        path.unlink(missing_ok=True)
    return len(old)


def health(now: datetime) -> HealthLine:
    """HEALTH: is the last good backup of last night, and was one ever restored?"""
    real = clock.real_now()
    good = BackupRun.objects.exclude(ended_at=None).filter(fault="")
    backup = good.filter(kind=RunKind.BACKUP).first()
    drill = good.filter(kind=RunKind.DRILL).first()
    is_well = backup is not None and backup.started_at > real - OLD
    if backup is None and not settings.IS_PRODUCTION:
        none = _("None yet; out of production that is no fault.")
        return HealthLine(_("Backups"), is_well=True, words=none)
    words = [_backup_words(backup, real), _drill_words(drill, real)]
    if not is_well and (last := BackupRun.objects.filter(kind=RunKind.BACKUP).first()):
        words.append(last.fault)
    return HealthLine(_("Backups"), is_well, " ".join(filter(None, words)))


def _backup_words(run: BackupRun | None, real: datetime) -> str:
    if run is None:
        return _("None was made yet.")
    hours = (real - run.started_at) // timedelta(hours=1)
    return ngettext(
        "The last good one is %(hours)d hour old.",
        "The last good one is %(hours)d hours old.",
        hours,
    ) % {"hours": hours}


def _drill_words(run: BackupRun | None, real: datetime) -> str:
    if run is None:
        return _("None was restored for practice yet.")
    days = {"days": (real - run.started_at).days}
    if real - run.started_at > DRILL_EVERY:
        return _("The last practice restore is %(days)d days ago: time for one.") % days
    return _("Restored for practice %(days)d days ago.") % days


def _is_at_work(run: BackupRun, *, now: datetime) -> bool:
    """Whether a run that has not ended may still end: its process holds the lock."""
    if run.ended_at is not None or run.started_at <= now - LONGEST:
        return False
    with _lock_file(run.kind) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_file(kind: str) -> IO[str]:
    settings.VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path: Path = settings.VAR / f".{kind}.lock"
    return path.open("w")


def spawn(command: str) -> None:
    """Start one of our commands, and leave it alone: it outlives the chore, not the
    site.
    """
    program = [sys.executable, str(Path(settings.BASE_DIR, MANAGE)), command]
    subprocess.Popen(  # noqa: S603 - our own command
        program, stdin=subprocess.DEVNULL, cwd=settings.BASE_DIR
    )
