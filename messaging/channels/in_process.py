"""Calls to our own webhooks from inside: signed like a vendor's, without a network.

They pass the whole site, from the first middleware to the view, as any request does;
only the database's connection stays that of the caller.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

from messaging import hooks, signature
from messaging.channels import accounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

REFUSALS = 400


def post(path: str, fields: Mapping[str, str], *, now: datetime) -> int:
    """Post a form to one of our webhooks, signed; answers the status."""
    return ask(path, fields, now=now)[0]


def ask(path: str, fields: Mapping[str, str], *, now: datetime) -> tuple[int, str]:
    """The same; answers the status and what was said."""
    keys = accounts.keys()
    form = {**fields, "AccountSid": keys.account}
    body = urlencode(form).encode()
    signed = signature.sign_form(
        address=signature.address(settings.PUBLIC_BASE_URL, path),
        form=form,
        token=keys.tokens[0],
    )
    answer = _site().get_response(WSGIRequest(_environ(path, body, signed)))
    if answer.status_code < REFUSALS:
        hooks.work(now=now)  # as it is after an answer
    return answer.status_code, getattr(answer, "content", b"").decode()


@cache
def _site() -> BaseHandler:
    site = BaseHandler()
    site.load_middleware()
    return site


def _environ(path: str, body: bytes, signed: str) -> dict[str, Any]:
    """A request as the web server hands it on (PEP 3333)."""
    public = urlsplit(settings.PUBLIC_BASE_URL)
    bare, _mark, query = path.partition("?")
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": bare,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": public.netloc,
        "HTTP_X_TWILIO_SIGNATURE": signed,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": public.hostname or "localhost",
        "SERVER_PORT": str(public.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": public.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
