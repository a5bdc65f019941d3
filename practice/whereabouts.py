"""Which page of ours a request comes from, so that it can be returned to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails


def way_back(request: HttpRequest) -> str:
    """The page to return to: the one a form or a fragment sits on, never its address.

    Empty when the browser does not say, or names another site.
    """
    htmx = cast("HtmxDetails", request.htmx)  # type: ignore[attr-defined]
    if htmx:
        return htmx.current_url_abs_path or ""
    if request.method == "GET":
        return request.get_full_path()
    return page_of(request)


def page_of(request: HttpRequest) -> str:
    """The page whose form or script sends a request."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    return urlunsplit(urlsplit(page)._replace(scheme="", netloc=""))
