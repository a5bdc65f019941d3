"""The hours of a day at which a phone is safe; they may go past midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import time

    Hours: TypeAlias = tuple[time, time]

DAY = 24 * 60 * 60


def in_both(one: Hours, other: Hours) -> Hours | None:
    """What is safe by both; None where they have nothing in common.

    Where that is twice a day, the longer time: a number has one stretch of hours.
    """
    starts = [
        hours[0]
        for hours, others in ((one, other), (other, one))
        if _after(others[0], hours[0]) < _after(*others)
    ]
    found = [
        (start, min(one[1], other[1], key=lambda end: _after(start, end)))
        for start in starts
    ]
    return max(found, key=lambda hours: _after(*hours), default=None)


def _after(start: time, moment: time) -> int:
    """How many seconds a moment of the day comes after another, round the clock."""
    return (_seconds(moment) - _seconds(start)) % DAY


def _seconds(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) * 60 + moment.second
