"""A carrier of the tests' own, in the plainest way: one request for each act."""

from __future__ import annotations

import base64
import http.client
import json
import os
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from messaging import errors
from messaging.channels import Handed, Outcome, Parcel, Seen
from tests.faults.vendor import MESSAGES
from tests.faults.vendor_books import ACCOUNT, NUMBER, TOKEN

SECONDS = 1.0
KEY = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


class Loopback:
    """Where the stand-in and the ears are is in the environment."""

    def __init__(self) -> None:
        self._where = urlsplit(os.environ["TWILIO_BASE_URL"]).netloc
        self._ears = os.environ["EARS"]

    def hand_over(self, parcel: Parcel) -> Handed:
        form = {"To": parcel.address, "From": NUMBER, "Body": parcel.body}
        form["StatusCallback"] = f"{self._ears}/?m={parcel.delivery_id}"
        try:
            status, said = self._ask("POST", f"{MESSAGES}.json", urlencode(form))
        except ConnectionRefusedError:
            return Handed(outcome=Outcome.NOT_MADE, meaning=errors.of_answer(429))
        except (OSError, http.client.HTTPException, ValueError):
            return Handed(outcome=Outcome.UNCLEAR)
        code = str(said.get("code") or "")
        if status == 201:
            return Handed(
                outcome=Outcome.TAKEN, vendor_id=said["sid"], word=said["status"]
            )
        meaning = errors.of_answer(status, code)
        outcome = Outcome.NOT_MADE if meaning else Outcome.UNCLEAR
        return Handed(outcome=outcome, code=code, meaning=meaning)

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        asked = urlencode({"To": parcel.address, "PageSize": 50})
        try:
            _status, said = self._ask("GET", f"{MESSAGES}.json?{asked}")
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return [_seen(one) for one in said["messages"]]

    def fetch(self, vendor_id: str) -> Seen | None:
        try:
            status, said = self._ask("GET", f"{MESSAGES}/{vendor_id}.json")
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return _seen(said) if status == 200 else None

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, Any]:
        line = http.client.HTTPConnection(self._where, timeout=SECONDS)
        try:
            line.request(method, path, body, {"Authorization": f"Basic {KEY}"})
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()


def _seen(said: Mapping[str, Any]) -> Seen:
    return Seen(
        vendor_id=said["sid"],
        word=said["status"],
        code=str(said["error_code"] or ""),
        body=said["body"],
        made_at=parsedate_to_datetime(said["date_created"]),
    )
