"""How long a text is as carriers count it: exactly what it will cost to send.

A text in GSM-7 (3GPP TS 23.038) is one segment up to 160 units, and 153 a segment
beyond; a character of its extension table is two units. One character outside of
both makes the whole text UCS-2: 70 code units, and 67 beyond. A pair, of an
extension character or of surrogates, is never split between two segments.

Of Spanish, é, É, ñ, Ñ, ü, ¿ and ¡ are in GSM-7; á, í, ó and ú are not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")

# What a word processor makes of plain characters. No letter is among them: an
# accent is part of how a word is spelt.
_FOLDED = {
    **dict.fromkeys("‘’‚‛′‹›", "'"),  # noqa: RUF001
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-"),
    **dict.fromkeys("\t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006", " "),
    **dict.fromkeys("\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\r\u0085\u2028\u2029", "\n"),
    **dict.fromkeys("\xad\u200b\u2060\ufeff", ""),
    "…": "...",
    "•": "-",
}
_FOLDING = str.maketrans(_FOLDED)


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


# Units of a text that is one segment, and of each segment of a longer one.
ROOM = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}
# Characters that take two units.
_WIDE = {
    Encoding.GSM7: re.compile("[" + re.escape("".join(sorted(EXTENDED))) + "]"),
    Encoding.UCS2: re.compile("[\U00010000-\U0010ffff]"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes."""

    encoding: Encoding
    characters: int
    units: int
    segments: int
    left: int  # units until there is one segment more
    outside: str  # the characters that are not GSM-7, each once, as they come


def measure(text: str) -> Size:
    """The size of a text as it stands; `folded` first is what is sent."""
    outside = "".join(one for one in dict.fromkeys(text) if not _is_gsm7(one))
    encoding = Encoding.UCS2 if outside else Encoding.GSM7
    pairs = _WIDE[encoding].findall(text)
    units, (single, each) = len(text) + len(pairs), ROOM[encoding]
    segments, used, room = int(bool(text)), units, single
    if units > single:
        segments, used = _packed(text, encoding)
        room = each
    return Size(encoding, len(text), units, segments, room - used, outside)


def folded(text: str) -> str:
    """The text with typographic quotes, dashes, dots and spaces made plain.

    Letters stay as they are, accents and all; what is typed as letter and accent
    becomes one (NFC). Where something else keeps a text from GSM-7 anyway, dots may
    stay dots: it never costs more than it did.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    plain = composed.translate(_FOLDING)
    if plain == text:
        return text
    return min((plain, composed, text), key=lambda one: measure(one).segments)


def cost(texts: Iterable[str]) -> int:
    """How many segments some texts take together once they are folded."""
    return sum(measure(folded(text)).segments for text in texts)


def _is_gsm7(character: str) -> bool:
    return character in BASIC or character in EXTENDED


def _packed(text: str, encoding: Encoding) -> tuple[int, int]:
    """The segments of a text that takes several, and what is used of the last one."""
    room = ROOM[encoding][1]
    segments, used = 1, 0
    for one in text:
        width = 2 if _WIDE[encoding].match(one) else 1
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments, used
