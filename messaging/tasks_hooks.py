"""CHORES: what vendors said is worked, asked for and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from messaging import fetching, hooks, missed_calls, reconciling
from messaging.channels import simulated, simulated_calls
from practice import clock
from practice.chores import Chore

if TYPE_CHECKING:
    from datetime import datetime

OFTEN, DAILY = timedelta(minutes=5), timedelta(days=1)
# Longer than a demo's clock is moved to see what comes of a booking.
KEPT_IN_DEMO = timedelta(days=90)


def work_calls(*, now: datetime) -> None:
    """What was stored and not worked at once, or failed and is due again."""
    hooks.work(now=now)


def end_calls(*, now: datetime) -> None:
    """Calls of which the vendor never said that they are over."""
    missed_calls.end_forgotten(now=now)


def reconcile(*, now: datetime) -> None:
    reconciling.reconcile(now=now)
    hooks.work(now=now)


def forget(*, now: datetime) -> None:
    hooks.forget(now=now)
    missed_calls.forget(now=now)
    simulated.forget(before=now - KEPT_IN_DEMO)
    simulated_calls.forget(before=now - KEPT_IN_DEMO)


def give_calls_up(*, now: datetime) -> None:
    """The demo's: phones that rang for long enough."""
    simulated_calls.give_up(now=now, real=clock.real_now())


def make_phones(*, now: datetime) -> None:
    """The demo's: a number that was taken meanwhile has a phone, too."""
    simulated.make_phones()


def fetch_media(*, now: datetime) -> int:
    return fetching.fetch(now=now)


def catch_up(*, now: datetime) -> int:
    """CATCH_UP: what came in is listed, worked and fetched."""
    return (
        reconciling.reconcile(now=now) + hooks.work(now=now) + fetching.fetch(now=now)
    )


CHORES = (
    Chore("hooks.work", timedelta(seconds=10), work_calls),
    Chore("hooks.reconcile", OFTEN, reconcile),
    Chore("media.fetch", timedelta(seconds=20), fetch_media),
    Chore("calls.end", timedelta(minutes=1), end_calls),
    Chore("simulated.give_up", timedelta(seconds=30), give_calls_up),
    Chore("hooks.forget", DAILY, forget),
    Chore("simulated.phones", timedelta(minutes=1), make_phones),
)
