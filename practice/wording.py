"""The practice's own words: patient or client, visit or session, and so on.

Code and texts say patient, visit and clinician. Where a text has no translation,
which is all of English, the practice's words are put in before it is shown, so that
no page has to ask for them. What somebody typed passes through no translation, and
stays. A text with a context (`pgettext`) means the word itself, and stays too.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import get_language, trans_real

from practice.models import Practice

if TYPE_CHECKING:
    from collections.abc import Iterator


class Words(NamedTuple):
    """What people, what they come for and whom they see are called; one of each.

    Each has a plain plural and begins with a consonant: "a" stays right before it.
    """

    patient: str = "patient"
    visit: str = "visit"
    clinician: str = "clinician"


USUAL = Words()
# What fills in, marks up or leads somewhere is left alone: it has no first group.
_PARTS = re.compile(
    r"%\(\w+\)|\{[^{}]*\}|<[^<>]*>|&\w+;|\w+://\S+|(?<!\S)/\S+"
    r"|(?<![\w.@])(patient|visit|clinician|Patient|Visit|Clinician"
    r"|PATIENT|VISIT|CLINICIAN)([sS]?)(?![\w@]|\.\w)"
)
_chosen: ContextVar[Words] = ContextVar("words", default=USUAL)


class Wording(NullTranslations):
    """Stands behind a catalogue, and says in the practice's words what it lacks."""

    def gettext(self, message: str) -> str:
        words = _chosen.get()
        if words is USUAL or trans_real.CONTEXT_SEPARATOR in message:
            return message
        return in_words(message, words)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def install() -> None:
    """Put the practice's words behind English, and so behind every language."""
    trans_real.translation(settings.LANGUAGE_CODE).add_fallback(Wording())


def words_of(practice: Practice | None) -> Words:
    """What the practice chose; without a practice, the usual words."""
    if practice is None:
        return USUAL
    chosen = (practice.patient_word, practice.visit_word, practice.clinician_word)
    return USUAL if chosen == USUAL else Words(*map(str, chosen))


def speak(words: Words) -> None:
    """Use these words for the rest of a request, or of a `speaking`."""
    _chosen.set(words)


@contextmanager
def speaking(words: Words) -> Iterator[None]:
    """Use these words within the block, and those of before after it."""
    before = _chosen.set(words)
    try:
        yield
    finally:
        _chosen.reset(before)


@contextmanager
def in_house() -> Iterator[None]:
    """Speak as the practice chose, where no request does; reads the practice."""
    with speaking(words_of(Practice.objects.first())):
        yield


def while_sent(lines: Iterator[str]) -> Iterator[str]:
    """Lines in the words of this moment, whenever each of them is made."""
    return _each(lines, _chosen.get())


def tongue() -> str:
    """The language and the words of now: what a text that is kept is known by."""
    words, language = _chosen.get(), get_language() or ""
    return language if words is USUAL else "-".join((language, *words))


@lru_cache(maxsize=8192)
def in_words(text: str, words: Words) -> str:
    """A text that says patient, visit and clinician, in other words."""

    def put(found: re.Match[str]) -> str:
        word, plural = found.groups()
        return _like(word, getattr(words, word.lower())) + plural if word else found[0]

    return _PARTS.sub(put, text)


def _like(word: str, other: str) -> str:
    """Another word, with the capitals of the one it stands for."""
    if word.isupper():
        return other.upper()
    return other.capitalize() if word[0].isupper() else other


def _each(lines: Iterator[str], words: Words) -> Iterator[str]:
    while True:
        with speaking(words):
            line = next(lines, None)
        if line is None:
            return
        yield line
