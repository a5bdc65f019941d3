"""Requests to a vendor that make a difference between “never left” and “no answer”.

urllib3 and nothing above it: it says which of the two it was, and tries nothing a
second time. No proxy is used; certificates are checked by the system's own list.
"""

from __future__ import annotations

import json
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, SSLError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from urllib3 import BaseHTTPResponse

    # Pairs where a name stands more than once.
    Fields = Mapping[str, str | int] | Sequence[tuple[str, str | int]]

SECONDS = 10.0  # from the first byte asked to the last byte read
CONNECTING = 5.0
CONNECTIONS = 16  # kept open; the pump's threads share them
LARGEST = 8_000_000  # bytes: a page of a thousand long messages has less
CHUNK = 65_536
LONGEST_WAIT = 3600  # seconds: a vendor that asks for more gets asked again
UNAUTHORISED = 401


class NeverLeft(Exception):
    """Nobody was reached: surely nothing was made of the request."""


class NoAnswer(Exception):
    """It may have arrived; what became of it is not known."""


class TooBig(NoAnswer):
    """There is more of it than was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's status and what it said; nothing if that could not be read."""

    status: int
    said: Mapping[str, Any] = field(default_factory=dict)
    wait: timedelta | None = None

    @property
    def is_well(self) -> bool:
        return 200 <= self.status < 300


class Line:
    """One account at one vendor; many threads may use it at once.

    While tokens are rotated either may be the one that is let in: one that is not is
    answered with 401, which surely made nothing, so that the next may be tried.
    """

    def __init__(self, base: str, account: str, tokens: Sequence[str]) -> None:
        self._pool = urllib3.connection_from_url(
            base, maxsize=CONNECTIONS, block=False, retries=False
        )
        self._path = urllib3.util.parse_url(base).path or ""
        self._keys = [
            urllib3.util.make_headers(
                basic_auth=f"{account}:{token}", user_agent="Wellhouse"
            )
            for token in tokens
        ]
        self._works = 0

    def ask(self, method: str, path: str, fields: Fields = ()) -> Answer:
        """One request and its answer. Raises NeverLeft, NoAnswer."""
        deadline, answer = time.monotonic() + SECONDS, Answer(UNAUTHORISED)
        for turn in range(len(self._keys)):
            which = (self._works + turn) % len(self._keys)
            answer = self._ask(method, path, fields, which, deadline)
            if answer.status != UNAUTHORISED:
                self._works = which
                break
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        fields: Fields,
        which: int,
        deadline: float,
    ) -> Answer:
        said, url = urlencode(fields), self._path.rstrip("/") + path
        headers = self._keys[which] | {"Accept": "application/json"}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = said
        elif said:
            url += f"?{said}"
        left = max(deadline - time.monotonic(), 0.1)
        limits = urllib3.Timeout(connect=min(CONNECTING, left), total=left)
        try:
            response = self._pool.urlopen(
                method,
                url,
                body=body,
                headers=headers,
                timeout=limits,
                redirect=False,
                preload_content=False,
            )
        except (HTTPError, OSError) as fault:
            raise (NeverLeft if _never_left(fault) else NoAnswer) from fault
        return Answer(response.status, _said(response, deadline), _wait(response))


def read(response: BaseHTTPResponse, deadline: float, *, most: int) -> bytes:
    """The whole of a body. Raises NoAnswer where it is too slow or cut off, TooBig."""
    content = b""
    try:
        while part := response.read(CHUNK):
            content += part
            if len(content) > most:
                raise TooBig
            if time.monotonic() > deadline:
                raise NoAnswer
    except (HTTPError, OSError) as fault:
        raise NoAnswer from fault
    finally:
        _let_go(response)
    return content


def _let_go(response: BaseHTTPResponse) -> None:
    """Keep the connection for the next request, unless something is left on it."""
    if response.length_remaining:
        response.close()
    response.release_conn()


def _said(response: BaseHTTPResponse, deadline: float) -> Mapping[str, Any]:
    """What the body says, if it is a JSON object that came in time."""
    with suppress(NoAnswer, ValueError, RecursionError):
        said = json.loads(read(response, deadline, most=LARGEST))
        if isinstance(said, dict):
            return said
    return {}


def _wait(response: BaseHTTPResponse) -> timedelta | None:
    """How long it asks to wait, in seconds; a date instead is not read."""
    text = response.headers.get("Retry-After", "")
    if not (text.isascii() and text.isdigit()):
        return None
    return timedelta(seconds=min(int(text[:6]), LONGEST_WAIT))


def _never_left(fault: Exception) -> bool:
    """Whether no byte of the request can have reached the vendor's application."""
    if isinstance(fault, ConnectTimeoutError):  # refused and no such name, too
        return True
    cause = fault.args[0] if isinstance(fault, SSLError) and fault.args else None
    return isinstance(cause, ssl.SSLCertVerificationError)
