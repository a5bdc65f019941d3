"""What a page says to its reader."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from django.urls import reverse

from practice import looks
from practice.models import TrailEntry, TrailPatient

if TYPE_CHECKING:
    from django.http import HttpResponse


def text_of(response: HttpResponse) -> str:
    """The page's words, without markup and line breaks."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(words))


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def looked_at() -> set[int]:
    """Everybody whom some line about a look names."""
    lines = TrailEntry.objects.filter(kind__startswith=looks.PREFIX)
    alone = {pk for pk in lines.values_list("patient_id", flat=True) if pk}
    return alone | set(TrailPatient.objects.values_list("patient_id", flat=True))
