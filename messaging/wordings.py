"""Stand-in until wordings are merged: take the other side's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from messaging import variables
from messaging.defaults import DEFAULTS
from messaging.occasions import Occasion

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Worded:
    subject: str
    body: str


class Wordings:
    def word(
        self, occasion: str, *, language: str, values: Mapping[str, str]
    ) -> Worded:
        words = DEFAULTS[Occasion(occasion), language]
        known = {
            "practice": "Linden",
            "phone": "(212) 555-0100",
            "hours": "Mon-Fri 9-5",
            "emergency_number": "911",
            "crisis_line": "988",
        }
        known |= values
        return Worded(
            variables.render(words.subject, known), variables.render(words.text, known)
        )


def load(*, now: datetime) -> Wordings:
    return Wordings()
