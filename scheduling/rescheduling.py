"""Which visit of a series goes where when its rule changes: pure, days in, days out.

Nothing moves that is right already. A day on which the series had no visit, since it
was left out or cancelled, has none by the new rule either. Of the rest each visit
goes to a day near to it, none past another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scheduling.recurring import MONTHS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from scheduling.recurring import Rule

    Pairs = list[tuple[int, int]]
    Best = tuple[int, int, Pairs]  # how many go, how far in days, and which

# A day is that of the same week if it is no further away.
SAME_WEEK = timedelta(days=3)
FOUR_WEEKS = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of the visits, by their numbers, and of the days of the new rule."""

    goes: Mapping[date, int]
    left_out: frozenset[date]
    surplus: Sequence[int]  # the new rule has no day for them


def fates_of(
    visits: Mapping[int, date],
    gaps: Iterable[date],
    days: Sequence[date],
    *,
    in_place: Mapping[date, int],
    reach: timedelta,
) -> Fates:
    """Visits and gaps by the days that the old rule meant, the new rule's days.

    `in_place` are visits which are where the new rule wants one. None goes further
    than `reach`.
    """
    stays = set(in_place.values())
    open_days = [day for day in days if day not in in_place]
    left_out = _near(gaps, open_days)
    open_days = [day for day in open_days if day not in left_out]
    going = sorted((on, pk) for pk, on in visits.items() if pk not in stays)
    pairs = in_order([on for on, _pk in going], open_days, reach=reach)
    goes = {open_days[there]: going[here][1] for here, there in pairs}
    used = set(goes.values())
    return Fates(
        goes={**in_place, **goes},
        left_out=left_out,
        surplus=[pk for _on, pk in going if pk not in used],
    )


def reach_of(*rules: Rule) -> timedelta:
    """How far a visit may go and still be the same one: less than a turn."""
    turns = [
        FOUR_WEEKS if rule.rhythm == MONTHS else timedelta(weeks=rule.every)
        for rule in rules
    ]
    return max(turns) - timedelta(days=1)


def in_order(
    here: Sequence[date], there: Sequence[date], *, reach: timedelta
) -> list[tuple[int, int]]:
    """Pairs of positions, none past another: as many as can be, and near ones."""
    # For each number of days of `there`, the best with the days of `here` so far.
    row: list[Best] = [(0, 0, [])] * (len(there) + 1)
    for first, day in enumerate(here):
        above, row = row, [(0, 0, [])]
        for second, other in enumerate(there):
            found = [above[second + 1], row[second]]
            if abs(day - other) <= reach:
                number, far, pairs = above[second]
                far -= abs((day - other).days)
                found.append((number + 1, far, [*pairs, (first, second)]))
            row.append(max(found, key=lambda one: one[:2]))
    return row[-1][2]


def _near(gaps: Iterable[date], days: Collection[date]) -> frozenset[date]:
    """The days of the weeks in which there was none."""
    found: set[date] = set()
    for gap in sorted(gaps):
        near = [day for day in days if abs(day - gap) <= SAME_WEEK and day not in found]
        if near:
            found.add(min(near, key=lambda day: abs(day - gap)))
    return frozenset(found)
