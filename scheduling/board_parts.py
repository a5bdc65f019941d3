"""What lines of the board are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Mark:
    """A badge: what it says, how it looks."""

    words: str
    tone: str
    shape: str


@dataclass(frozen=True, slots=True)
class Act:
    """A press on a line, or a page that it leads to."""

    label: str
    icon: str
    url: str
    is_page: bool = False


@lru_cache(maxsize=8192)
def path_of(name: str, *args: int | str) -> str:
    """The address of a page; a board asks for hundreds."""
    return reverse(name, args=args)
