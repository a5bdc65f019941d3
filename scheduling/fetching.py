"""Reading an address that somebody typed: public places only, and never for long.

The server stands inside a network; an address may lead there, by a name that says
so, by a redirect, or by a name that answers otherwise the second time. So each name
is asked once, all that it answers must be public, and the connection goes to exactly
that, with the certificate checked for the name. Size and time are bounded; a
watchdog ends what drips.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 5_000_000
SECONDS = 8.0
MOST_REDIRECTS = 3
LONGEST_ADDRESS = 2000
HTTPS_PORT = 443
OK, NOT_MODIFIED = 200, 304
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536
_NAT64 = IPv6Network("64:ff9b::/96")
# What is_global of older Pythons takes for public.
_NOT_PUBLIC = [
    ip_network(one)
    for one in ("192.0.0.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
]


class NotAnAddress(NotPossible):
    """Not an address that is read."""

    field = "address"


class Forbidden(NotPossible):
    """The address leads to a place that is not public."""

    field = "address"


class Unreachable(NotPossible):
    """Nothing answered, or not in time."""


class Refused(NotPossible):
    """It answered that it gives nothing."""


class TooBig(NotPossible):
    """It answered more than is read."""


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one that the whole world reaches."""
    ip = ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if teredo := getattr(ip, "teredo", None):
        inner = teredo[1]
    if ip in _NAT64:
        inner = ip_address(int(ip) & 0xFFFFFFFF)
    outer = ip.is_global and not ip.is_multicast and not ip.is_reserved
    outer = outer and not any(ip in network for network in _NOT_PUBLIC)
    return outer and (inner is None or is_public(str(inner)))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fetch goes; tests have another, which leads to their own server."""

    resolve: Callable[[str, int], Sequence[str]] = _resolve
    allows: Callable[[str], bool] = is_public
    ports: Collection[int] | None = frozenset({HTTPS_PORT})  # none means any
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; no content where nothing changed."""

    content: bytes | None
    etag: str = ""
    modified: str = ""


def check_address(address: str, reach: Reach) -> SplitResult:
    """An address taken apart, as far as can be said without asking for it.

    Raises NotAnAddress, and Forbidden for the number of a place that is not public.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or HTTPS_PORT
    except ValueError as error:
        raise NotAnAddress(_("This is not an address.")) from error
    if parts.scheme != "https" or not parts.hostname or len(address) > LONGEST_ADDRESS:
        raise NotAnAddress(_("Give an address that begins with https://."))
    if not address.isascii() or any(sign <= " " for sign in address):
        raise NotAnAddress(_("An address has no blanks and no accents."))
    if parts.username is not None or parts.password is not None:
        raise NotAnAddress(_("An address with a password in it is not read."))
    if reach.ports is not None and port not in reach.ports:
        raise NotAnAddress(_("Give an address without a port number."))
    if _is_number(parts.hostname) and not reach.allows(parts.hostname):
        raise Forbidden(_("This address leads to a place that is not public."))
    return parts


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def fetch(
    address: str, *, known: Mapping[str, str] | None = None, reach: Reach
) -> Answer:
    """Read an address; `known` are the headers that say what is known already.

    Raises NotAnAddress, Forbidden, Unreachable, Refused and TooBig.
    """
    ends = time.monotonic() + reach.seconds
    for _turn in range(MOST_REDIRECTS + 1):
        parts = check_address(address, reach)
        found = _ask(parts, known or {}, reach, ends)
        if isinstance(found, Answer):
            return found
        address = urljoin(address, found)
    raise Refused(_("It leads from one address to the next."))


def _ask(
    parts: SplitResult, known: Mapping[str, str], reach: Reach, ends: float
) -> Answer | str:
    """What one address answers: something, or another address."""
    host, port = parts.hostname or "", parts.port or HTTPS_PORT
    connection = _Pinned(host, port, _place(host, port, reach), reach.tls, ends)
    path = parts.path or "/"
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity"}
    headers |= {"User-Agent": "Wellhouse", "Connection": "close", **known}
    try:
        with _ending(connection, ends):
            target = f"{path}?{parts.query}" if parts.query else path
            connection.request("GET", target, headers=headers)
            found = _read(connection.getresponse())
            if connection.is_cut:
                raise TimeoutError
            return found
    except NotPossible:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("It did not answer.")) from error
    finally:
        connection.end()


def _place(host: str, port: int, reach: Reach) -> str:
    """The one IP address to go to. Raises Forbidden if any of a name's is private."""
    try:
        found = reach.resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("Nobody knows this address.")) from error
    if not found:
        raise Unreachable(_("Nobody knows this address."))
    if not all(reach.allows(one) for one in found):
        raise Forbidden(_("This address leads to a place that is not public."))
    return found[0]


def _read(response: http.client.HTTPResponse) -> Answer | str:
    if response.status in REDIRECTS and (onward := response.headers["Location"]):
        return str(onward)
    told = {
        "etag": (response.headers["ETag"] or "")[:200],
        "modified": (response.headers["Last-Modified"] or "")[:100],
    }
    if response.status == NOT_MODIFIED:
        return Answer(None, **told)
    if response.status != OK:
        raise Refused(_("It answered “%(n)d”.") % {"n": response.status})
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > MOST_BYTES:
            raise TooBig(_("It is too big."))
    if response.length:  # it promised more
        raise Unreachable(_("It stopped in the middle."))
    return Answer(bytes(content), **told)


class _Pinned(http.client.HTTPSConnection):
    """A connection to one IP address, for a name whose certificate is checked."""

    def __init__(
        self, host: str, port: int, place: str, tls: ssl.SSLContext, ends: float
    ) -> None:
        super().__init__(host, port, context=tls)
        self._place, self._tls, self._ends = place, tls, ends
        self._wire: ssl.SSLSocket | None = None
        self.is_cut = False

    def connect(self) -> None:
        left = max(self._ends - time.monotonic(), 0.01)
        raw = socket.create_connection((self._place, self.port), timeout=left)
        # Kept apart: the response takes the library's own away.
        self._wire = self._tls.wrap_socket(
            raw, server_hostname=self.host, do_handshake_on_connect=False
        )
        self._wire.do_handshake()  # which the watchdog can cut by now
        self.sock = self._wire

    def cut(self) -> None:
        """End it from outside, whatever it waits for; what came looks whole then."""
        self.is_cut = True
        if self._wire:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        self.close()
        if self._wire:
            self._wire.close()


@contextmanager
def _ending(connection: _Pinned, ends: float) -> Iterator[None]:
    """Cut the connection when its time is over, also in the middle of a header."""
    watchdog = threading.Timer(max(ends - time.monotonic(), 0.01), connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
