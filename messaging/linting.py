"""What is wrong with the text of a template, before anybody is sent it.

A finding refuses the text or warns of it, in a sentence, and says where. What is
refused breaks a rule of carriers, of privacy or of the law; what is warned of costs
more, or may be misread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.states import Channel
from messaging import private_words, segments, variables
from messaging.defaults import DEFAULTS
from messaging.occasions import ALWAYS, NEEDS, OF_VISITS, Occasion
from messaging.private_words import Secret, plainly
from messaging.variables import NAME, VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MOST_CHARACTERS = 320
# Twilio's default opt-out keywords, and what people take for them in Spanish. A
# carrier ends all texts to who answers with one.
CARRIER = (
    *("stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"),
    *("cancelar", "parar", "alto", "baja"),
)
OPTS_IN = ("yes", "unstop")  # also carrier words: they undo an opt-out
STOP = "stop"
SHORTENERS = (
    *("bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "is.gd", "buff.ly", "t.ly"),
    *("rebrand.ly", "cutt.ly", "shorturl.at", "tiny.cc", "rb.gy", "lnkd.in", "v.gd"),
    *("bl.ink", "short.io", "s.id", "soo.gd", "tiny.one"),
)

_ASKS = r"(?:reply|answer|respond|text|txt|send|type|write|responda|responde|conteste"
_ASKS += r"|contesta|envie|envia|mande|manda|escriba|escribe|texto)"
_LINK = r"(?:\s+(?:with|back|us|the|word|keyword|con|la|palabra|by|texting))*"
_QUOTE = r"[\"'“”‘’«»*]*"  # noqa: RUF001
_ENDING = (
    r"\b(?:opt[\s-]?out|unsubscribe|(?:end|stop)\s+(?:all\s+|these\s+|our\s+)?"
    r"(?:texts?|messages?|them|calls?)|to\s+stop|no\s+(?:more\s+)?(?:texts?|messages?)"
    r"|no\s+(?:recibir|mas)|dejar\s+de\s+recibir|darse\s+de\s+baja"
    r"|para\s+terminar)\b"
)
_RELATIVE = re.compile(
    r"\b(?:in|within|en|dentro\s+de)\s+(?:\d+|an?|one|two|three|una?|dos|tres|pocos|few)"
    r"\s+(?:hours?|minutes?|mins?|hrs?|days?|horas?|minutos?|dias?)\b"
)
_SHIFTY = re.compile(r"\b(?:today|tonight|tomorrow|yesterday|hoy|ayer|esta\s+noche)\b")
_CLINICIAN = re.compile(r"\b(?:drs?|dra|doctora?|nurse|enfermer[oa])\b\.?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_OPT_OUT_KEY = re.compile(r"\b(?:press|presione|pulse|marque|oprima|key)\s+9\b")


class Severity(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `start` and `end` count the text's characters."""

    severity: Severity
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that somebody wrote for an occasion, in a language."""

    text: str
    occasion: Occasion
    language: str
    subject: str = ""  # of an e-mail


def lint(draft: Draft, values: Mapping[str, str] | None = None) -> Sequence[Finding]:
    """Everything that is wrong with a draft, as it stands in the text.

    Its length is that with `values`; where they lack one, with the longest reasonable.
    A finding about an e-mail's subject has the place 0 to 0.
    """
    found = [finding for rule in _RULES for finding in rule(draft)]
    if not any(is_refused(one) for one in _of_names(draft)):
        longest = variables.longest(draft.language)
        found += _of_length(draft, {**longest, **(values or {})})
    if draft.subject:
        found += _of_subject(draft)
    return sorted(found, key=lambda one: (one.start, one.end, one.severity))


def is_refused(finding: Finding) -> bool:
    return finding.severity is Severity.REFUSE


def may_name(occasion: Occasion) -> frozenset[str]:
    """What can be filled in on an occasion: for every message, or by who sends it."""
    usual = (DEFAULTS[occasion, language].text for language in variables.LANGUAGES)
    known = ALWAYS | NEEDS[occasion].variables
    known |= {name for text in usual for name in variables.names_in(text)}
    if "times" in known:  # of several visits on one day, at one place
        return frozenset(known | (OF_VISITS - {"time"}))
    return frozenset(known | OF_VISITS if known & {"day"} else known)


def reveals(name: str) -> Sequence[str]:
    """The words of a practice's name that tell why people come; it needs an alias."""
    return [name[one.start : one.end] for one in private_words.find(name)]


# Rules -----------------------------------------------------------------------
def _of_names(draft: Draft) -> Iterator[Finding]:
    """What stands in braces."""
    for match in NAME.finditer(draft.text):
        if match[1] not in VARIABLES:
            words = _("“{%(name)s}” is not something a message can name.")
            yield _refuse(words % {"name": match[1]}, *match.span())
    blanked = NAME.sub(lambda match: " " * len(match[0]), draft.text)
    for match in re.finditer(r"[{}]", blanked):
        words = _("This brace stands alone: names stand between { and }.")
        yield _refuse(words, *match.span())


def _of_known(draft: Draft) -> Iterator[Finding]:
    """What stands in braces and is not known when this is sent."""
    known = may_name(draft.occasion)
    for match in NAME.finditer(draft.text):
        if match[1] in VARIABLES and match[1] not in known:
            words = _("“{%(name)s}” is not known when this is sent.")
            yield _refuse(words % {"name": match[1]}, *match.span())


def _of_needs(draft: Draft) -> Iterator[Finding]:
    """What an occasion cannot do without."""
    needs, plain = NEEDS[draft.occasion], plainly(draft.text)
    for name in sorted(needs.variables - set(variables.names_in(draft.text))):
        words = _("{%(name)s} is missing: %(means)s.")
        means = VARIABLES[name].means
        yield _refuse(words % {"name": name, "means": means}, 0, len(draft.text))
    if needs.opt_out and not _says_how_to_end(plain, needs.channel):
        yield _refuse(str(_NO_OPT_OUT[needs.channel]), 0, len(draft.text))
    if needs.emergencies and not _says_emergencies(plain):
        words = _(
            "It has to say that this is not for emergencies, with {emergency_number}."
        )
        yield _refuse(words, 0, len(draft.text))


def _of_carrier_words(draft: Draft) -> Iterator[Finding]:
    """Answers that a carrier takes for an opt-out, or for the wish to be texted."""
    if NEEDS[draft.occasion].channel is not Channel.TEXT:
        return
    plain = plainly(draft.text)
    for start, end in _asked_for(draft.text, plain):
        word = plain[start:end]
        if word in OPTS_IN:
            words = _("Phone companies take “%(word)s” for an opt-in: ask for C.")
            yield _warn(words % {"word": draft.text[start:end]}, start, end)
        elif not (word == STOP and re.search(_ENDING, _sentence(plain, start, end))):
            words = _(
                "Phone companies end all texts to who answers “%(word)s”: ask for a "
                "letter, such as C or R. Only “STOP to end texts” may be asked for."
            )
            yield _refuse(words % {"word": draft.text[start:end]}, start, end)


def _of_private_words(draft: Draft) -> Iterator[Finding]:
    for one in private_words.find(draft.text):
        word = draft.text[one.start : one.end]
        yield _refuse(str(_SECRETS[one.secret]) % {"word": word}, one.start, one.end)
    for match in _CLINICIAN.finditer(plainly(draft.text)):
        words = _("A message names no clinician: it would tell why somebody comes.")
        yield _warn(words, *match.span())


def _of_times(draft: Draft) -> Iterator[Finding]:
    plain = plainly(draft.text)
    for match in _RELATIVE.finditer(plain):
        words = _("Nobody knows when a text is read: say the day and the time.")
        yield _refuse(words, *match.span())
    for match in _SHIFTY.finditer(plain):
        words = _("A text may be read a day later: say {day} instead of “%(word)s”.")
        yield _warn(words % {"word": draft.text[slice(*match.span())]}, *match.span())


def _of_addresses(draft: Draft) -> Iterator[Finding]:
    plain = plainly(draft.text)
    short = "|".join(re.escape(one) for one in SHORTENERS)
    for match in re.finditer(rf"(?<![\w.-])(?:{short})(?![\w-]|\.\w)", plain):
        words = _("Phone companies block “%(word)s”, which hides where a link leads.")
        yield _refuse(words % {"word": match[0]}, *match.span())
    for match in _ADDRESS.finditer(draft.text):
        words = _("Write {link}: an address that all get is no link of their own.")
        yield _warn(words, *match.span())


def _of_alphabet(draft: Draft) -> Iterator[Finding]:
    """Characters that make the whole text dearer, where they stand."""
    if NEEDS[draft.occasion].channel is not Channel.TEXT:
        return
    outside = set(segments.measure(segments.folded(draft.text)).outside)
    for at, one in enumerate(draft.text):
        if one in outside:
            words = _(
                "“%(character)s” is not in the alphabet of texts: only 70 characters "
                "fit into one, instead of 160."
            )
            yield _warn(words % {"character": one}, at, at + 1)


_RULES: Sequence[Callable[[Draft], Iterator[Finding]]] = (
    *(_of_names, _of_known, _of_needs, _of_carrier_words, _of_private_words),
    *(_of_times, _of_addresses, _of_alphabet),
)


def _of_length(draft: Draft, values: Mapping[str, str]) -> Iterator[Finding]:
    if NEEDS[draft.occasion].channel is not Channel.TEXT:
        return
    text = segments.folded(variables.render(draft.text, values))
    size = segments.measure(text)
    words = {"characters": size.characters, "most": MOST_CHARACTERS}
    if not text.strip():
        yield _refuse(_("There is nothing in it."), 0, len(draft.text))
    elif size.characters > MOST_CHARACTERS:
        told = _("Too long: %(characters)d characters, %(most)d is the most.") % words
        yield _refuse(told, 0, len(draft.text))
    elif size.segments > 1:
        told = _("It is sent, and paid for, as %(n)d texts.") % {"n": size.segments}
        yield _warn(told, 0, len(draft.text))


def _of_subject(draft: Draft) -> Iterator[Finding]:
    """A subject is read on locked screens: the same rules, but for what it needs."""
    subject = Draft(draft.subject, draft.occasion, draft.language)
    for rule in (_of_names, _of_known, _of_private_words, _of_times, _of_addresses):
        for one in rule(subject):
            yield Finding(one.severity, _("Subject: %s") % one.words, 0, 0)


# What the rules look for -----------------------------------------------------
_NO_OPT_OUT = {
    Channel.TEXT: gettext_lazy("It has to say how to end them: “STOP to end texts”."),
    Channel.MAIL: gettext_lazy("It has to say how to end them: {link}."),
    Channel.CALL: gettext_lazy("It has to say how to end them: “press 9”."),
}
_SECRETS = {
    Secret.DIAGNOSIS: gettext_lazy("“%(word)s” may tell what somebody has."),
    Secret.SPECIALITY: gettext_lazy("“%(word)s” tells what kind of care this is."),
    Secret.REASON: gettext_lazy("“%(word)s” tells what the visit is for."),
    Secret.MONEY: gettext_lazy("“%(word)s”: money is nothing for a message."),
}


def _says_how_to_end(plain: str, channel: Channel) -> bool:
    if channel is Channel.CALL:
        return bool(_OPT_OUT_KEY.search(plain))
    if channel is Channel.MAIL:
        return "{link}" in plain
    return any(
        re.search(_ENDING, _sentence(plain, *match.span()))
        for match in re.finditer(r"\bstop\b", plain)
    )


def _says_emergencies(plain: str) -> bool:
    return bool(re.search(r"\bemergenc", plain)) and "{emergency_number}" in plain


def _asked_for(text: str, plain: str) -> Iterator[tuple[int, int]]:
    """Where a carrier word stands as an answer: in capitals, or after “reply”."""
    whole = "|".join((*CARRIER, *OPTS_IN))
    after_verb = rf"\b{_ASKS}{_LINK}\s*:?\s*{_QUOTE}({whole})\b"
    after_or = rf"\b{_ASKS}\b[^.!?\n]*?\b(?:or|o)\s+{_QUOTE}({whole}){_QUOTE}"
    after_or += r"\s+(?:to|para|for)\b"
    found = {
        match.span(1)
        for pattern in (after_verb, after_or, rf"[\"“«]({whole})[\"”»]")
        for match in re.finditer(pattern, plain)
    }
    found |= {
        match.span()
        for match in re.finditer(rf"\b(?:{whole})\b", plain)
        if text[slice(*match.span())].isupper()
    }
    yield from sorted(found)


def _sentence(plain: str, start: int, end: int) -> str:
    """The sentence that a word stands in."""
    before = re.split(r"[.!?\n;](?=\s)|\n", plain[:start])[-1]
    return before + re.split(r"[.!?;](?=\s|$)|\n", plain[start:])[0]


def _refuse(words: str, start: int, end: int) -> Finding:
    return Finding(Severity.REFUSE, words, start, end)


def _warn(words: str, start: int, end: int) -> Finding:
    return Finding(Severity.WARN, words, start, end)
