"""CHORES: what vendors said is worked, asked for and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from messaging import fetching, hooks, reconciling
from messaging.channels import simulated
from practice.chores import Chore

if TYPE_CHECKING:
    from datetime import datetime

OFTEN, DAILY = timedelta(minutes=5), timedelta(days=1)
KEPT_IN_DEMO = timedelta(days=7)


def work_calls(*, now: datetime) -> None:
    """What was stored and not worked at once, or failed and is due again."""
    hooks.work(now=now)


def reconcile(*, now: datetime) -> None:
    reconciling.reconcile(now=now)
    hooks.work(now=now)


def forget(*, now: datetime) -> None:
    hooks.forget(now=now)
    simulated.forget(before=now - KEPT_IN_DEMO)


def tell_of_texts(*, now: datetime) -> None:
    """The demo's carrier, which has no threads of its own."""
    if settings.SMS_BACKEND == "simulated":
        simulated.report(now=now)


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
    Chore("hooks.forget", DAILY, forget),
    Chore("simulated.tell", timedelta(seconds=5), tell_of_texts),
)
