"""What is different between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\S+\s*|\s+")


class Sign(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row that stayed, went or came."""

    sign: Sign
    words: str


def between(old: str, new: str) -> Sequence[Piece]:
    """What went and came, in the order of the text; nothing where they are alike."""
    if old == new:
        return []
    return list(_pieces(_WORD.findall(old), _WORD.findall(new)))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for what, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if what == "equal":
            yield Piece(Sign.SAME, "".join(old[old_from:old_to]))
            continue
        for sign, some in (
            (Sign.REMOVED, old[old_from:old_to]),
            (Sign.ADDED, new[new_from:new_to]),
        ):
            if some:
                yield Piece(sign, "".join(some))
