"""What a message says: the practice's own approved words, else those of the house.

Loaded once for many messages. What every message may name about the practice is
filled in here; what is about one visit comes with it.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consent.states import Channel
from messaging import naming, reading_hours, segments, variables
from messaging.defaults import DEFAULTS, Words
from messaging.models import Template
from messaging.occasions import NEEDS, Occasion
from messaging.variables import LANGUAGES, MissingValue
from practice import wording
from practice.jurisdictions import PROFILES
from practice.models import Location, LocationHours, Practice
from practice.models.contacts import phone_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.recipients import Recipient
    from practice.locations import Span

logger = logging.getLogger(__name__)
_KEYWORD = re.compile(r"(\b[A-Z]{2,}\b)")


@dataclass(frozen=True, slots=True)
class Worded:
    """What is sent; a subject only by e-mail."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Wordings:
    """Everything that messages say, as it is approved at a moment."""

    practice: Practice | None
    own: Mapping[tuple[str, str], Words] = field(default_factory=dict)
    places: Mapping[int, Location] = field(default_factory=dict)
    hours: Mapping[int, Sequence[Span]] = field(default_factory=dict)  # by location

    def word(
        self,
        occasion: str,
        *,
        language: str,
        values: Mapping[str, str],
        may_name_practice: bool = False,
        location_id: int | None = None,
    ) -> Worded:
        """What a message says on an occasion; `values` are about its visit.

        Where the practice may not be named, its number stands for it. Phone and hours
        are those of a location where one is given. Raises MissingValue where even the
        usual words name something that is not given.
        """
        language = language if language in LANGUAGES else LANGUAGES[0]
        known = self.known(
            language, may_name_practice=may_name_practice, location_id=location_id
        )
        known |= values
        channel = NEEDS[Occasion(occasion)].channel
        if own := self.own.get((occasion, language)):
            try:
                return filled(*own, known, channel)
            except MissingValue:
                logger.warning("own words for %s name what is not known", occasion)
        return filled(*self.usual(occasion, language), known, channel)

    def to(
        self,
        recipient: Recipient,
        occasion: str,
        *,
        values: Mapping[str, str],
        location_id: int | None = None,
    ) -> Worded:
        """The same for somebody at an address, as they want to be written to there."""
        return self.word(
            occasion,
            language=recipient.language,
            values={"greeting": recipient.greeting, **values},
            may_name_practice=recipient.may_name_practice,
            location_id=location_id,
        )

    def known(
        self,
        language: str,
        *,
        may_name_practice: bool = True,
        location_id: int | None = None,
    ) -> dict[str, str]:
        """What every message may name: all but what is about a visit."""
        here = self.places.get(location_id or 0) or self.practice
        phone = phone_text(here.phone) if here else ""
        profile = PROFILES[self.practice.jurisdiction if self.practice else "us"]
        spans = self.hours.get(location_id or 0) or self._desk_hours()
        return {
            "practice": (may_name_practice and naming.name_of(self.practice)) or phone,
            "phone": phone,
            "hours": reading_hours.short(spans, language=language),
            "emergency_number": profile.emergency_number,
            "crisis_line": profile.crisis_line,
            "greeting": "",
        }

    def given(self, language: str) -> dict[str, str]:
        """What is the same in every message of this practice, as far as it is set."""
        known = self.known(language)
        return {name: value for name, value in known.items() if value}

    def usual(self, occasion: str, language: str) -> Words:
        """The words of the house; in English with what the practice calls a visit."""
        words = DEFAULTS[Occasion(occasion), language]
        if language != "en":
            return words
        chosen = wording.words_of(self.practice)
        return Words(*(_in_words(one, chosen) for one in words))

    def _desk_hours(self) -> Sequence[Span]:
        """When somebody is at one of the desks, by the practice's own clock."""
        zone = self.practice.time_zone if self.practice else ""
        ours = [pk for pk, place in self.places.items() if place.time_zone == zone]
        return [span for pk in ours or self.places for span in self.hours.get(pk, ())]


def load(*, now: datetime) -> Wordings:
    """All that is approved by `now`; four queries, however many messages follow."""
    own = {
        (one.occasion, one.language): Words(one.text, one.subject)
        for one in Template.objects.in_use_at(now)
    }
    places = {one.pk: one for one in Location.objects.filter(is_active=True)}
    hours: dict[int, list[Span]] = defaultdict(list)
    for row in LocationHours.objects.filter(is_current=True, location__in=places):
        hours[row.location_id].append((row.weekday, row.opens, row.closes))
    return Wordings(Practice.objects.first(), own, places, hours)


def _in_words(text: str, chosen: wording.Words) -> str:
    """A text in the practice's words; a word to answer with (VISITS) stays."""
    if chosen is wording.USUAL:
        return text
    parts = _KEYWORD.split(text)
    return "".join(
        part if _KEYWORD.fullmatch(part) else wording.in_words(part, chosen)
        for part in parts
    )


def filled(
    text: str, subject: str, values: Mapping[str, str], channel: Channel
) -> Worded:
    """Words with values put in, as they leave. Raises what variables.render does.

    Where nobody is greeted, the sentence begins with a capital.
    """
    body = variables.render(text, values)
    if text.startswith("{greeting}") and not values.get("greeting"):
        body = body[:1].upper() + body[1:]
    if channel is Channel.TEXT:
        body = segments.folded(body)
    return Worded(variables.render(subject, values), body)
