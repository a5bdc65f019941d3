"""A past in which it is known how likely each visit was to be missed."""

from __future__ import annotations

from random import Random

from scheduling.risk_rule import Case, Facts, Part, chance_of


def truth(facts: Facts) -> float:
    """How likely the visit is to be missed: unreliable people, far ahead, silent."""
    seen = facts.missed + facts.came
    unreliable = facts.missed / seen if seen else 0.1
    odds = -3.4 + 4.5 * unreliable + 0.012 * facts.lead
    odds += 0.9 * bool(facts.is_silent) + 0.5 * (facts.part.weekday == 0)
    return chance_of(odds)


def facts_of(dice: Random) -> Facts:
    came = dice.randrange(12)
    return Facts(
        missed=sum(dice.random() < 0.12 for _each in range(came + 1)),
        came=came,
        lead=dice.randrange(1, 60),
        part=Part(dice.randrange(5), dice.randrange(3)),
        is_silent=dice.random() < 0.4,
    )


def cases(count: int, *, seed: int) -> list[Case]:
    dice = Random(seed)  # noqa: S311 - no secret comes of it
    found = []
    for _each in range(count):
        facts = facts_of(dice)
        found.append(Case(facts, dice.random() < truth(facts)))
    return found
