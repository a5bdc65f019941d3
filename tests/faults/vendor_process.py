"""The stand-in of the vendor as a test holds it: started, told, asked, stopped."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from tests.faults.machine import wait_for
from tests.faults.vendor import MESSAGES
from tests.faults.vendor_books import ACCOUNT, NUMBER, TOKEN
from tests.sources import ROOT

SECONDS = 10.0


class Vendor:
    """A running stand-in; `url` is what TWILIO_BASE_URL is set to."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"

    def faults(self, **said: Any) -> None:
        """From now on these, and no others (see tests.faults.vendor_fates.Faults)."""
        status, answer = self.ask("POST", "/control/faults", json.dumps(said))
        assert status == 200, answer

    def receive(self, body: str, **said: Any) -> dict[str, Any]:
        """A phone sends a text; answers its sid and what the webhook said."""
        text = {"to": NUMBER, "from": "+12125550123", "body": body}
        _status, answer = self.ask("POST", "/control/inbound", json.dumps(text | said))
        return answer

    def record(self) -> dict[str, Any]:
        return self.ask("GET", "/control/record")[1]

    def taken(self) -> dict[str, int]:
        """How many messages the vendor took for each recipient."""
        return {to: len(rows) for to, rows in self.record()["taken"].items()}

    def settle(self) -> dict[str, Any]:
        """The record once nothing is on its way any more."""
        wait_for(lambda: self.record()["pending"] == 0)
        return self.record()

    def create(self, **form: str) -> tuple[int, dict[str, Any]]:
        """What our own client does, in the plainest way."""
        text = {"To": "+12125550123", "From": NUMBER, "Body": "Hello"} | form
        return self.ask("POST", f"{MESSAGES}.json", urlencode(text), is_known=True)

    def calls(
        self, plays: Mapping[str, Mapping[str, Any]] | None = None
    ) -> dict[str, list[list[str]]]:
        """How phones answer from now on, by number; what was heard until now."""
        _status, answer = self.ask("POST", "/control/calls", json.dumps(plays or {}))
        heard: dict[str, list[list[str]]] = answer["heard"]
        return heard

    def fetch(self, path: str) -> dict[str, Any]:
        return self.ask("GET", path, is_known=True)[1]

    def ask(
        self, method: str, path: str, body: str = "", *, is_known: bool = False
    ) -> tuple[int, dict[str, Any]]:
        """One request; raises what http.client raises when the line is cut."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        key = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        try:
            headers = {"Authorization": f"Basic {key}"} if is_known else {}
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()


@contextmanager
def vendor_running(*, seed: int = 1, inbound: str = "") -> Iterator[Vendor]:
    command = [sys.executable, "-m", "tests.faults.vendor", "--seed", str(seed)]
    process = subprocess.Popen(
        [*command, "--inbound", inbound], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Vendor(int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()
