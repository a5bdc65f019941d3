"""A real Chromium on the live site; whatever it complains of fails the test."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect

from tests.cast import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Response

    from practice.models import StaffMember

PageAs = Callable[..., Page]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SERVER_ERROR = 500
# A loaded machine is slow, not wrong.
PATIENCE = 20_000


@pytest.fixture(scope="session", autouse=True)
def _database_beside_the_browser() -> Iterator[None]:
    """Playwright's event loop would make Django refuse the test's own queries."""
    expect.set_options(timeout=PATIENCE)
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


class Troubles(list[str]):
    """What pages complained of: script errors, refused content, server errors."""

    def take(self, words: str, page: Page) -> None:
        """Wait for the one that a test provokes on purpose, and forget it."""
        for _ in range(PATIENCE // 50):
            if found := [trouble for trouble in self if words in trouble]:
                self.remove(found[0])
                return
            page.wait_for_timeout(50)
        pytest.fail(f"No page complained of {words!r}, but: {self}")

    def forget(self, words: str) -> None:
        """The newest one that says so, if there is one."""
        found = [trouble for trouble in self if words in trouble]
        if found:
            self.remove(found[-1])


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    """What pages complain of; whatever no test takes fails it."""
    heard = Troubles()
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture(scope="session")
def sites(django_db_setup: None) -> Iterator[Callable[..., str]]:
    """`sites(MODE="demo")` is the address of a site whose settings differ so."""
    with ExitStack() as running:

        @cache
        def site(**differing: Any) -> str:
            file = connection.settings_dict["NAME"]
            command = [sys.executable, "-m", "tests.browser.server"]
            same = {"SHEETS": str(settings.SHEETS)}  # the tests' own place for files
            command += [str(file), json.dumps(same | differing)]
            process = running.enter_context(
                Popen(command, stdin=PIPE, stdout=PIPE, text=True)
            )
            assert process.stdin
            assert process.stdout
            running.callback(process.stdin.close)
            return f"http://localhost:{int(process.stdout.readline())}"

        yield site


@pytest.fixture
def site(
    request: pytest.FixtureRequest, transactional_db: None, sites: Callable[..., str]
) -> str:
    """The address of the live site; a test's mark `site(...)` says what differs."""
    mark = request.node.get_closest_marker("site")
    return sites(**mark.kwargs) if mark else sites()


@pytest.fixture
def page_as(
    site: str, new_context: Callable[..., BrowserContext], troubles: Troubles
) -> PageAs:
    """`page_as(manager)` is a page signed in as the manager; `page_as()` as nobody.

    Keywords such as `viewport` and `locale` go to the browser; pages open by path.
    """

    def open_page(person: StaffMember | None = None, **options: Any) -> Page:
        context = new_context(base_url=site, **options)
        if person:
            cookie = sign_in(person).cookies[settings.SESSION_COOKIE_NAME]
            known = {"name": cookie.key, "value": cookie.value}
            context.add_cookies([{**known, "url": site}])  # type: ignore[typeddict-item]
        page = context.new_page()
        _listen(page, troubles)
        return page

    return open_page


def _listen(page: Page, troubles: Troubles) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # Whoever leaves a page ends what it was asking for; htmx tells that twice.
        if "htmx:sendAbort" in message.text:
            troubles.forget("htmx:afterRequest")
        elif message.type == "error":
            place = message.location["url"] or page.url
            troubles.append(f"{place}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= SERVER_ERROR:
            troubles.append(f"{response.url} answered {response.status}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("response", on_response)
