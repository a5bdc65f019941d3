"""The stand-in's phone calls: the published Calls interface, and phones that answer.

A number answers as the test told it: a person with keys to press, a machine, busy,
nobody. What to say is asked of the given address, as the vendor does, signed; the
answer is followed key by key, and each status is reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import urljoin
from xml.etree import ElementTree

from tests.faults.vendor_books import ACCOUNT, NUMBER, VERSION, Books, Refusal
from tests.faults.vendor_fates import MADE

CALLS = f"/{VERSION}/Accounts/{ACCOUNT}/Calls"
EVENTS = ("initiated", "ringing", "answered", "completed")
STATUSES = {"answered": "in-progress"}  # what a status is called in a report's form
UNANSWERED = ("busy", "no-answer", "failed", "canceled")
MOST_STEPS = 12
Deliver = Callable[[str, Mapping[str, str]], tuple[int, str]]


class Agenda(Protocol):
    def add(self, seconds: float, act: Callable[[], object]) -> None: ...


@dataclass
class Call:
    """One call as the vendor has it, and what was heard in it."""

    sid: str
    to: str
    sender: str
    url: str
    callback: str
    events: Sequence[str]
    detects: bool
    status: str = "queued"
    answered_by: str = ""
    heard: list[str] = field(default_factory=list)
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))  # noqa: TID251

    def as_json(self) -> dict[str, Any]:
        """The resource as the interface publishes it."""
        made = format_datetime(self.made_at)
        return {
            "account_sid": ACCOUNT,
            "answered_by": self.answered_by or None,
            "api_version": VERSION,
            "caller_name": None,
            "date_created": made,
            "date_updated": made,
            "direction": "outbound-api",
            "duration": None,
            "end_time": None,
            "from": self.sender,
            "from_formatted": self.sender,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": made,
            "status": self.status,
            "to": self.to,
            "to_formatted": self.to,
            "uri": f"{CALLS}/{self.sid}.json",
        }

    def form(self) -> dict[str, str]:
        form = {"CallSid": self.sid, "AccountSid": ACCOUNT, "ApiVersion": VERSION}
        form |= {"From": self.sender, "To": self.to, "CallStatus": self.status}
        return form | {"Direction": "outbound-api"}


class Switchboard:
    """All calls, in the order in which they were made."""

    def __init__(self, books: Books, agenda: Agenda, deliver: Deliver) -> None:
        self._books, self._agenda, self._deliver = books, agenda, deliver
        self.calls: dict[str, Call] = {}
        self.plays: dict[str, Mapping[str, Any]] = {}  # by number, what happens there

    def create(self, form: Sequence[tuple[str, str]]) -> tuple[str, dict[str, Any]]:
        """A request's fate, and the resource as it is at first. Raises Refusal."""
        said, events = dict(form), [v for n, v in form if n == "StatusCallbackEvent"]
        to = said.get("To", "")
        with self._books.lock:
            self._books.requests[to] += 1
            count = self._books.requests[to]
            fate = self._books.fortune.of_request(to, count)
            if fate and fate not in MADE:
                return fate, {}
            self._check(said, to)
            call = Call(
                sid=self._books.fortune.name("CA", to, count),
                to=to,
                sender=said["From"],
                url=said["Url"],
                callback=said.get("StatusCallback", ""),
                events=events or ["completed"],
                detects="MachineDetection" in said,
            )
            self.calls[call.sid] = call
        made = call.as_json()
        self._agenda.add(self._books.fortune.faults.pace, partial(self._play, call))
        return fate, made

    def page(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The list, the newest first; all of it on one page."""
        rows = list(reversed(self.calls.values()))
        rows = [row for row in rows if asked.get("To", row.to) == row.to]
        rows = [row for row in rows if asked.get("From", row.sender) == row.sender]
        size = int(asked.get("PageSize", 50))
        return {
            "calls": [row.as_json() for row in rows[:size]],
            "page": 0,
            "page_size": size,
            "next_page_uri": None,
        }

    def heard(self) -> dict[str, list[list[str]]]:
        """By number, what was said in each call to it."""
        found: dict[str, list[list[str]]] = {}
        for call in self.calls.values():
            found.setdefault(call.to, []).append(call.heard)
        return found

    def _check(self, said: Mapping[str, str], to: str) -> None:
        known = re.fullmatch(r"\+[1-9]\d{6,14}", to)
        refusals = (
            (not to, 21201, "No 'To' number is specified"),
            (not known, 21211, "Invalid 'To' number."),
            (said.get("From") != NUMBER, 21210, "'From' is not verified."),
            (not said.get("Url"), 21205, "No URL is given."),
        )
        for is_so, number, words in refusals:
            if is_so:
                raise Refusal(400, number, words)

    def _play(self, call: Call) -> None:
        """Ring, be answered or not, follow what is said, and end."""
        plan = self.plays.get(call.to, {})
        self._tell(call, "initiated")
        self._tell(call, "ringing")
        end = plan.get("end", "")
        if end in UNANSWERED:
            self._tell(call, end, event="completed")
            return
        self._tell(call, "answered")
        call.answered_by = plan.get("by", "human") if call.detects else ""
        more = {"AnsweredBy": call.answered_by} if call.answered_by else {}
        self._follow(call, more, list(plan.get("keys", [])))
        self._tell(call, "completed")

    def _follow(self, call: Call, more: Mapping[str, str], keys: list[str]) -> None:
        url = call.url
        for _step in range(MOST_STEPS):
            status, said = self._deliver(url, call.form() | dict(more))
            if status != 200:
                return
            told = ElementTree.fromstring(said)  # noqa: S314 - of the test's own site
            call.heard += [one.text or "" for one in told.iter("Say")]
            gather = told.find("Gather")
            if gather is None or (not keys and call.answered_by != "human"):
                return
            more = {"Digits": keys.pop(0) if keys else ""}
            url = urljoin(url, gather.attrib["action"])

    def _tell(self, call: Call, word: str, *, event: str = "") -> None:
        call.status = STATUSES.get(word, word)
        if call.callback and (event or word) in call.events:
            self._deliver(call.callback, call.form())
