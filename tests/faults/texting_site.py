"""A site that texts: web, senders and stand-in of the vendor, each its own process."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from messaging.states import FINAL
from tests.faults.machine import Machine, children
from tests.faults.vendor_books import ACCOUNT, NUMBER, SERVICE, TOKEN
from tests.faults.vendor_process import Vendor

OPEN = sorted(map(str, {*FINAL, "uncertain"}))
WAITS_FOR_NOBODY = (
    "status = 'uncertain' AND (looks < 3 OR purpose IN ('reminder', 'offer'))"
)


class TextingSite:
    """One site on the loopback, and how many of its processes were killed."""

    def __init__(self, machine: Machine, vendor: Vendor, **more: str) -> None:
        self.machine, self.url = machine, f"http://127.0.0.1:{_free_port()}"
        self.killed = 0
        self._surroundings = {
            "SMS_BACKEND": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
            "TWILIO_FROM": NUMBER,
            "TWILIO_BASE_URL": vendor.url,
            "PUBLIC_BASE_URL": self.url,
            "QUIET_HOURS": "none",
            "SMS_RATE_PER_SECOND": "1000",
            "WEB_CONCURRENCY": "2",
            **more,
        }
        self._senders: list[Any] = []
        self._web: Any = None

    def serve(self) -> None:
        """The web server, as a person starts it."""
        port = self.url.rpartition(":")[2]
        self._web = self.manage("serve", "--only", "web", "--port", port)
        self._web.stdout.readline()  # its address: from now on it listens

    def send(self, count: int) -> None:
        """So many senders, in a hurry."""
        for _one in range(count):
            hurry = ("-m", "tests.faults.hurried_pump")
            self._senders.append(self.machine.start(*hurry, **self._surroundings))

    def pump(self) -> str:
        """One round by hand, and what it said."""
        return str(self.manage("pump").communicate(timeout=120)[0])

    def manage(self, *command: str) -> Any:
        return self.machine.start("manage.py", *command, **self._surroundings)

    def kill_one(self) -> None:
        """End one sender at random with -9, and now and then a web process as well."""
        victim = self._senders.pop(random.randrange(len(self._senders)))  # noqa: S311
        victim.kill()
        self.killed += 1
        self.send(1)
        if self.killed % 3 == 0 and (found := self._web_processes()):
            with suppress(ProcessLookupError):
                os.kill(random.choice(found), signal.SIGKILL)  # noqa: S311

    def _web_processes(self) -> list[int]:
        """Of the supervisor, the guardian, the master and its workers: the last."""
        found = [self._web.pid]
        for _generation in range(3):
            found = [child for one in found for child in children(one)]
        return found

    def open_rows(self) -> int:
        """How many have no last word, and will not wait for a person."""
        names = ", ".join(f"'{one}'" for one in OPEN)
        sql = f"SELECT count(*) FROM messaging_delivery WHERE status NOT IN ({names}) "
        return int(self.machine.ask(f"{sql} OR {WAITS_FOR_NOBODY}")[0])

    def unread_calls(self) -> int:
        sql = "SELECT count(*) FROM messaging_hookcall WHERE worked_at IS NULL"
        return int(self.machine.ask(sql)[0])

    def standing(self) -> dict[int, tuple[str, str]]:
        """How each delivery stands, and why."""
        rows = self.machine.rows("SELECT id, status, reason FROM messaging_delivery")
        return {pk: (status, reason) for pk, status, reason in rows}


@contextmanager
def texting(
    machine: Machine, vendor: Vendor, *, senders: int, **more: str
) -> Iterator[TextingSite]:
    """A site that serves and sends; `more` is what its processes find around them."""
    site = TextingSite(machine, vendor, **more)
    site.serve()
    site.send(senders)
    yield site


def told(words: str, facts: dict[str, Any]) -> None:
    """Figures for whoever runs it with -s."""
    print(f"\n{words} {json.dumps(facts, sort_keys=True)}")  # noqa: T201


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
