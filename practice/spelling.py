"""How a name may be misspelt or misheard: one slip of the hand, or the same sound.

A word and what was typed for it share a key: the word with one letter left out,
or a rough key of how it sounds. What shares a key is then compared letter by
letter (`is_near`), the same way on every database.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORTEST = 3  # letters; a slip in fewer makes another name
SOUND = "~"  # begins a key of sound: no folded word holds it
SURE_SOUND = 3  # letters of a key that say enough by themselves
# In this order; what they leave is compared without vowels.
_SOUNDS = (
    (re.compile(r"^(?:kn|gn|pn)"), "n"),
    (re.compile(r"^wr"), "r"),
    (re.compile(r"^ps"), "s"),
    (re.compile(r"s[ck]h"), "s"),
    (re.compile(r"ph|pf"), "f"),
    (re.compile(r"(?<=[aeiou])gh(?=t|$)"), ""),
    (re.compile(r"d?g(?=[eiy])"), "j"),
    (re.compile(r"th|dt"), "t"),
    (re.compile(r"sh|cz|ts|tz"), "s"),
    (re.compile(r"ch|ck|cq|q|x(?=[aeiou])"), "k"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"c"), "k"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"v|w(?=[aeiou])"), "f"),
    (re.compile(r"^[hy](?=[aeiou])|^[aeiouy]"), "a"),
)
_UNHEARD = re.compile(r"(?<!^)[aeiouyhjw]")
_DOUBLED = re.compile(r"(.)\1+")


def keys(word: str) -> Sequence[str]:
    """What a word shares with those that are near it."""
    if len(word) < SHORTEST:
        return [word]
    shorter = (word[:n] + word[n + 1 :] for n in range(len(word)))
    return list(dict.fromkeys((word, *shorter, SOUND + sound(word))))


@lru_cache(maxsize=10_000)
def sound(word: str) -> str:
    """A rough key of how a folded word sounds; in other scripts, the word itself."""
    if not word.isascii():
        return word
    for pattern, plain in _SOUNDS:
        word = pattern.sub(plain, word)
    return _DOUBLED.sub(r"\1", _UNHEARD.sub("", word))


def is_near(one: str, other: str) -> bool:
    """Whether one slip apart, or heard the same."""
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    heard = sound(one)
    if heard == sound(other):
        return len(heard) >= SURE_SOUND or slips(one, other) <= 2
    return slips(one, other) <= 1


def slips(one: str, other: str) -> int:
    """Letters wrong, left out, added or swapped with the next, between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, row, earlier = row, [i], before
        for j, wanted in enumerate(other, start=1):
            cost = min(row[-1] + 1, last[j] + 1, last[j - 1] + (letter != wanted))
            is_swapped = i > 1 and j > 1 and letter == other[j - 2]
            if is_swapped and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
