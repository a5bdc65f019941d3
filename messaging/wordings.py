"""What messages say (stand-in of this branch: the merge takes helper E's)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from messaging import segments, variables
from messaging.defaults import DEFAULTS
from messaging.occasions import Occasion
from practice.jurisdictions import PROFILES
from practice.models import Practice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Worded:
    subject: str
    body: str


class Wordings:
    def __init__(self, practice: Practice | None) -> None:
        profile = PROFILES[practice.jurisdiction if practice else "us"]
        self._known = {
            "practice": practice.name if practice else "-",
            "phone": practice.phone.as_national if practice else "-",
            "emergency_number": profile.emergency_number,
            "crisis_line": profile.crisis_line,
        }

    def word(
        self, occasion: str, *, language: str, values: Mapping[str, str]
    ) -> Worded:
        words = DEFAULTS[Occasion(occasion), language if language == "es" else "en"]
        all_of = {
            "hours": variables.examples(language)["hours"],
            **self._known,
            **values,
        }
        text = variables.render(words.text, all_of)
        return Worded(words.subject, segments.folded(text))


def load(*, now: datetime) -> Wordings:
    return Wordings(Practice.objects.first())
