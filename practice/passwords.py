"""Passwords this product refuses because anybody who knows it would try them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from practice.models import Location, Practice

if TYPE_CHECKING:
    from practice.models import StaffMember

LONGEST = 128
OUR_WORDS = {"wellhouse", "practice", "clinic", "therapy", "password", "reception"}
SHORTEST_WORD = 4  # shorter parts of a name are in half of all passwords
LETTERS_ENOUGH = 8  # beside our words
LOOKALIKES = str.maketrans("013457@$", "oieastas")


class NotOurWords:
    """Refuses passwords built of the product's, the practice's or the trade's words."""

    def validate(self, password: str, user: StaffMember | None = None) -> None:
        """Raise ValidationError if little is left once those words are taken out."""
        if len(password) > LONGEST:
            raise ValidationError(
                _("Use at most %(most)d characters."),
                params={"most": LONGEST},
                code="password_too_long",
            )
        plain = password.casefold()
        rest = _without(plain, OUR_WORDS | _names())
        letters = sum(letter.isalpha() for letter in rest)
        if rest != plain and letters < LETTERS_ENOUGH:
            raise ValidationError(
                _("This password leans on a word everybody here knows."),
                code="password_of_our_words",
            )

    def get_help_text(self) -> str:
        return _("Not built of the product's or the practice's name.")


def _without(plain: str, words: set[str]) -> str:
    """The text with our words cut out, also where digits stand for their letters."""
    longest_first = sorted(words, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first)))
    rest, end = "", 0
    for found in known.finditer(plain.translate(LOOKALIKES)):
        rest, end = rest + plain[end : found.start()], found.end()
    return rest + plain[end:]


def _names() -> set[str]:
    """The words of the practice's and its locations' names."""
    names = [*Practice.objects.values_list("name", flat=True)]
    names += Location.objects.values_list("name", flat=True)
    words = re.findall(r"\w+", " ".join(names).casefold().translate(LOOKALIKES))
    return {word for word in words if len(word) >= SHORTEST_WORD}
