"""Telephone numbers that nobody has: 555-0100 to 555-0199 are kept for fiction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

FICTIONAL = re.compile(r"\+1[2-9]\d\d55501\d\d")
LINES = range(10, 100)  # of each area; those before are the practice's own
CHICAGO = (312, 773, 872, 708, 630, 847, 224, 331, 464)
ILLINOIS = (217, 309, 447, 618, 730, 779, 815)
ARIZONA = (928, 602, 480, 520, 623)
# People keep the number they had before they moved.
ELSEWHERE = (
    *(202, 205, 206, 210, 213, 214, 215, 216, 219, 260, 262, 269, 303, 305, 313, 314),
    *(317, 319, 402, 404, 412, 414, 415, 502, 503, 505, 512, 513, 515, 563, 574, 608),
    *(612, 615, 616, 617, 702, 713, 716, 718, 765, 801, 812, 816, 901, 913, 917, 920),
)


def is_fictional(number: str) -> bool:
    """Whether an E.164 number lies in the range that is given to nobody."""
    return FICTIONAL.fullmatch(number) is not None


class Phones:
    """Hands out every fictional number at most once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        areas = dict.fromkeys((*CHICAGO, *ILLINOIS, *ARIZONA, *ELSEWHERE))
        self._left = {area: self._numbers(area) for area in areas}

    def take(self, areas: Sequence[int]) -> str:
        """A number of one of the areas, or from elsewhere when these have no more."""
        with_some = [area for area in areas if self._left[area]]
        if not with_some:
            with_some = [area for area in self._left if self._left[area]]
        return self._left[self._rng.choice(with_some)].pop()

    def _numbers(self, area: int) -> list[str]:
        numbers = [f"+1{area}55501{line:02}" for line in LINES]
        self._rng.shuffle(numbers)
        return numbers
