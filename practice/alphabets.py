"""Which bytes stand for which letters: found where a file shows it, else named.

What is no UTF-8 comes from a machine's own set of letters. Only the two of the
west can be told apart by what they make of a file; the others somebody names.
"""

from __future__ import annotations

import codecs
import re

from django.db import models
from django.utils.translation import gettext_lazy as _

UNREADABLE = "\ufffd"
_LOOKED_AT = 65_536
_READ_CLOSELY = 2_000_000  # bytes
_MARKS = (
    # A mark of UTF-32 begins with one of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Letters(models.TextChoices):
    """Sets of letters that a file does not name itself."""

    WINDOWS = "cp1252", _("Western Europe, from Windows")
    MAC = "mac_roman", _("Western Europe, from a Mac")
    CENTRAL = "cp1250", _("Central Europe, from Windows")
    LATIN_2 = "iso8859-2", _("Central Europe, ISO 8859-2")
    CYRILLIC = "cp1251", _("Cyrillic, from Windows")
    GREEK = "cp1253", _("Greek, from Windows")
    TURKISH = "cp1254", _("Turkish, from Windows")
    HEBREW = "cp1255", _("Hebrew, from Windows")
    ARABIC = "cp1256", _("Arabic, from Windows")
    VIETNAMESE = "cp1258", _("Vietnamese, from Windows")
    JAPANESE = "cp932", _("Japanese, Shift-JIS")
    CHINESE = "gb18030", _("Chinese, GB 18030")
    TRADITIONAL = "big5", _("Chinese, Big5")
    KOREAN = "cp949", _("Korean, from Windows")


# Letters of Windows that names in the west hardly have; on a Mac they are ú, û, ö…
_RARE = "ƒŠŽšžŸŒœ"
_APOSTROPHES = "\u2019\u2018\u00b4"


def encoding_of(data: bytes, *, named: str = "") -> str:
    """As the file is marked, or as somebody named it, or as it shows."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if named:
        return named
    even, odd = (data[start:_LOOKED_AT:2].count(0) for start in (0, 1))
    # Every second byte of western text is zero in UTF-16.
    if max(even, odd) > len(data[:_LOOKED_AT]) / 8 and min(even, odd) * 8 < even + odd:
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if _is_mostly_utf8(data) else _of_the_west(data)
    return "utf-8"


def label_of(encoding: str) -> str:
    """What people call it."""
    if encoding in Letters.values:
        return str(Letters(encoding).label)
    return encoding.upper().removesuffix("-SIG")


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether a few bad bytes stand in a file that else is UTF-8 with accents."""
    text = data.decode("utf-8", errors="replace")
    good = sum(char > "\x7f" for char in text) - text.count(UNREADABLE)
    # In other encodings, letters with accents hardly ever make a letter of UTF-8.
    return good >= len(re.findall(f"{UNREADABLE}+", text))


def _of_the_west(data: bytes) -> str:
    """Windows, unless the words are odd there and less so on a Mac."""
    windows, mac = (
        _oddness(data[:_READ_CLOSELY].decode(encoding, errors="replace"))
        for encoding in (Letters.WINDOWS, Letters.MAC)
    )
    return Letters.MAC if mac < windows else Letters.WINDOWS


def _oddness(text: str) -> float:
    """How much stands in words that does not belong: signs, capitals, rare letters."""
    found = re.finditer(r"(?<=(.))?([^\x00-\x7f])(?=(.))?", text)
    return sum(_is_odd(one[1] or " ", one[2], one[3] or " ") for one in found)


def _is_odd(before: str, char: str, after: str) -> float:
    if not char.isalpha():
        return before.isalpha() and after.isalpha() and char not in _APOSTROPHES
    if char.isupper() and before.isalpha() and (before.islower() or after.islower()):
        return 1
    if char.islower() and after.isupper():
        return 1
    return 0.5 if char in _RARE else 0
