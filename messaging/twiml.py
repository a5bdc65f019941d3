"""What the vendor is told to do with a phone call, as XML: pure.

Words are put in by a writer of XML, never by joining text, so that nothing that a
name or a template holds is read as an instruction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VOICES: Mapping[str, str] = {"en": "en-US", "es": "es-US"}
# Seconds: for the first key, and of silence after which a message is at its end.
WAITS, SILENCE = 6, 5
LONGEST_MESSAGE, DESK_RINGS = 120, 20  # seconds
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said, and the language in which it is."""

    words: str
    language: str = "en"


def say(*said: Spoken) -> str:
    """Say it and hang up."""
    answer = Element("Response")
    _say(answer, said)
    SubElement(answer, "Hangup")
    return _text(answer)


def ask(*said: Spoken, action: str, digits: int = 1) -> str:
    """Say it and wait for so many keys; no key is an answer as well."""
    answer = Element("Response")
    gather = SubElement(
        answer,
        "Gather",
        input="dtmf",
        numDigits=str(digits),
        timeout=str(WAITS),
        actionOnEmptyResult="true",
        action=action,
        method="POST",
    )
    _say(gather, said)
    return _text(answer)


def record(*said: Spoken, action: str) -> str:
    """Say it, then take a message; what nobody says anything on is none."""
    answer = Element("Response")
    _say(answer, said)
    SubElement(
        answer,
        "Record",
        action=action,
        method="POST",
        maxLength=str(LONGEST_MESSAGE),
        timeout=str(SILENCE),
        playBeep="true",
        trim="trim-silence",
    )
    SubElement(answer, "Hangup")
    return _text(answer)


def dial(number: str, *, action: str) -> str:
    """Put the caller through, and go on where nobody takes it."""
    answer = Element("Response")
    through = SubElement(
        answer, "Dial", timeout=str(DESK_RINGS), action=action, method="POST"
    )
    SubElement(through, "Number").text = number
    return _text(answer)


def hang_up() -> str:
    return say()


def _say(into: Element, said: Sequence[Spoken]) -> None:
    for one in said:
        voice = VOICES.get(one.language, VOICES["en"])
        SubElement(into, "Say", language=voice).text = _NOT_XML.sub("", one.words)


def _text(answer: Element) -> str:
    return tostring(answer, encoding="unicode", short_empty_elements=True)
