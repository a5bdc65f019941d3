"""CHORES: the calendars elsewhere, read by the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice.chores import Chore
from scheduling import busy_calendars

if TYPE_CHECKING:
    from datetime import datetime


def read_calendars(*, now: datetime) -> None:
    """Read those whose quarter of an hour is over; the rest next minute."""
    busy_calendars.read_due(now=now)


CHORES = (Chore("calendars.read", timedelta(minutes=1), read_calendars),)
