"""One invented person, and the columns of their chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from practice.ages import years_before
from practice.invented.names import MIDWESTERN, SHORT_FORMS
from practice.languages import Language
from practice.models import Gender, Interpreter, PreferredChannel

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from practice.invented.names import Culture

OLDER_SINCE = 1972
PRONOUNS = {
    Gender.WOMAN: "she/her",
    Gender.MAN: "he/him",
    Gender.NON_BINARY: "they/them",
}
OWN_NAMES = (
    "Ash",
    "Avery",
    "Casey",
    "Ellis",
    "Indigo",
    "Jules",
    "Kai",
    "Remy",
    "River",
)
# Families that often take an English name for everyday use.
TAKES_ENGLISH = {Language.MANDARIN, Language.CANTONESE, Language.KOREAN}
TAKES_ENGLISH |= {Language.VIETNAMESE, Language.JAPANESE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    culture: Culture
    gender: Gender
    given: str
    family: str
    born_on: date
    language: Language

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}".strip()

    def age(self, today: date) -> int:
        birthday_is_over = (today.month, today.day) >= (
            self.born_on.month,
            self.born_on.day,
        )
        return today.year - self.born_on.year - (not birthday_is_over)


def invent(
    rng: Random,
    *,
    today: date,
    culture: Culture,
    ages: tuple[int, int],
    family: str = "",
    gender: Gender | None = None,
    language: Language | None = None,
) -> Person:
    """A person of an age between two, both included."""
    born_on = years_before(today, rng.randint(*ages)) - timedelta(rng.randint(0, 364))
    if gender is None:
        gender = rng.choices([Gender.WOMAN, Gender.MAN], [56, 44])[0]
    return Person(
        culture=culture,
        gender=gender,
        given=given_name(rng, culture, gender, born_on),
        family=family or family_name(rng, culture),
        born_on=born_on,
        language=language or mother_tongue(rng, culture),
    )


def given_name(rng: Random, culture: Culture, gender: Gender, born_on: date) -> str:
    is_older = born_on.year < OLDER_SINCE
    if gender is Gender.MAN:
        return rng.choice((is_older and culture.older_men) or culture.men)
    return rng.choice((is_older and culture.older_women) or culture.women)


def family_name(rng: Random, culture: Culture) -> str:
    first = rng.choice(culture.families)
    if culture.has_two_families and rng.random() < 0.3:
        return f"{first} {rng.choice(culture.families)}"
    return first


def mother_tongue(rng: Random, culture: Culture) -> Language:
    roll = rng.uniform(0, 100)
    for language, share in culture.speaks:
        roll -= share
        if roll < 0:
            return language
    return Language.ENGLISH


def columns(rng: Random, person: Person, *, today: date) -> dict[str, Any]:
    """What a chart says of a person: names, languages, needs."""
    age = person.age(today)
    channels = list(PreferredChannel)
    return {
        "given_name": person.given,
        "family_name": person.family,
        "born_on": person.born_on,
        "preferred_channel": rng.choices(channels, [66, 20, 11, 3])[0],
        **_names(rng, person, age),
        **_languages(rng, person, age),
        **_needs(rng, age),
    }


def _names(rng: Random, person: Person, age: int) -> dict[str, str]:
    if 13 <= age <= 50 and rng.random() < 0.025:
        return _own_name(rng, person)
    preferred = _short_form(rng, person, age)
    says_pronouns = age >= 12 and rng.random() < 0.34
    return {
        "preferred_name": preferred,
        "pronouns": PRONOUNS[person.gender] if says_pronouns else "",
    }


def _own_name(rng: Random, person: Person) -> dict[str, str]:
    """Goes by another name than the legal one; it may not be safe everywhere."""
    gender = rng.choice([one for one in PRONOUNS if one is not person.gender])
    own = rng.choice(OWN_NAMES)
    if gender is not Gender.NON_BINARY:
        own = given_name(rng, person.culture, gender, person.born_on)
    is_open = rng.random() < 0.6
    return {
        "preferred_name": own,
        "pronouns": PRONOUNS[gender],
        "name_in_room": "" if is_open else f"{person.family or person.given}",
    }


def _short_form(rng: Random, person: Person, age: int) -> str:
    if person.given in SHORT_FORMS and rng.random() < 0.6:
        return SHORT_FORMS[person.given]
    is_taken = person.language in TAKES_ENGLISH and age < 60 and rng.random() < 0.3
    if is_taken:
        return given_name(rng, MIDWESTERN, person.gender, person.born_on)
    return ""


def _languages(rng: Random, person: Person, age: int) -> dict[str, str]:
    if rng.random() < 0.006:
        return {
            "spoken_language": Language.AMERICAN_SIGN,
            "interpreter": Interpreter.SIGN,
        }
    if person.language == Language.ENGLISH:
        return {}
    reads_it = rng.random() < 0.82
    needs_help = age >= 8 and rng.random() < 0.5
    return {
        "spoken_language": person.language,
        "written_language": person.language if reads_it else Language.ENGLISH,
        "interpreter": Interpreter.SPOKEN if needs_help else Interpreter.NONE,
    }


def _needs(rng: Random, age: int) -> dict[str, bool]:
    chances = {
        "needs_step_free": 0.22 if age >= 70 else 0.02,
        "needs_large_print": 0.18 if age >= 70 else 0.007,
        "needs_relay": 0.03 if age >= 75 else 0.003,
        "needs_no_calls": 0.012,
        "needs_easy_reading": 0.018,
    }
    return {name: True for name, chance in chances.items() if rng.random() < chance}
