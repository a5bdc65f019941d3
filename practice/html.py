"""HTML filled in by hand, for pages of hundreds of parts.

The same as Django's `format_html`, which takes more than three times as long.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterable


def filled(html: str, *parts: object) -> SafeString:
    """`html` with its `{}` filled: what is not HTML yet is escaped."""
    return SafeString(html.format(*map(_safe, parts)))


def joined(parts: Iterable[object], between: str = "") -> SafeString:
    """Parts one after the other; `between` is HTML."""
    return SafeString(between.join(map(_safe, parts)))


def repeated(
    html: str, rows: Iterable[Iterable[object]], between: str = ""
) -> SafeString:
    """`html` filled for each row, one after the other."""
    return joined((filled(html, *row) for row in rows), between)


def _safe(part: object) -> str:
    words = part if isinstance(part, str) else str(part)
    return words if type(words) is SafeString else escape(words)
