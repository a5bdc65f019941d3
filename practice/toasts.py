"""The short word after an act, with its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages

if TYPE_CHECKING:
    from django.http import HttpRequest


def say(request: HttpRequest, text: str, *, undo: str | None = None) -> None:
    """Show `text` on the next page; `undo` is the path that takes the act back."""
    messages.success(request, text, extra_tags=undo or "")
