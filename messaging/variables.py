"""What a template may name: a closed list, and how each is written.

No name of a patient and none of a clinician is in it. A name that somebody wants to
be called by at one address comes with a greeting, which is empty for all others.
Times are those of the location's clock, as a day and a time in words: never “in 2
hours”, since nobody knows when a text is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import dateformat, formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.states import Channel
from messaging import segments
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

LANGUAGES = ("en", "es")
NAME = re.compile(r"\{([^{}\n]*)\}")
# What an answer to “which visit?” is; no letter that means something elsewhere.
LETTERS = "ABDEFG"
# A year is left out: no text is about a visit that is a year away.
_DAYS = {"en": "D j F", "es": r"l j \d\e F"}
# Without its weekday, which may have a letter that makes a text dearer: “sábado”.
_BARE_DAYS = {"en": "j F", "es": r"j \d\e F"}
_GREETINGS = {"en": "Hello {name}, ", "es": "Hola {name}, "}
_OR = {"en": "or", "es": "o"}
_AND = {"en": "and", "es": "y"}
_CHOICES = {"en": "{letter} for {day}, {time}", "es": "{letter}: {day}, {time}"}


class UnknownVariable(NotPossible):
    """A template names something that is not on the list."""

    field = "body"


class MissingValue(NotPossible):
    """A template names something that this message has no value for."""


class BracesOpen(NotPossible):
    """A brace stands alone."""

    field = "body"


@dataclass(frozen=True, slots=True)
class Variable:
    """One word in braces, with examples per language: a usual one and a long one."""

    means: StrOrPromise
    examples: Mapping[str, str]
    longest: Mapping[str, str]
    may_be_empty: bool = False


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


VARIABLES: Mapping[str, Variable] = {
    "practice": Variable(
        gettext_lazy("The practice's name, or its neutral one"),
        _same("Maple Practice"),
        _same("Riverside Family Practice"),
    ),
    "day": Variable(
        gettext_lazy("The day of the visit"),
        {"en": "Tue 3 March", "es": "martes 3 de marzo"},
        {"en": "Wed 30 September", "es": "miércoles 30 de septiembre"},
    ),
    "time": Variable(
        gettext_lazy("The time, by the clock of the location"),
        {"en": "9:00 AM", "es": "9:00 a.m."},
        {"en": "10:30 AM", "es": "10:30 a.m."},
    ),
    "times": Variable(
        gettext_lazy("The times of all visits in one text for a family"),
        {"en": "9:00 AM and 2:30 PM", "es": "9:00 a.m. y 2:30 p.m."},
        {"en": "10:30 AM and 11:15 AM", "es": "10:30 a.m. y 11:15 a.m."},
    ),
    "place": Variable(
        gettext_lazy("The location's short name"),
        _same("Harlem"),
        _same("Washington Heigh"),  # as long as a short name may be
    ),
    "phone": Variable(
        gettext_lazy("The practice's telephone number"),
        _same("(212) 555-0123"),
        _same("(212) 555-0123"),
    ),
    "link": Variable(
        gettext_lazy("A link of the patient's own"),
        _same("https://maple.example/l/Zq3k0Xr9Tf2mWb7LcVd8Ng/"),
        _same("https://riverside.example/l/Zq3k0Xr9Tf2mWb7LcVd8Ng/"),
    ),
    "greeting": Variable(
        gettext_lazy("A greeting by the name asked for at this address, or nothing"),
        {"en": "Hello Paula, ", "es": "Hola Paula, "},
        {"en": "Hello Maximiliano, ", "es": "Hola Maximiliano, "},
        may_be_empty=True,
    ),
    "hours": Variable(
        gettext_lazy("When texts are read"),
        {"en": "Mon-Fri 9-5", "es": "lun-vie 9-17"},
        {"en": "Mon-Fri 8:30-5:30", "es": "lun-vie 8:30-17:30"},
    ),
    "emergency_number": Variable(
        gettext_lazy("The emergency number there"), _same("911"), _same("911")
    ),
    "crisis_line": Variable(
        gettext_lazy("The crisis line there"), _same("988"), _same("988")
    ),
    "choices": Variable(
        gettext_lazy("The visits to choose from, each with its letter"),
        {
            "en": "A for Tue 3 March, 9:00 AM or B for Thu 5 March, 2:30 PM",
            "es": "A: martes 3 de marzo, 9:00 a.m. o B: jueves 5 de marzo, 2:30 p.m.",
        },
        {
            "en": "A for Wed 23 September, 10:30 AM or "
            "B for Wed 30 September, 10:30 AM",
            "es": "A: miércoles 23 de septiembre, 10:30 a.m. o "
            "B: miércoles 30 de septiembre, 10:30 a.m.",
        },
    ),
}


def examples(language: str) -> dict[str, str]:
    """A usual value of each variable, for previews."""
    language = _written_in(language)
    return {name: one.examples[language] for name, one in VARIABLES.items()}


def longest(language: str) -> dict[str, str]:
    """The longest value of each that is reasonable, to see whether a text fits."""
    language = _written_in(language)
    return {name: one.longest[language] for name, one in VARIABLES.items()}


def names_in(text: str) -> Sequence[str]:
    """What a template names, known or not, in order."""
    return NAME.findall(text)


def render(text: str, values: Mapping[str, str]) -> str:
    """A template with its values put in; what values hold is never read as one.

    A full stop that ends a value is not doubled (“9:00 a.m..”). Raises
    UnknownVariable, MissingValue, BracesOpen.
    """
    check(text)
    parts, at = [], 0
    for match in NAME.finditer(text):
        value = _value(match[1], values)
        parts += [text[at : match.start()], value]
        at = match.end() + _doubles_stop(value, text, match.end())
    return "".join([*parts, text[at:]])


def check(text: str) -> None:
    """Raise UnknownVariable or BracesOpen for what could not be rendered."""
    for name in names_in(text):
        if name not in VARIABLES:
            known = ", ".join(f"{{{one}}}" for one in VARIABLES)
            words = _("“{%(name)s}” is not something a message can name: %(known)s.")
            raise UnknownVariable(words % {"name": name, "known": known})
    if re.search(r"[{}]", NAME.sub("", text)):
        raise BracesOpen(_("A brace { or } stands alone. Names stand in both: {day}."))


def _value(name: str, values: Mapping[str, str]) -> str:
    """A value on one line; only what may be empty is."""
    value = re.sub(r"\s*[\r\n]+\s*", " ", values.get(name, ""))
    if name in values and (value.strip() or VARIABLES[name].may_be_empty):
        return value
    raise MissingValue(
        _("This message has nothing to put in for “{%(name)s}”.") % {"name": name}
    )


def _doubles_stop(value: str, text: str, at: int) -> bool:
    return value.endswith(".") and re.match(r"\.(?!\.)", text[at:]) is not None


def _written_in(language: str) -> str:
    """Days, times and examples are in English where no one has translated them."""
    return language if language in LANGUAGES else LANGUAGES[0]


# How values are written ------------------------------------------------------
def of_visit(
    starts_at: datetime,
    zone: str,
    *,
    language: str,
    channel: Channel = Channel.TEXT,
    zone_words: str = "",
) -> dict[str, str]:
    """The day and the time of an instant by the clock of `zone`.

    In a text a Saturday goes without its weekday in Spanish (“26 de septiembre”):
    nothing is misspelt, and no text costs three. `zone_words` (“Eastern time”) is
    said beside the time where the reader may have another one.
    """
    local = starts_at.astimezone(ZoneInfo(zone))
    language = _written_in(language)
    with translation.override(language):
        day = dateformat.format(local, _DAYS[language])
        if channel is Channel.TEXT and segments.measure(day).outside:
            day = dateformat.format(local, _BARE_DAYS[language])
        time = formats.time_format(local.time())
    return {"day": day, "time": f"{time} {zone_words}".rstrip()}


def of_visits(
    starts: Sequence[datetime], zone: str, *, language: str
) -> dict[str, str]:
    """The day and all times of visits on one day, for a text; each time once.

    Whose they are is not said: who reads it knows.
    """
    language = _written_in(language)
    said = [of_visit(at, zone, language=language) for at in sorted(set(starts))]
    *first, last = [one["time"] for one in said]
    both = f" {_AND[language]} "
    return {
        "day": said[0]["day"],
        "times": both.join(filter(None, (", ".join(first), last))),
    }


def choices(
    starts: Sequence[datetime], zone: str, *, language: str
) -> tuple[str, Mapping[str, int]]:
    """The visits to choose from in words, and which of them each letter means.

    By their times alone: whose they are is nobody's business, so two visits at one
    time cannot be told apart and are for people. Raises ValueError for these, and for
    more visits than there are letters.
    """
    language = _written_in(language)
    letters = dict(zip(LETTERS, range(len(starts)), strict=False))
    if not len(set(starts)) == len(letters) == len(starts) > 0:
        raise ValueError(f"{len(starts)} visits cannot be told apart")
    words = [
        _CHOICES[language].format(
            letter=letter, **of_visit(starts[which], zone, language=language)
        )
        for letter, which in letters.items()
    ]
    *first, last = words
    either = f" {_OR[language]} "
    return either.join(filter(None, (", ".join(first), last))), letters


def greeting(name: str, *, language: str) -> str:
    """What a message begins with where somebody asked to be called by a name."""
    if not name.strip():
        return ""
    return _GREETINGS[_written_in(language)].format(name=name)
