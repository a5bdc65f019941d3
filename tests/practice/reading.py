"""What a page says to its reader."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The page's words, without markup and line breaks."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)
