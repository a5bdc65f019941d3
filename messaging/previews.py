"""How a text will look and what it costs, before anybody is sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.states import Channel
from messaging import linting, segments, variables
from messaging.linting import Draft, is_refused
from messaging.occasions import NEEDS
from messaging.variables import VARIABLES
from messaging.wordings import filled
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django_stubs_ext import StrOrPromise

    from messaging.linting import Finding
    from messaging.occasions import Occasion
    from messaging.segments import Size
    from messaging.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Bubble:
    """A text as somebody gets it, with what it costs."""

    title: str
    subject: str
    body: str
    cost: str  # empty for what is not paid by its length
    is_dear: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """A text with usual and with long values, and all that is wrong with it."""

    channel: Channel
    language: str
    bubbles: Sequence[Bubble]
    refused: Sequence[str]
    warned: Sequence[str]


def of(draft: Draft, loaded: Wordings) -> Preview:
    """Of a text in whatever state; one that cannot be filled in has no bubbles."""
    given = loaded.given(draft.language)
    found = linting.lint(draft, given)
    return Preview(
        NEEDS[draft.occasion].channel,
        draft.language,
        _bubbles(draft, given),
        _words(one for one in found if is_refused(one)),
        _words(one for one in found if not is_refused(one)),
    )


def names(occasion: Occasion) -> Sequence[tuple[str, StrOrPromise]]:
    """What a text can name on an occasion, and what each means."""
    known = linting.may_name(occasion)
    return [(name, one.means) for name, one in VARIABLES.items() if name in known]


def cost(size: Size) -> str:
    """What a text costs, in a sentence for people who do not count segments."""
    characters = ngettext("%(n)d character", "%(n)d characters", size.characters) % {
        "n": size.characters
    }
    if size.segments <= 1:
        words = _("%(characters)s: one text, room for %(left)d more")
        return words % {"characters": characters, "left": size.left}
    words = _("%(characters)s: sent and paid for as %(n)d texts")
    if size.outside:
        words = _("%(characters)s: sent and paid for as %(n)d texts, by “%(outside)s”")
    told = {"characters": characters, "n": size.segments, "outside": size.outside}
    return words % told


def _bubbles(draft: Draft, given: dict[str, str]) -> Sequence[Bubble]:
    nobody = {"greeting": ""}  # as most addresses have it
    sets = [
        (_("As most get it"), variables.examples(draft.language) | nobody),
        (_("At its longest"), variables.longest(draft.language)),
    ]
    try:
        first, last = (_bubble(title, draft, some | given) for title, some in sets)
    except NotPossible:
        return []
    return [first] if first.body == last.body else [first, last]


def _bubble(title: str, draft: Draft, values: Mapping[str, str]) -> Bubble:
    channel = NEEDS[draft.occasion].channel
    words = filled(draft.text, draft.subject, values, channel)
    if channel is not Channel.TEXT:
        return Bubble(title, words.subject, words.body, "")
    size = segments.measure(words.body)
    return Bubble(title, "", words.body, cost(size), is_dear=size.segments > 1)


def _words(findings: Iterable[Finding]) -> Sequence[str]:
    """Each sentence once."""
    return list(dict.fromkeys(one.words for one in findings))
