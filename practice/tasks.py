"""What the clock starts on this floor: thin, idempotent, ids only."""

from __future__ import annotations

import logging
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, connections, router
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.models import Task as WakeUp

from practice import (
    anchors,
    backup_runs,
    caregivers,
    chores,
    clock,
    day_sheets,
    drift,
    duplicates,
    findable,
    health,
    import_work,
    imports,
    looks,
    patients,
    sealing,
    submissions,
    watching,
    wording,
    work,
    workstations,
)
from practice.chores import Chore
from practice.models import Role
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

MINUTELY = timedelta(minutes=1)
OFTEN = timedelta(minutes=10)
HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
CLOCK = Automation("The clock")
WAKE_UPS_KEPT = timedelta(days=2)
logger = logging.getLogger(__name__)


def tick() -> None:
    """What the pump enqueues: show that the worker works, seal, do what is due.

    Raises nothing: the queue would keep and log the words of an exception. What
    fails stops nothing else; the next tick tries it again.
    """
    for part in (_beat, looks.take_up_spooled, sealing.seal_new, _do_chores):
        try:
            part()
        except Exception:
            logger.exception("A part of a tick failed.", extra={"kind": part.__name__})
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()


def _do_chores() -> None:
    chores.run_due(now=clock.now(), after_each=_beat)


def resume_pauses(*, now: datetime) -> None:
    patients.resume_due(by=CLOCK, now=now)


def end_parents_say(*, now: datetime) -> None:
    caregivers.end_at_majority(by=CLOCK, now=now)


def call_the_quiet(*, now: datetime) -> None:
    watching.call_the_quiet(by=CLOCK, now=now)


def forget_submissions(*, now: datetime) -> None:
    submissions.forget_old(now=now)


def clear_sessions(*, now: datetime) -> None:
    """Delete sign-ins that have run out, by real time."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_kept_sign_ins(*, now: datetime) -> None:
    """Delete what shared PCs kept of people who are long gone, by real time."""
    workstations.forget_old(now=clock.real_now())


def forget_wake_ups(*, now: datetime) -> None:
    """Delete what the queue keeps of failed wake-ups: our own rows are the truth."""
    WakeUp.objects.filter(stopped__lt=clock.real_now() - WAKE_UPS_KEPT).delete()


def cull_cache(*, now: datetime) -> None:
    """Delete expired rows of the shared cache; it forgets only what is read again."""
    cache = caches["default"]
    if not isinstance(cache, DatabaseCache):
        return
    connection = connections[router.db_for_write(cache.cache_model_class)]
    table = connection.ops.quote_name(cache.cache_model_class._meta.db_table)
    real = clock.real_now().replace(microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - our own name
            [connection.ops.adapt_datetimefield_value(real)],
        )


def seal_leftovers(*, now: datetime) -> None:
    """Seal lines that were committed too late for the ordinary turns."""
    sealing.seal_new(everywhere=True)


def look_for_duplicates(*, now: datetime) -> None:
    duplicates.look()


def learn_spellings(*, now: datetime) -> None:
    """Learn the names that came another way than by the actions."""
    findable.learn_all()


def anchor_trail(*, now: datetime) -> None:
    anchors.drop()


def verify_trail(*, now: datetime) -> None:
    """Start to read all of the trail; it takes as long as it takes, and says itself
    how it ended.
    """
    if settings.VERIFY_NIGHTLY:
        backup_runs.spawn("verify_trail")


def compare_history(*, now: datetime) -> None:
    """Ask a manager to look if any record is not what its history says."""
    if drifted := drift.found():
        logger.error("drifted", extra={"kind": ",".join(one.record for one in drifted)})
        work.raise_task(
            kind="trail.drifted",
            title=_("Records differ from their history: call who runs the server"),
            words=", ".join(map(str, drifted)),
            to=Role.MANAGER,
            due_at=now,
            once_key=f"trail.drifted:{now:%Y-%m-%d}",
            by=CLOCK,
            now=now,
        )


def take_imports_on(*, now: datetime) -> None:
    """Go on with imports whose own wake-up was lost."""
    if import_work.advance(now=now, after_each=_beat):
        import_work.wake()


def forget_imports(*, now: datetime) -> None:
    """Delete the words of files that waited for a day."""
    imports.forget_old(by=CLOCK, now=now)


def bring_in() -> None:
    """What an import asks for when there is something to do.

    Raises nothing: the queue would keep and log the words of an exception.
    """
    try:
        with wording.in_house():
            if import_work.advance(now=clock.now(), after_each=_beat):
                import_work.wake()
    except Exception:  # the chore tries again
        logger.exception("An import was interrupted.")


def _beat() -> None:
    health.beat(health.WORKER)


def write_day_sheets(*, now: datetime) -> None:
    """Write what is due; old files go. Asked often, so that no evening is missed."""
    day_sheets.write_due(by=CLOCK, now=now)
    day_sheets.forget_old(now=now)


def back_up(*, now: datetime) -> None:
    """Start the nightly backup; it goes on by itself, for as long as it takes."""
    backup_runs.start(now=clock.real_now())


CHORES = (
    Chore(
        "patients.resume",
        HOURLY,
        resume_pauses,
        why=gettext_lazy("the pause came to its end"),
    ),
    Chore(
        "patients.call_the_quiet",
        HOURLY,
        call_the_quiet,
        why=gettext_lazy("quiet for as many days as was said"),
    ),
    Chore(
        "caregivers.majority",
        DAILY,
        end_parents_say,
        why=gettext_lazy("the child came of age"),
    ),
    Chore("sessions.clear", DAILY, clear_sessions),
    Chore("workstations.forget", HOURLY, forget_kept_sign_ins),
    Chore("submissions.forget", DAILY, forget_submissions),
    Chore("wake_ups.forget", DAILY, forget_wake_ups),
    Chore("cache.cull", DAILY, cull_cache),
    Chore("patients.duplicates", DAILY, look_for_duplicates),
    Chore("search.learn", HOURLY, learn_spellings),
    Chore(
        "imports.advance",
        MINUTELY,
        take_imports_on,
        why=gettext_lazy("an import goes on by itself"),
    ),
    Chore(
        "imports.forget",
        HOURLY,
        forget_imports,
        why=gettext_lazy("a file that waited for a day is forgotten"),
    ),
    Chore("trail.seal", DAILY, seal_leftovers),
    Chore("trail.anchor", HOURLY, anchor_trail),
    Chore(
        "trail.compare",
        DAILY,
        compare_history,
        why=gettext_lazy("the nightly comparison with the history"),
    ),
    Chore("trail.verify", DAILY, verify_trail),
    Chore(
        "sheets.write",
        OFTEN,
        write_day_sheets,
        why=gettext_lazy("written by the clock"),
    ),
    Chore("backups.make", HOURLY, back_up),
)
