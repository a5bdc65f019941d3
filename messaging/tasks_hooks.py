"""CHORES: what vendors said is worked, asked for and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from messaging import hooks, missed_calls, reconciling
from messaging.channels import simulated, simulated_calls
from practice import clock
from practice.chores import Chore

if TYPE_CHECKING:
    from datetime import datetime

OFTEN, DAILY = timedelta(minutes=5), timedelta(days=1)
KEPT_IN_DEMO = timedelta(days=7)


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
    simulated.forget(before=now - KEPT_IN_DEMO)
    simulated_calls.forget(before=now - KEPT_IN_DEMO)


def tell_of_texts(*, now: datetime) -> None:
    """The demo's carrier, which has no threads of its own."""
    if settings.SMS_BACKEND == "simulated":
        simulated.report(now=now)
        simulated_calls.give_up(now=now, real=clock.real_now())


CHORES = (
    Chore("hooks.work", timedelta(seconds=10), work_calls),
    Chore("hooks.reconcile", OFTEN, reconcile),
    Chore("calls.end", timedelta(minutes=1), end_calls),
    Chore("hooks.forget", DAILY, forget),
    Chore("simulated.tell", timedelta(seconds=5), tell_of_texts),
)
