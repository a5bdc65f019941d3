"""Whether a webhook comes from the vendor: its signature, over our public address.

HMAC-SHA1 by the account's auth token over the address that was called and each field
of the form, sorted, name and value joined (Twilio, “Webhooks security”). The address
is built of the configured public one: what a request says of its own host and scheme
is anybody's word, and is wrong behind a proxy that ends TLS.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

HEADER = "X-Twilio-Signature"
PORTS = {"https": 443, "http": 80}


def address(base: str, full_path: str) -> str:
    """The address that the vendor called: `full_path` is the request's own.

    `base` may have a path of its own and may end with a slash.
    """
    return base.rstrip("/") + full_path


def is_genuine(
    *,
    signature: str | None,
    address: str,
    fields: QueryDict,
    account: str,
    tokens: Sequence[str],
) -> bool:
    """Whether one of our account's tokens signed exactly these fields for the address.

    Two tokens are in use while they are rotated. Fields count as they came: new ones,
    blank ones, white space. How long it takes tells nothing about how near it was.
    """
    given = (signature or "").encode()
    expected = [
        sign(address=one, fields=fields, token=token).encode()
        for token in tokens
        if token
        for one in _spellings(address)
    ]
    matches = [hmac.compare_digest(one, given) for one in expected]
    accounts = fields.getlist("AccountSid")
    is_ours = bool(account) and accounts == [account]
    return any(matches) and is_ours


def sign(*, address: str, fields: QueryDict, token: str) -> str:
    """The signature of a form that is posted to an address.

    Nothing stands between names and values, so a form that is cut otherwise has the
    same one: that is the vendor's rule, and TLS keeps forms from being seen.
    """
    said = "".join(
        f"{name}{value}"
        for name in sorted(fields)
        for value in sorted(set(fields.getlist(name)))
    )
    return _digest(address + said, token)


def sign_form(*, address: str, form: Mapping[str, str], token: str) -> str:
    """The same of a form in which each name has one value."""
    said = "".join(f"{name}{form[name]}" for name in sorted(form))
    return _digest(address + said, token)


def _digest(said: str, token: str) -> str:
    digest = hmac.new(token.encode(), said.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()


def _spellings(address: str) -> Sequence[str]:
    """An address with and without the port that its scheme implies.

    The vendor signs now one, now the other (as its own libraries know).
    """
    parts = urlsplit(address)
    usual = f":{PORTS.get(parts.scheme)}"
    if parts.netloc.endswith(usual):
        bare = parts.netloc.removesuffix(usual)
    elif parts.netloc.rpartition("]")[2].count(":"):
        return [address]  # a port that is not implied
    else:
        bare = parts.netloc
    head = f"{parts.scheme}://"
    rest = address.removeprefix(head + parts.netloc)
    return [head + bare + rest, head + bare + usual + rest]
