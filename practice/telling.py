"""Lines of the trail in words: what the floors call their kinds and their records."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice.contributions import RecordWords, Said, load
from practice.looks import CARE, PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

GLASS = "break-glass "  # begins the reason of a look by break-glass; its id ends it
REVIEW, AUDIT, REVEAL = "review of a break-glass", "audit", "reasoned reveal"
IMPORT, MISTAKE = "import", "a mistake that was reported"
SHEET, FILE = "downtime", "file"
PURPOSES: Mapping[str, StrOrPromise] = {
    CARE: gettext_lazy("Care"),
    REVIEW: gettext_lazy("Review of a break-glass"),
    AUDIT: gettext_lazy("Reading the trail"),
    REVEAL: gettext_lazy("A name that was revealed"),
    IMPORT: gettext_lazy("Duplicates of an import"),
    MISTAKE: gettext_lazy("A mistake that was reported"),
    FILE: gettext_lazy("A file or sheet that left the site"),
    SHEET: gettext_lazy("A day sheet, for when the site is away"),
}


@cache
def kinds() -> Mapping[str, Said]:
    """The words of every floor's kinds of lines."""
    return {
        kind: said
        for words in load("TRAIL_WORDS")
        for kind, said in words.kinds.items()
    }


@cache
def summing() -> frozenset[str]:
    """The kinds of lines that may stand for thousands."""
    return frozenset(kind for kind, said in kinds().items() if said.sums_up)


@cache
def records() -> Mapping[str, RecordWords]:
    """The words of every floor's records."""
    return {
        name: said
        for words in load("TRAIL_WORDS")
        for name, said in words.records.items()
    }


@cache
def subjects() -> Mapping[str, StrOrPromise]:
    """The words for what every floor's kinds are about."""
    return {
        subject: words
        for floor in load("TRAIL_WORDS")
        for subject, words in floor.subjects.items()
    }


def title_of(kind: str) -> str:
    """What a line says that happened; a kind nobody has words for says itself."""
    said = kinds().get(kind)
    words = str(said.words) if said else kind
    return _("Looked at: %(page)s") % {"page": words} if is_look(kind) else words


def page_words(kind: str) -> str:
    """The page that a look was at."""
    said = kinds().get(kind)
    return str(said.words) if said else kind.removeprefix(PREFIX)


def record_words(record: str) -> str:
    said = records().get(record)
    return str(said.words) if said else record


def subject_words(subject: str) -> str:
    """What the kinds that begin alike are about."""
    return str(subjects().get(subject, subject))


def is_look(kind: str) -> bool:
    return kind.startswith(PREFIX)


def icon_of(kind: str) -> str:
    said = kinds().get(kind)
    return "eye" if is_look(kind) else (said.icon if said else "") or "pen-line"


def purpose_of(reason: str) -> str:
    """What somebody looked for, in words."""
    if glass_of(reason):
        return _("Break-glass")
    return str(PURPOSES.get(reason, reason))


def glass_of(reason: str) -> int | None:
    """The break-glass under which somebody looked, if they did."""
    number = reason.removeprefix(GLASS)
    return int(number) if number != reason and number.isdecimal() else None
