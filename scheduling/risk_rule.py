"""How likely a visit is to be missed: a small rule, learnt and applied in the open.

A logistic model of five facts about a visit. No weight is ever negative: more
earlier no-shows never make a visit look safer. A score is a sum of whole points,
each a tenth of the log odds, and every point that is added or taken has a reason.

No fact is about who somebody is: no age, no language, no address, no diagnosis.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from math import exp, log, log2
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EARLIER, NEW, LEAD, WHEN, SILENT = CODES = (
    *("earlier", "new", "lead", "when", "silent"),
)
ENOUGH_VISITS, ENOUGH_MISSED = 300, 20
# As many visits of the practice's average are thought to stand before a patient's
# own, and before those of a part of the week: few visits say little.
PATIENTS_PRIOR, WEEKS_PRIOR = 6, 40
RIDGE, ROUNDS, CLOSE = 1.0, 60, 1e-4
POINTS = 10  # to a unit of log odds
CALLED = 10  # at most one visit in so many may need an extra call
NOON, EVENING = 12, 17


class Part(NamedTuple):
    """A part of the week, by the clock of the visit's location."""

    weekday: int  # Monday is 0
    third: int  # morning, afternoon, evening

    @classmethod
    def of(cls, weekday: int, hour: int) -> Self:
        return cls(weekday, (hour >= NOON) + (hour >= EVENING))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rule knows of a visit and of its patient."""

    missed: int  # visits before it that the patient missed
    came: int  # and to which they came
    lead: int  # days from the booking to the visit
    part: Part
    is_silent: bool | None  # near, and nobody has confirmed it; none: not near yet


@dataclass(frozen=True, slots=True)
class Case:
    """A visit that is over."""

    facts: Facts
    was_missed: bool


class Term(NamedTuple):
    """Why a score is higher or lower, and what in the facts says so."""

    code: str
    points: int
    number: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one visit; those of the practice's average visit are its base."""

    base: int
    terms: Sequence[Term]

    @property
    def points(self) -> int:
        return self.base + sum(term.points for term in self.terms)

    @property
    def chance(self) -> float:
        return chance_of(self.points / POINTS)


@dataclass(frozen=True, slots=True)
class Rule:
    """What was learnt: weights, and the averages that facts are held against."""

    rate: float  # of all visits, how many were missed
    base: float
    weights: Mapping[str, float]
    lead: float  # the average, in doublings of a day
    silent: float  # of the visits that were near, how many nobody had confirmed
    parts: Mapping[str, float]  # how many were missed, by part of the week
    calls_from: int = 0  # points

    def score(self, facts: Facts) -> Score:
        """The points of a visit, each with its reason."""
        leans = self.leans(facts)
        terms = []
        for code in CODES:
            points = round(POINTS * self.weights[code] * leans[code])
            if points:
                terms.append(Term(code, points, *_said(code, facts)))
        return Score(round(POINTS * self.base), terms)

    def leans(self, facts: Facts) -> dict[str, float]:
        """How far each fact leans to one side; 0 is the average, or not known."""
        rate, seen = self.rate, facts.missed + facts.came
        theirs = (facts.missed + PATIENTS_PRIOR * rate) / (seen + PATIENTS_PRIOR)
        part = self.parts.get(_key(facts.part), rate)
        return {
            EARLIER: log_odds(theirs) - log_odds(rate),
            NEW: float(facts.came == 0),
            LEAD: _doublings(facts.lead) - self.lead,
            WHEN: log_odds(part) - log_odds(rate),
            SILENT: 0.0
            if facts.is_silent is None
            else float(facts.is_silent) - self.silent,
        }

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)


def is_enough(cases: Sequence[Case]) -> bool:
    """Whether there is history to learn from."""
    missed = sum(case.was_missed for case in cases)
    return len(cases) >= ENOUGH_VISITS and ENOUGH_MISSED <= missed < len(cases)


def learn(cases: Sequence[Case]) -> Rule | None:
    """The rule that fits the cases best; none where they are too few."""
    if not is_enough(cases):
        return None
    rate = sum(case.was_missed for case in cases) / len(cases)
    near = [case for case in cases if case.facts.is_silent is not None]
    blank = Rule(
        rate=rate,
        base=log_odds(rate),
        weights=dict.fromkeys(CODES, 0.0),
        lead=sum(_doublings(case.facts.lead) for case in cases) / len(cases),
        silent=sum(bool(case.facts.is_silent) for case in near) / max(len(near), 1),
        parts=_parts(cases, rate),
    )
    base, weights = _fitted(_grouped(blank, cases), blank.base)
    fitted = _with(blank, base=base, weights=dict(zip(CODES, weights, strict=True)))
    points = sorted((fitted.score(case.facts).points for case in cases), reverse=True)
    return _with(fitted, calls_from=points[len(points) // CALLED] + 1)


def log_odds(chance: float) -> float:
    return log(chance / (1 - chance))


def chance_of(odds: float) -> float:
    return 1 / (1 + exp(-odds))


def _with(rule: Rule, **changed: Any) -> Rule:
    return Rule(**{**rule.as_json(), **changed})


def _doublings(days: int) -> float:
    return log2(1 + max(days, 0))


def _key(part: Part) -> str:
    return f"{part.weekday}.{part.third}"


def _said(code: str, facts: Facts) -> tuple[int, int]:
    """The numbers that the reason of a term names."""
    match code:
        case "earlier":
            return facts.missed, facts.missed + facts.came
        case "lead":
            return facts.lead, 0
        case "when":
            return facts.part.weekday, facts.part.third
    return 0, 0


def _parts(cases: Iterable[Case], rate: float) -> dict[str, float]:
    """How many visits were missed in each part of the week, held to the average."""
    seen: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for case in cases:
        seen[_key(case.facts.part)] += 1
        missed[_key(case.facts.part)] += case.was_missed
    return {
        key: (missed[key] + WEEKS_PRIOR * rate) / (count + WEEKS_PRIOR)
        for key, count in seen.items()
    }


# Fitting ----------------------------------------------------------------------------
Row = tuple[tuple[float, ...], int, int]  # leans; how many such visits; missed of them


def _grouped(rule: Rule, cases: Iterable[Case]) -> list[Row]:
    """Cases that are alike, to the hundredth, are counted together."""
    seen: dict[tuple[float, ...], list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        leans = rule.leans(case.facts)
        count = seen[tuple(round(leans[code], 2) for code in CODES)]
        count[0] += 1
        count[1] += case.was_missed
    return [(leans, count, missed) for leans, (count, missed) in seen.items()]


def _fitted(rows: Sequence[Row], base: float) -> tuple[float, list[float]]:
    """Base and weights of the best fit: Newton's steps, one weight at a time.

    A ridge holds the weights small where little speaks for them.
    """
    weights, odds = [0.0] * len(CODES), [base] * len(rows)
    for _round in range(ROUNDS):
        step = _step(rows, odds, None, 0.0)
        base += step
        moved = abs(step)
        odds = [one + step for one in odds]
        for place, weight in enumerate(weights):
            step = max(_step(rows, odds, place, weight), -weight)
            if step:
                weights[place] += step
                odds = [
                    one + step * leans[place]
                    for one, (leans, _n, _m) in zip(odds, rows, strict=True)
                ]
            moved = max(moved, abs(step))
        if moved < CLOSE:
            break
    return base, weights


def _step(
    rows: Sequence[Row], odds: Sequence[float], place: int | None, weight: float
) -> float:
    """How far to move one weight, or without a place the base."""
    ridge = 0.0 if place is None else RIDGE
    slope, bend = -ridge * weight, ridge + 1e-9
    for (leans, count, missed), at in zip(rows, odds, strict=True):
        lean = 1.0 if place is None else leans[place]
        if lean:
            chance = chance_of(at)
            slope += lean * (missed - count * chance)
            bend += lean * lean * count * chance * (1 - chance)
    return slope / bend
