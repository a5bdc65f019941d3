"""The short word after an act, with its undo; or after a refusal, with a way on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.messages.storage.cookie import CookieStorage, MessageDecoder

from practice import encryption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

ACT, PAGE = "act", "page"


@dataclass(frozen=True, slots=True)
class WayOn:
    """What may be pressed after a refusal: a page to go on with, or an act."""

    words: str
    path: str
    is_act: bool = False  # it changes something at once

    def __str__(self) -> str:
        return f"{ACT if self.is_act else PAGE} {self.path} {self.words}"

    @classmethod
    def read(cls, text: str) -> WayOn | None:
        """What a message carries beside its words, if that is a way on."""
        kind, _, rest = text.partition(" ")
        path, _, words = rest.partition(" ")
        if kind not in (ACT, PAGE) or not words:
            return None
        return cls(words, path, is_act=kind == ACT)


class OfOneSignIn(CookieStorage):
    """Toasts on their way to the next page, which may name people.

    The browser keeps them encrypted, for the sign-in they were said in: who comes
    to this PC next does not read them. What was said to nobody is for everybody.
    """

    cookie_name = settings.TOASTS_COOKIE_NAME

    def _encode_parts(
        self, messages: Sequence[str], *, encode_empty: bool = False
    ) -> str | None:
        if not messages and not encode_empty:
            return None
        return encryption.encrypt(f"{self._whose()} [{','.join(messages)}]")

    def _decode(self, data: str | None) -> Any:
        if not data:
            return None
        try:
            whose, _space, said = encryption.decrypt(data).partition(" ")
            if whose in ("", self._whose()):
                return json.loads(said, cls=MessageDecoder)
        except (InvalidToken, ValueError):
            pass
        self.used = True  # so that the cookie goes
        return None

    def _whose(self) -> str:
        session = self.request.session
        return session.session_key or "" if auth.SESSION_KEY in session else ""


def say(request: HttpRequest, text: str, *, undo: str | None = None) -> None:
    """Show `text` on the next page; `undo` is the path that takes the act back."""
    messages.success(request, text, extra_tags=undo or "")


def refuse(request: HttpRequest, text: str, *, way_on: WayOn | None = None) -> None:
    """Show on the next page why something was not done, and how it could be."""
    messages.error(request, text, extra_tags=str(way_on or ""))
