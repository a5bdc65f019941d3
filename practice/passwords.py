"""Passwords this product refuses because anybody who knows it would try them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from practice.models import StaffMember

LONGEST = 128
OUR_WORDS = ("wellhouse", "practice", "clinic", "therapy", "password", "reception")
LETTERS_LEFT = 8


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
        rest = password.casefold()
        for word in OUR_WORDS:
            rest = rest.replace(word, "")
        if (
            len(rest) < len(password)
            and len(re.sub(r"\W|\d|_", "", rest)) < LETTERS_LEFT
        ):
            raise ValidationError(
                _("This password leans on a word everybody here knows."),
                code="password_of_our_words",
            )

    def get_help_text(self) -> str:
        return _("Not built of the product's or the practice's name.")
