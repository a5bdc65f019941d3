"""The list of the coming days: day by day, and days without a visit in one line."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from scheduling.diary_scale import Scale
from scheduling.diary_sheets import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scheduling.diary import Diary, Visit
    from scheduling.diary_sheets import Line

MOST = 300  # visits on one page; one day is shown whole, however many it has


@dataclass(frozen=True, slots=True)
class Part:
    """A day and its visits; or days in a row on which there are none."""

    days: Sequence[date]
    lines: Sequence[Line]

    @property
    def day(self) -> date:
        return self.days[0]


def bounded(diary: Diary) -> Diary:
    """As many of the days as a page holds: what is left out is not read either."""
    counts = [len(visits) for visits in _by_day(diary)]
    fits = [total <= MOST for total in accumulate(counts)]
    days = diary.days[: max(sum(fits), 1)]
    shown = [visit for some in _by_day(diary)[: len(days)] for visit in some]
    return replace(diary, days=days, visits=shown)


def parts(diary: Diary) -> Sequence[Part]:
    """The days in their order."""
    told = {line.visit.row.visit: line for line in lines(diary)}
    days = zip(diary.days, _by_day(diary), strict=True)
    return [
        part
        for is_empty, group in groupby(days, key=lambda pair: not pair[1])
        for part in _parts(list(group), told, is_empty=is_empty)
    ]


def _parts(
    group: Sequence[tuple[date, Sequence[Visit]]],
    told: dict[int, Line],
    *,
    is_empty: bool,
) -> Iterator[Part]:
    if is_empty:
        yield Part([day for day, _visits in group], [])
        return
    for day, visits in group:
        yield Part([day], [told[visit.row.visit] for visit in visits])


def _by_day(diary: Diary) -> Sequence[Sequence[Visit]]:
    """The visits of each day; one that began before the first counts there."""
    begins = [Scale.of(day, diary.place.time_zone).begins for day in diary.days]
    found: list[list[Visit]] = [[] for _day in diary.days]
    for visit in diary.visits:
        found[max(bisect_right(begins, visit.row.starts) - 1, 0)].append(visit)
    return found
