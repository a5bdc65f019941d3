"""Is the machine well: the worker's pulse, late chores, guards, migrations.

`report` asks every check that the settings list HEALTH names. Each is quick:
a query or two, for it stands on the managers' home page.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.core.cache import cache as shared_cache
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import chores, clock, looks, sealing, verifying
from practice import guards as database_guards
from practice.contributions import HealthLine, load
from practice.models import Chore, Heartbeat
from practice.wording import tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

WORKER = "worker"
STALE_AFTER = timedelta(seconds=60)
LATE_AFTER = timedelta(minutes=10)
RECENT = timedelta(seconds=10)
logger = logging.getLogger(__name__)


def beat(name: str) -> None:
    """Note that a part of the machine has just shown that it works."""
    Heartbeat.objects.update_or_create(
        name=name, defaults={"beat_at": clock.real_now()}
    )


def last_beat(name: str) -> datetime | None:
    """When a part last beat, on real time; None if it never did."""
    return Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()


def report(*, now: datetime) -> list[HealthLine]:
    """What every check says; one that fails says so and stops no other."""
    return [_asked(check, now=now) for check in load("HEALTH")]


def recent(*, now: datetime) -> list[HealthLine]:
    """The report, a few seconds old at most: for pages that are opened all day."""
    key = f"health:{tongue()}"
    lines: list[HealthLine] | None = shared_cache.get(key)
    if lines is None:
        lines = report(now=now)
        shared_cache.set(key, lines, timeout=RECENT.total_seconds())
    return lines


def can_serve() -> bool:
    """Whether this process reaches its database and the cache all of them share."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        shared_cache.get("healthz")
    except Error:
        logger.exception("This process cannot serve.")
        return False
    return True


def worker(now: datetime) -> HealthLine:
    """HEALTH: has the worker shown in the last minute that it works?"""
    name, beat_at = _("Background worker"), last_beat(WORKER)
    if beat_at is None:
        return HealthLine(name, is_well=False, words=_("It has not started yet."))
    silence = clock.real_now() - beat_at
    if silence > STALE_AFTER:
        words = _("No sign of life for %(minutes)d min: nothing is sent or checked.")
        words %= {"minutes": silence // timedelta(minutes=1)}
        return HealthLine(name, is_well=False, words=words)
    return HealthLine(name, is_well=True, words=_("At work."))


def late_chores(now: datetime) -> HealthLine:
    """HEALTH: is clock-started work done in time, and without faults?"""
    names = [chore.name for chore in chores.described()]
    rows = Chore.objects.filter(name__in=names).order_by("name")
    late = [row.name for row in rows if row.due_at + LATE_AFTER < now]
    failed = [f"{row.name} ({row.fault})" for row in rows if row.fault]
    sentences = []
    if late:
        sentences.append(_("Late: %(chores)s.") % {"chores": ", ".join(late)})
    if failed:
        sentences.append(_("Failed: %(chores)s.") % {"chores": ", ".join(failed)})
    words = " ".join(sentences) or _("Everything was done in time.")
    return HealthLine(_("Clock-started work"), not sentences, words)


def trail(now: datetime) -> HealthLine:
    """HEALTH: is the trail whole up to now: nothing unsealed, nothing in a file?"""
    if looks.waiting():
        words = _("Looks at charts wait in a file: the database took none.")
        return HealthLine(_("Trail"), is_well=False, words=words)
    if looks.aside_path().exists():
        words = _("Looks at charts cannot be read: see %(file)s beside the database.")
        words %= {"file": looks.aside_path().name}
        return HealthLine(_("Trail"), is_well=False, words=words)
    late = sealing.late(now=clock.real_now())
    if late:
        words = ngettext(
            "%(n)d line waits for its seal.", "%(n)d lines wait for their seal.", late
        ) % {"n": late}
        return HealthLine(_("Trail"), is_well=False, words=words)
    words = _verified()
    return HealthLine(_("Trail"), not words, words or _("Sealed, and verified."))


def _verified() -> str:
    """What is wrong with the last verification; empty if it found the trail whole."""
    result = verifying.last_result()
    if result is None:
        return _("Sealed, but never verified: run “manage.py verify_trail”.")
    if not result.is_whole:
        return _("It is not as it was written: run “manage.py verify_trail”.")
    if result.at < clock.real_now() - verifying.OLD:
        return _("Sealed, but not verified for days: run “manage.py verify_trail”.")
    return ""


def guards(now: datetime) -> HealthLine:
    """HEALTH: does the database itself still refuse to change what is append-only?"""
    said = ""
    if others := database_guards.strange(connection):
        said = _("Triggers that are not ours: %(names)s. Ask who put them there.")
        said %= {"names": ", ".join(others)}
    if gone := database_guards.missing(connection):
        words = ngettext(
            "%(count)d guard is missing: run “manage.py migrate”.",
            "%(count)d guards are missing: run “manage.py migrate”.",
            len(gone),
        )
        said = words % {"count": len(gone)}
    return HealthLine(_("Database guards"), not said, said or _("All in place."))


def migrations(now: datetime) -> HealthLine:
    """HEALTH: does the database have every table and column this version expects?"""
    count = len(unapplied())
    words = ngettext(
        "%(count)d migration is waiting: run “manage.py migrate”.",
        "%(count)d migrations are waiting: run “manage.py migrate”.",
        count,
    )
    return HealthLine(
        _("Database version"),
        not count,
        words % {"count": count} if count else _("Up to date."),
    )


def unapplied() -> frozenset[tuple[str, str]]:
    """The migrations of this version that the database has not had."""
    return _on_disk().difference(MigrationRecorder(connection).applied_migrations())


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)


def _asked(check: Callable[[datetime], HealthLine], *, now: datetime) -> HealthLine:
    try:
        return check(now)
    except Exception as fault:  # one broken check must not hide the others
        logger.exception("A health check failed.", extra={"kind": check.__name__})
        words = _("This check failed: %(fault)s.") % {"fault": type(fault).__name__}
        name = check.__name__.replace("_", " ").capitalize()
        return HealthLine(name, is_well=False, words=words)


def is_well(lines: Sequence[HealthLine]) -> bool:
    return all(line.is_well for line in lines)
