"""Pictures and files that came with a text: fetched from the vendor, and looked at.

What a message names is an address, and somebody may have written it: only our own
account's media at the vendor are asked for, with our token; it may send on to its own
store, without.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import HTTPError

from messaging.channels.rest import CONNECTING, SECONDS, NoAnswer, TooBig, read
from practice.modes import is_loopback
from practice.rules import NotPossible
from practice.vendors import is_vendors_own

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

MEGABYTE = 1_000_000
LARGEST = 5 * MEGABYTE  # the vendor takes no more
MOST_HOPS = 3
REDIRECTS = (301, 302, 303, 307, 308)
WELL, UNAUTHORISED = 200, 401
STORES = ("twiliocdn.com",)  # and below
BUCKETS = ("s3-external-1.amazonaws.com",)  # shared with everybody: by path
# Of our account: what came with a text, and what somebody said after the tone.
_MEDIA = re.compile(
    r"Messages/[0-9A-Za-z]+/Media/[0-9A-Za-z/]*|Recordings/RE[0-9A-Za-z]+\.mp3"
)
BUCKET = "/media.twiliocdn.com/"


class NoMedia(NotPossible):
    """It could not be fetched; it may be there later."""


class NeverMedia(NoMedia):
    """It is not to be fetched: elsewhere, or too big."""


def fetch_media(url: str) -> bytes:
    """The content of one picture or file. Raises NoMedia, NeverMedia.

    It takes some seconds: never inside a request or a transaction. What it is, its
    own bytes say (messaging.attachments).
    """
    if not (_is_ours(url) or _is_store(url)):
        raise NeverMedia(_("That picture or file is not at our text service."))
    try:
        response = _got(url)
        return read(response, time.monotonic() + SECONDS, most=LARGEST)
    except TooBig as fault:
        words = _("Larger than %(n)s MB.") % {"n": LARGEST // MEGABYTE}
        raise NeverMedia(words) from fault
    except (NoAnswer, HTTPError, OSError) as fault:
        raise NoMedia(_("The picture or file could not be fetched.")) from fault


def _got(url: str) -> BaseHTTPResponse:
    """The answer at the end of the way. Raises NoMedia, HTTPError."""
    limits = urllib3.Timeout(connect=CONNECTING, total=SECONDS)
    pool = urllib3.PoolManager(retries=False, timeout=limits, maxsize=1)
    for token in settings.TWILIO_AUTH_TOKENS:
        response = _followed(pool, url, token)
        if response.status == WELL:
            return response
        response.close()
        if response.status != UNAUTHORISED:
            break
    raise NoMedia(_("The picture or file could not be fetched."))


def _followed(pool: urllib3.PoolManager, url: str, token: str) -> BaseHTTPResponse:
    key = f"{settings.TWILIO_ACCOUNT_SID}:{token}"
    headers = urllib3.util.make_headers(basic_auth=key) if _is_ours(url) else {}
    for _hop in range(MOST_HOPS):
        response = pool.request(
            "GET", url, headers=headers, redirect=False, preload_content=False
        )
        if response.status not in REDIRECTS:
            return response
        response.close()
        url, headers = urljoin(url, response.headers.get("Location", "")), {}
        if not (_is_ours(url) or _is_store(url)):
            raise NeverMedia(_("That picture or file is not at our text service."))
    raise NoMedia(_("The picture or file could not be fetched."))


def _is_ours(url: str) -> bool:
    """Whether an address is one of our own account's media, and nothing beside."""
    base = settings.TWILIO_BASE_URL.rstrip("/")
    start = f"{base}/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT_SID}/"
    rest = url.removeprefix(start)
    is_known = _MEDIA.fullmatch(rest) is not None
    return is_vendors_own(base) and url != rest and is_known


def _is_store(url: str) -> bool:
    """Whether it is where the vendor keeps media; without our token."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    base = urlsplit(settings.TWILIO_BASE_URL)
    if is_loopback(base.hostname or "") and parts.netloc == base.netloc:
        return True
    is_theirs = any(host == one or host.endswith(f".{one}") for one in STORES)
    is_bucket = host in BUCKETS and parts.path.startswith(BUCKET)
    return parts.scheme == "https" and (is_theirs or is_bucket)
