"""Where things lie on a sheet of the calendar: rows, hours, cards side by side.

Pure: spans of minutes in, rows out. A row is five minutes; a card covers the rows
nearest to its start and end, so that neighbours stay neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scheduling.slots import Span

ROW = 5  # minutes
LEAST = 3  # rows of a card, so that its name can be read
HOUR = 60
USUAL = (8 * HOUR, 18 * HOUR)  # shown where nobody has hours and nothing is booked


class Lane(NamedTuple):
    """Where a card stands among those at the same time."""

    number: int  # from 0
    of: int


ALONE = Lane(0, 1)


def row_of(minute: int) -> int:
    """The row whose edge is nearest to a minute."""
    return (minute + ROW // 2) // ROW


def rows_of(span: Span) -> Span:
    """The rows that a card covers: never fewer than can be read."""
    first = row_of(span[0])
    return first, max(row_of(span[1]), first + LEAST)


def lanes(rows: Sequence[Span]) -> list[Lane]:
    """Cards side by side, as few as possible, for spans of rows in any order."""
    ends_before = 0
    for first, last in rows:
        if first < ends_before:
            break
        ends_before = last
    else:  # the usual day: one after the other
        return [ALONE] * len(rows)
    order = sorted(range(len(rows)), key=lambda one: rows[one])
    found: dict[int, int] = {}
    together: list[int] = []
    ends: list[int] = []
    placed = [ALONE] * len(rows)
    for one in order:
        first, last = rows[one]
        if ends and first >= max(ends):
            _settle(together, found, len(ends), placed)
            together, ends = [], []
        free = (lane for lane, end in enumerate(ends) if end <= first)
        lane = next(free, len(ends))
        ends[lane : lane + 1] = [last]
        found[one] = lane
        together.append(one)
    _settle(together, found, len(ends), placed)
    return placed


def _settle(
    together: Iterable[int], found: dict[int, int], count: int, placed: list[Lane]
) -> None:
    for one in together:
        placed[one] = Lane(found[one], count)


def gap(span: Span, taken: Iterable[Span]) -> Span | None:
    """The first rows of a span that nothing takes and in which a word can be read."""
    first, last = span
    for begins, ends in sorted(taken):
        if min(begins, last) - first >= LEAST:
            return first, min(begins, last)
        first = max(first, ends)
    return (first, last) if last - first >= LEAST else None


def hours_shown(hours: Iterable[Span], visits: Iterable[Span], longest: int) -> Span:
    """From which minute of a day to which: full hours, around hours and visits.

    A visit is never hidden because it lies outside the hours: the day grows.
    """
    spans = [*hours]
    if not spans:
        spans.append(USUAL)
    spans.extend(visits)
    first = min(starts for starts, _ends in spans) // HOUR
    last = -(-max(ends for _starts, ends in spans) // HOUR)
    return max(first, 0) * HOUR, min(last * HOUR, longest)
