"""When texts are read, as short as a text needs it: “Mon-Fri 9-5”.

Made of opening hours. Where those of a week do not fit, less is said than is true and
never more: the hours in which every open day is open.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from itertools import groupby
from typing import TYPE_CHECKING

from messaging import segments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from practice.locations import Span

Clock = tuple[time, time]
MOST = 20  # characters; the first text to somebody has no room for more
_NAMES = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
# With an á a text is dearer: where Saturday is named, all days are by their letters.
_LETTERS = ("L", "M", "Mi", "J", "V", "S", "D")
UNKNOWN = {"en": "in office hours", "es": "en horas de oficina"}
NOON = time(12)


def short(spans: Iterable[Span], *, language: str) -> str:
    """The hours of a week in words of one language; without any, in general ones."""
    language = language if language in _NAMES else "en"
    week = _whole_days(spans)
    if not week:
        return UNKNOWN[language]
    exact = _plain(
        ", ".join(
            f"{_days(days, language)} {_clock(hours, language)}" for days, hours in week
        )
    )
    return exact if len(exact) <= MOST else _plain(_in_common(week, language))


def _whole_days(spans: Iterable[Span]) -> Sequence[tuple[list[int], Clock]]:
    """Runs of days that are alike, each from its first opening to its last closing.

    Lunch is left out: a text of noon is read at one.
    """
    by_day: dict[int, list[Clock]] = defaultdict(list)
    for weekday, opens, closes in spans:
        by_day[weekday].append((opens, closes))
    whole = {
        day: (min(start for start, _end in some), max(end for _start, end in some))
        for day, some in by_day.items()
    }
    runs = groupby(range(7), key=whole.get)
    return [(list(days), hours) for hours, days in runs if hours]


def _in_common(week: Sequence[tuple[list[int], Clock]], language: str) -> str:
    starts = max(hours[0] for _days, hours in week)
    ends = min(hours[1] for _days, hours in week)
    runs = _runs(day for days, _hours in week for day in days)
    days = ", ".join(_days(run, language) for run in runs)
    if starts >= ends:
        return days if len(days) <= MOST else UNKNOWN[language]
    found = f"{days} {_clock((starts, ends), language)}"
    return found if len(found) <= MOST else UNKNOWN[language]


def _runs(days: Iterable[int]) -> Sequence[list[int]]:
    """Days that follow one another, together."""
    found: list[list[int]] = []
    for day in sorted(days):
        if found and found[-1][-1] == day - 1:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _days(days: Sequence[int], language: str) -> str:
    names = _NAMES[language]
    if len(days) == 1:
        return names[days[0]]
    return f"{names[days[0]]}-{names[days[-1]]}"


def _plain(words: str) -> str:
    if not segments.measure(words).outside:
        return words
    for name, letter in zip(_NAMES["es"], _LETTERS, strict=True):
        words = words.replace(name, letter)
    return words


def _clock(hours: Clock, language: str) -> str:
    """9-5, and 9 AM-8 PM where that could be read as another time."""
    starts, ends = hours
    if language != "en":
        return f"{_of_24(starts)}-{_of_24(ends)}"
    if (starts < NOON) == (ends <= NOON):
        return f"{_of_12(starts)}-{_of_12(ends)} {_half(ends)}"
    if starts < NOON and _turn(ends) < _turn(starts):
        return f"{_of_12(starts)}-{_of_12(ends)}"
    return f"{_of_12(starts)} {_half(starts)}-{_of_12(ends)} {_half(ends)}"


def _turn(at: time) -> tuple[int, int]:
    """Where the hands of a clock stand."""
    return at.hour % 12, at.minute


def _half(at: time) -> str:
    return "AM" if at < NOON else "PM"


def _of_12(at: time) -> str:
    return f"{at.hour % 12 or 12}" + (f":{at.minute:02}" if at.minute else "")


def _of_24(at: time) -> str:
    return f"{at.hour}" + (f":{at.minute:02}" if at.minute else "")
