"""Dates as files write them: in three orders, of which a file keeps to one.

03/04/1985 is a day in March or in April. A file's other dates say which; where
none does, somebody has to. What could be two days is never guessed row by row.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Order(models.TextChoices):
    MONTH_FIRST = "mdy", _("Month first: 03/31/1985")
    DAY_FIRST = "dmy", _("Day first: 31/03/1985")
    YEAR_FIRST = "ymd", _("Year first: 1985-03-31")


# A time of day, as databases add it to a date.
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?m\.?|Z|[+-]\d{2}:?\d{2})?$", re.I)  # fmt: skip  # noqa: E501
_NUMBERS = re.compile(r"(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,5})")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_WORD_AFTER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s.]*(?:de\s+)?([^\W\d]{3,10})\.?[-\s,.]*(?:de[l]?\s+)?(\d{4}|\d{2})", re.I)  # fmt: skip  # noqa: E501
_WORD_FIRST = re.compile(r"([^\W\d]{3,10})\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})", re.I)  # fmt: skip  # noqa: E501
_MONTHS = (
    "jan ene",
    "feb",
    "mar",
    "apr abr",
    "may",
    "jun",
    "jul",
    "aug ago",
    "sep set",
    "oct",
    "nov",
    "dec dic",
)
_MONTH_OF = {
    word: number
    for number, words in enumerate(_MONTHS, start=1)
    for word in words.split()
}


def order_of(cells: Collection[str]) -> Order | None:
    """The order that the dates of some cells keep; None if they do not tell.

    A date with its year first reads the same in any file, so it says nothing of
    the others. Where these contradict each other, nothing is guessed.
    """
    votes = set(filter(None, map(_vote, cells))) - {Order.YEAR_FIRST}
    if len(votes) == 1:
        return votes.pop()
    if votes or any(map(is_open, cells)):
        return None
    return Order.YEAR_FIRST  # all of them can be read one way only


def are_at_odds(cells: Iterable[str]) -> bool:
    """Whether some cells are days in one order only, and some in the other only."""
    return {Order.DAY_FIRST, Order.MONTH_FIRST} <= set(map(_vote, cells))


def is_open(cell: str) -> bool:
    """Whether a cell may be two different days."""
    parts = _numbers(cell)
    if parts is None or _vote(cell):
        return False
    first, second, _year = parts
    return first != second and 1 <= min(first, second) <= max(first, second) <= 12


@lru_cache(maxsize=8192)
def read(cell: str, order: str, *, today: date) -> date | None:
    """The day that a cell means in a file of this order; None if it is no day."""
    text = _plain(cell)
    if _COMPACT.fullmatch(text):
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    if parts := _numbers(text):
        return _in_order(parts, order, today=today)
    if named := _WORD_AFTER.fullmatch(text):
        year = _whole_year(int(named[3]), today=today)
        return _day(year, _month(named[2]), int(named[1]))
    if named := _WORD_FIRST.fullmatch(text):
        year = _whole_year(int(named[3]), today=today)
        return _day(year, _month(named[1]), int(named[2]))
    return None


def _in_order(parts: tuple[int, int, int], order: str, *, today: date) -> date | None:
    first, second, third = parts
    is_year_last = third > 31 and first == second  # one day, whatever the order
    if first > 31 or (order == Order.YEAR_FIRST and not is_year_last):
        return _day(first, second, third)
    year = _whole_year(third, today=today)
    if order == Order.DAY_FIRST:
        return _day(year, second, first)
    return _day(year, first, second)


def _whole_year(year: int, *, today: date) -> int:
    """A year of two digits has been; one that both centuries had is nobody's."""
    if year > 99:
        return year
    return 1900 + year if 2000 + year > today.year else 0


def _vote(cell: str) -> Order | None:
    """The only order in which a cell is a date, if there is one only."""
    parts = _numbers(cell)
    if parts is None:
        return None
    first, second, _third = parts
    if first > 31:
        return Order.YEAR_FIRST
    if first > 12 >= second:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > 12 >= first else None


def _numbers(cell: str) -> tuple[int, int, int] | None:
    found = _NUMBERS.fullmatch(_plain(cell))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _plain(cell: str) -> str:
    """Digits of any script as ours, no time of day behind them."""
    digits = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in cell[:60]
    )
    return _TIME.sub("", digits.strip())


def _month(word: str) -> int:
    return _MONTH_OF.get(word[:3].lower(), 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
