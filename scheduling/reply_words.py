"""What a patient's answer about a visit says, in English and Spanish: pure.

Only a word that stands alone is an answer. With anything beside it, it is for people
to read: “C, if I am still alive”, “yes?”, “ok” with a pill. No word of a
carrier's is among them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from consent.words import plain, stands_alone
from messaging.variables import LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Wish(IntEnum):
    """What somebody wants; a number, since it is kept among the ids of a delivery."""

    CONFIRM = 1
    CANCEL = 2
    MOVE = 3
    HERE = 4


DIGITS: Mapping[str, Wish] = {
    "1": Wish.CONFIRM,
    "2": Wish.CANCEL,
    "3": Wish.MOVE,
}
_WORDS: Mapping[Wish, str] = {
    Wish.CONFIRM: "c y yes yep yeah yup ok okay sure confirm confirmed confirming "
    "si sip claro vale confirmo confirmar confirmado confirmada",
    Wish.CANCEL: "x",
    Wish.MOVE: "r reschedule rescheduling change move cambiar cambio mover reprogramar",
    Wish.HERE: "here arrived aqui llegue",
}
WORDS: Mapping[str, Wish] = {
    word: wish for wish, words in _WORDS.items() for word in words.split()
}


def wish_of(text: str) -> Wish | None:
    """What a word that stands alone asks for; none for a digit, and for all else."""
    return WORDS.get(_word(text))


def digit_of(text: str) -> Wish | None:
    """What a bare digit means, where a question is open that it answers."""
    return DIGITS.get(_word(text))


def letter_of(text: str) -> str:
    """Which of the visits that it was asked about, by its letter; empty if none."""
    said = _word(text).upper()
    return said if len(said) == 1 and said in LETTERS else ""


def _word(text: str) -> str:
    return plain(text) if stands_alone(text) else ""
