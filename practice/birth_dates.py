"""Dates of birth as people here type them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

LONG_AGO = 1890  # no year of birth
_SLASHES = ("%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%y")
_DASHES = tuple(form.replace("/", "-") for form in _SLASHES)
_SPACES = tuple(form.replace("/", " ") for form in _SLASHES)
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_DOTS = ("%d.%m.%Y", "%d.%m.%y")
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", *_SLASHES, *_DASHES, *_DOTS, *_SPACES, *_WORDS)
_COMPACT = {8: ("%Y%m%d", "%m%d%Y"), 6: ("%m%d%y",)}


def birth_dates(text: str, *, until: date) -> Sequence[date]:
    """The days that may be meant: a year of two digits is in either century.

    Where dots divide them, some put the day first and some the month.
    """
    readings = dict.fromkeys((read_date(text), read_date(text.replace(".", "/"))))
    days = [day for day in readings if day is not None]
    if not re.search(r"\d{4}", text) or re.fullmatch(r"\s*\d{6}\s*", text):
        days += [
            day.replace(year=day.year - 100)
            for day in days
            if (day.month, day.day) != (2, 29)
        ]
    return [day for day in days if day.year > LONG_AGO and day <= until]


def read_date(text: str) -> date | None:
    """A birth date as people type it, month before day where slashes divide it."""
    spelt = re.sub(r"\b([^\W\d]{3})[^\W\d]?\.", r"\1", text)  # Sept. 3, Mar. 3
    spelt = re.sub(r"\bsept\b", "sep", spelt, flags=re.IGNORECASE)
    plain = " ".join(spelt.replace(",", " ").split())
    compact = _COMPACT.get(len(plain), ()) if plain.isdecimal() else ()
    for form in compact or _FORMATS:
        try:
            day = datetime.strptime(plain, form).date()  # noqa: DTZ007 - a date only
        except ValueError:
            continue
        if day.year > LONG_AGO:
            return day
    return None


def birth_year(text: str, *, until: date) -> int | None:
    """The year that four digits may be of a birth."""
    is_year = re.fullmatch(r"\d{4}", text) is not None
    return int(text) if is_year and LONG_AGO < int(text) <= until.year else None
