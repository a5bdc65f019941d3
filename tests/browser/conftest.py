"""A real Chromium on the live site; whatever it complains of fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests.cast import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response
    from pytest_django.live_server_helper import LiveServer

    from practice.models import StaffMember

PageAs = Callable[..., "Page"]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SERVER_ERROR = 500


@pytest.fixture(scope="session", autouse=True)
def _database_beside_the_browser() -> Iterator[None]:
    """Playwright's event loop would make Django refuse the test's own queries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> Any:
    """The system's Chromium ($CHROMIUM names another), kept from calling home."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    program = os.environ.get("CHROMIUM") or next(iter(found), None)
    assert program, "No Chromium here: apt-get install chromium"
    quiet = ["--disable-background-networking", "--disable-component-update"]
    quiet += ["--disable-sync", "--no-first-run", "--disable-gpu", "--no-sandbox"]
    quiet += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]
    return {**browser_type_launch_args, "executable_path": program, "args": quiet}


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What pages complained of: script errors, refused content, server errors.

    A test that provokes one on purpose takes it out of the list.
    """
    heard: list[str] = []
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def page_as(
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    troubles: list[str],
) -> PageAs:
    """`page_as(manager)` is a page signed in as the manager; `page_as()` as nobody.

    Keywords such as `viewport` and `locale` go to the browser; pages open by path.
    """

    def open_page(person: StaffMember | None = None, **options: Any) -> Page:
        context = new_context(base_url=live_server.url, **options)
        if person:
            cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
            known = {"name": cookie.key, "value": cookie.value}
            context.add_cookies([{**known, "url": live_server.url}])  # type: ignore[typeddict-item]
        page = context.new_page()
        _listen(page, troubles)
        return page

    return open_page


def _listen(page: Page, troubles: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location["url"] or page.url
            troubles.append(f"{place}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= SERVER_ERROR:
            troubles.append(f"{response.url} answered {response.status}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("response", on_response)
