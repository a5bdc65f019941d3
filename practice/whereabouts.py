"""Which page of ours a request comes from, so that it can be returned to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails


LONGEST_PATH = 500
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def is_ours(path: str) -> bool:
    """Whether a text is the path of a page of this site, and nothing else.

    A word without a slash is none (`redirect` takes it for a page's name), and two
    slashes begin the name of another site.
    """
    is_path = path.startswith("/") and len(path) <= LONGEST_PATH
    is_path = is_path and not CONTROLS.search(path)
    return is_path and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def way_back(request: HttpRequest) -> str:
    """The page to return to: the one a form or a fragment sits on, never its address.

    Empty when the browser does not say, or names another site.
    """
    htmx = cast("HtmxDetails", request.htmx)  # type: ignore[attr-defined]
    if htmx:
        return _page_shown(htmx)
    if request.method == "GET":
        return request.get_full_path()
    return page_of(request)


def _page_shown(htmx: HtmxDetails) -> str:
    """The page that a fragment sits on; what is no address at all is none of ours."""
    try:
        path = htmx.current_url_abs_path or ""
    except ValueError:
        return ""
    return path if is_ours(path) else ""


def page_of(request: HttpRequest) -> str:
    """The page whose form or script sends a request."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    path = urlunsplit(urlsplit(page)._replace(scheme="", netloc=""))
    return path if is_ours(path) else ""
