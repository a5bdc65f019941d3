"""Chores of every kind a supervisor may meet: one hangs, one raises, one works."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from practice.chores import Chore

SECOND = timedelta(seconds=1)


def hang(*, now: datetime) -> None:
    while True:
        time.sleep(60)


def refuse(*, now: datetime) -> None:
    raise LookupError("Paula Patience, +1 212 555 0100")


def work(*, now: datetime) -> None:
    """Does what it is asked to, at once."""


CHORES = (
    Chore("hangs", SECOND, hang, limit=0.3 * SECOND),
    Chore("raises", SECOND, refuse),
    Chore("works", SECOND, work),
)
