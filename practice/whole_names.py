"""A whole name as given and family name, by one rule for a whole file.

With a comma, what stands before it is the family name. Without one nobody can tell
“Ana María López” (one family name) from “Ana García López” (two): whoever reads a file
says which it is, and every name of the file is read so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from practice import names

if TYPE_CHECKING:
    from collections.abc import Sequence

# What follows a family name, what is none, what begins one.
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_TITLES = {"md", "phd", "psyd", "rn", "dds", "esq", "lcsw"}
_LINKS = {"van", "von", "der", "den", "de", "del", "la", "las", "los", "da", "das"}
_LINKS |= {"dos", "di", "du", "le", "ten", "ter", "zu", "bin", "al", "el"}


_SPANISH = (["nombre"], ["paciente"])


class Surnames(models.TextChoices):
    """Where the family name stands in a name without a comma."""

    LAST = "last", _("The last word: Ana María López")
    LAST_TWO = "last_two", _("The last two words: Ana García López")
    FIRST = "first", _("The first word: López Ana María")
    FIRST_TWO = "first_two", _("The first two words: García López Ana")


def usual(heads: Sequence[str]) -> Surnames:
    """What the heads of a file suggest; who writes in Spanish mostly has two."""
    for head in heads:
        words = [one[:8] for one in names.words_of(head)]
        if "apellido" in words and "nombre" in [one[:6] for one in words]:
            is_first = words[0] == "apellido"
            return Surnames.FIRST_TWO if is_first else Surnames.LAST_TWO
    is_spanish = any(names.words_of(head)[:1] in _SPANISH for head in heads)
    return Surnames.LAST_TWO if is_spanish else Surnames.LAST


def divide(whole: str, surnames: str) -> tuple[str, str]:
    """Given and family name; who has one word only has no family name."""
    parts = list(filter(None, (one.strip() for one in whole.split(","))))
    parts = [one for one in parts if _bare(one) not in _TITLES]
    added = [one for one in parts[1:] if _bare(one) in _SUFFIXES]
    given = ", ".join(one for one in parts[1:] if one not in added)
    if given:
        return given, " ".join([parts[0], *added])
    words = [*parts[0].split(), *added] if parts else []
    return _in_order([one for one in words if _bare(one) not in _TITLES], surnames)


def _in_order(words: Sequence[str], surnames: str) -> tuple[str, str]:
    end = len(words)
    while end > 1 and _bare(words[end - 1]) in _SUFFIXES:
        end -= 1
    named, added = words[:end], words[end:]
    wanted = 2 if surnames in (Surnames.LAST_TWO, Surnames.FIRST_TWO) else 1
    if surnames in (Surnames.FIRST, Surnames.FIRST_TWO):
        at = _after(named, wanted)
        family, given = named[:at], named[at:]
    else:
        at = _before(named, wanted)
        given, family = named[:at], named[at:]
    if not given:
        return " ".join([*family, *added]), ""
    return " ".join(given), " ".join([*family, *added])


def _before(words: Sequence[str], wanted: int) -> int:
    """Where the last so many family names begin, each with what belongs to it.

    The first word is always a given name.
    """
    at = len(words)
    for _each in range(wanted):
        at -= at > 1
        while at > 1 and words[at - 1] in _LINKS:
            at -= 1
    return at if len(words) > 1 else 0


def _after(words: Sequence[str], wanted: int) -> int:
    """Where the first so many family names end; the last word is a given name."""
    last, at = len(words) - 1, 0
    for _each in range(wanted):
        while at < last - 1 and words[at].lower() in _LINKS:
            at += 1
        at += at < last
    return at


def _bare(word: str) -> str:
    return "".join(names.words_of(word))
