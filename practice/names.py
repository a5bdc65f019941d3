"""Names as they are compared: any script, with or without accents and hyphens."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_APOSTROPHES = "'’‘ʼʻʹ`´′＇"  # noqa: RUF001 - whatever people type for one
_UNSEEN = "\u115f\u1160\u3164\uffa0"  # letters that only fill a place
_WITHOUT = str.maketrans("", "", _APOSTROPHES)
_APART = str.maketrans(dict.fromkeys(_APOSTROPHES, " "))
# Letters that are no accented form of another one, as other keyboards write them.
_PLAIN = str.maketrans(
    dict(
        zip("øłđıðħæœþ", ("o", "l", "d", "i", "d", "h", "ae", "oe", "th"), strict=True)
    )
)
_SPELT_OUT = str.maketrans(
    dict(zip("äöüåø", ("ae", "oe", "ue", "aa", "oe"), strict=True))
)

FEWEST_JOINED = 4  # letters; a few initials are no name
MOST_JOINED = 5  # words of a query; who types more divides them as the chart does


def fold(text: str) -> str:
    """Lower case, without accents or apostrophes, one space between words."""
    if text.isascii() and text.isprintable():  # nothing to take apart
        return " ".join(text.lower().translate(_WITHOUT).split())
    plain = _lower(text).translate(_WITHOUT).translate(_PLAIN)
    bare = "".join(
        char
        for char in unicodedata.normalize("NFKD", plain)
        if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )
    return " ".join(bare.casefold().split())


def words_of(text: str) -> Sequence[str]:
    """The folded words of a text, divided at hyphens and dots too."""
    if text.isascii() and text.replace(" ", "a").isalnum():
        return text.lower().split()
    return "".join(" " if _divides(char) else char for char in fold(text)).split()


def search_words(*, given: str, family: str, preferred: str) -> Sequence[str]:
    """Every word by which somebody of these names may be looked for."""
    found: dict[str, None] = {}
    for name in (given, family, preferred):
        found |= dict.fromkeys(_spellings(name))
    for first in (given, preferred):
        if has_sign(first + family):  # no space divides such names
            pair = (first, family)
            found |= dict.fromkeys(map(_joined, (pair, pair[::-1])))
    return [word for word in found if word]  # none is left of unknown signs


def digits_of(text: str) -> str:
    """The digits of a text, whatever script they are written in."""
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def has_letter(text: str) -> bool:
    """Whether a text has a letter that can be seen."""
    return any(char.isalpha() and char not in _UNSEEN for char in text)


def has_sign(text: str) -> bool:
    """Whether a text is written in signs of which one can be a whole name."""
    return any(
        "\u2e80" <= char <= "\u9fff"
        or "\uac00" <= char <= "\ud7a3"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U000323af"
        for char in text
    )


def _spellings(name: str) -> Iterator[str]:
    """The words of one name: O'Brien, Smith-Jones and Müller in all their ways."""
    lower = _lower(name)
    for spelling in (name, lower.translate(_APART), lower.translate(_SPELT_OUT)):
        yield from words_of(spelling)
    for chunk in name.split():
        yield from filter(None, [_joined(words_of(chunk))])
    yield from joined(words_of(name))


def joined(words: Sequence[str]) -> Iterator[str]:
    """Neighbours as one word, as others write them: De La Cruz, Mary Ann."""
    for start, end in _runs(len(words)):
        yield "".join(words[start:end])


def wordings(words: Sequence[str]) -> Sequence[Sequence[str]]:
    """The words as they are, and with some neighbours as one."""
    runs = _runs(len(words)) if len(words) <= MOST_JOINED else ()
    return [
        words,
        *(
            [*words[:start], "".join(words[start:end]), *words[end:]]
            for start, end in runs
            if len("".join(words[start:end])) >= FEWEST_JOINED
        ),
    ]


def _runs(count: int) -> Sequence[tuple[int, int]]:
    """Two or three neighbours of so many, or all of them: where each run is."""
    runs = [
        (start, start + size) for size in (2, 3) for start in range(count - size + 1)
    ]
    return [*runs, (0, count)] if count > 3 else runs


def _joined(parts: Sequence[str]) -> str:
    return "".join(word for part in parts for word in words_of(part))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _divides(char: str) -> bool:
    return unicodedata.category(char)[0] in "PZC"
