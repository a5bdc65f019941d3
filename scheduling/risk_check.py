"""How well a rule foretold visits that it had not seen: pure figures, no names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from scheduling.risk_rule import learn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduling.risk_rule import Case, Rule

Foretold = tuple[float, bool]  # how likely it was said to be; whether it was missed
BANDS = 10
ENOUGH_HELD_OUT, ENOUGH_MISSED = 100, 5


@dataclass(frozen=True, slots=True)
class Band:
    """Visits that were foretold alike: how many, what was said, what came true."""

    visits: int
    foretold: float
    missed: float


@dataclass(frozen=True, slots=True)
class Check:
    """A rule against visits that it had not seen."""

    rule: Rule
    visits: int
    missed: int
    auc: float
    bands: Sequence[Band]
    called: int  # how many may have needed an extra call
    called_missed: int  # and were missed

    @property
    def error(self) -> float:
        """How far off the bands are on average, each by how many visits it has."""
        off = sum(band.visits * abs(band.foretold - band.missed) for band in self.bands)
        return off / self.visits


def check(earlier: Sequence[Case], later: Sequence[Case]) -> Check | None:
    """Learn from earlier visits, try on later ones; none where either are too few."""
    rule, missed = learn(earlier), sum(case.was_missed for case in later)
    if rule is None or len(later) < ENOUGH_HELD_OUT:
        return None
    if not ENOUGH_MISSED <= missed < len(later):
        return None
    scores = [(rule.score(case.facts), case.was_missed) for case in later]
    foretold = [(score.chance, was_missed) for score, was_missed in scores]
    called = [missed for score, missed in scores if score.points >= rule.calls_from]
    return Check(
        rule=rule,
        visits=len(later),
        missed=missed,
        auc=auc(foretold),
        bands=bands(foretold),
        called=len(called),
        called_missed=sum(called),
    )


def auc(foretold: Sequence[Foretold]) -> float:
    """How often a missed visit was thought likelier than one that was kept.

    Half is chance, 1 is never wrong; what was thought alike counts half.
    """
    missed = sum(was_missed for _chance, was_missed in foretold)
    kept = len(foretold) - missed
    won, kept_below = 0.0, 0
    for _chance, alike in groupby(sorted(foretold), key=lambda one: one[0]):
        outcomes = [was_missed for _said, was_missed in alike]
        here = sum(outcomes)
        won += here * (kept_below + (len(outcomes) - here) / 2)
        kept_below += len(outcomes) - here
    return won / (missed * kept)


def bands(foretold: Sequence[Foretold], *, count: int = BANDS) -> list[Band]:
    """The visits in bands of about the same size, the safest first.

    Those that were foretold alike stay as they came: an order by what came true
    would part the missed from the kept.
    """
    ordered, found = sorted(foretold, key=lambda one: one[0]), []
    for number in range(count):
        start = number * len(ordered) // count
        part = ordered[start : (number + 1) * len(ordered) // count]
        if part:
            said = sum(chance for chance, _missed in part) / len(part)
            came = sum(was_missed for _chance, was_missed in part) / len(part)
            found.append(Band(len(part), said, came))
    return found
