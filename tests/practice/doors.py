"""A small site with one page behind each kind of door."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import admin
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from practice import urls_entrance
from practice.access import (
    Capability,
    by_link,
    entrance,
    half_signed_in,
    public,
    requires,
    signed_in,
)
from practice.models import StaffMember
from tests import cast

LOGIN = "/accounts/login/"
NEW = "copper-kettle-violin-77"
# Every page draws the rail, so its places must exist.
RAIL = ["patients", "tasks", "staff", "downtime", "scorecard", "settings_home"]
RAIL += ["incidents", "trail", "mistake_new"]


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the page")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("Quillfeather, 212-555-0199")


def behind(door: Any) -> Any:
    """A page of its own behind a door."""

    def view(request: HttpRequest) -> HttpResponse:
        return page(request)

    return door(view)


urlpatterns = [
    path("", behind(signed_in), name="today"),
    path("undeclared/", page, name="undeclared"),
    path("public/", behind(public), name="public"),
    path("way-in/", behind(entrance), name="way_in"),
    path("half/", behind(half_signed_in), name="half"),
    path("link/", behind(by_link), name="link"),
    path("settings/", behind(requires(Capability.MANAGE_SETTINGS)), name="settings"),
    path("keys/", behind(requires(Capability.MANAGE_STAFF, fresh=True)), name="keys"),
    path("broken/", entrance(broken), name="broken"),
    *(path(f"{name}/", behind(signed_in), name=name) for name in RAIL),
    path("", include(urls_entrance)),
    *(path("", include(floor)) for floor in settings.FLOOR_URLS),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "practice.views.errors.bad_request"
handler403 = "practice.views.errors.forbidden"
handler404 = "practice.views.errors.not_found"
handler429 = "practice.views.errors.too_many"
handler500 = "practice.views.errors.fault"


def browser(person: StaffMember, *methods: str, seconds_ago: float = 0) -> Client:
    """A browser whose session was authenticated by `methods`, that long ago."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time() - seconds_ago} for method in methods
    ]
    session.save()
    return client


def knock(client: Client, person: StaffMember, password: str = cast.PASSWORD) -> Any:
    """Type an address and a password at the entrance."""
    return client.post(LOGIN, {"login": person.email, "password": password})


def mailed_link() -> str:
    """The link in the last mail, without the host."""
    body = str(mail.outbox[-1].body)
    (link,) = re.findall(r"http://testserver(/accounts/\S+)", body)
    return str(link)
