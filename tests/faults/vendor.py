"""A stand-in of the texts' vendor on the loopback, in a process of its own.

It speaks the published Messages interface (version 2010-04-01: create, fetch, list),
reports statuses and delivers inbound texts by signed forms, and goes wrong as it is
told (tests.faults.vendor_fates). `/control/…` is the test's own way in.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.faults.vendor_books import (
    ACCOUNT,
    SERVICE,
    TOKEN,
    VERSION,
    Books,
    Message,
    Refusal,
)
from tests.faults.vendor_calls import CALLS, Switchboard
from tests.faults.vendor_fates import (
    BROKE_AFTER,
    BROKE_BEFORE,
    LATE,
    LOST_ANSWER,
    LOST_REQUEST,
    TOO_MANY,
)

MESSAGES = f"/{VERSION}/Accounts/{ACCOUNT}/Messages"
SECONDS = 15.0  # that a webhook may take
REPORTERS = 8
PAGE, LARGEST_PAGE = 50, 1000
MISSING = Refusal(404, 20404, "The requested resource was not found")
NOT_YOU = Refusal(401, 20003, "Authenticate")
TOO_FAST = Refusal(429, 20429, "Too Many Requests")
BROKEN = Refusal(503, 20503, "Service unavailable")


def signature(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """By the vendor's page: the address, then names and values, sorted."""
    said = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def post(url: str, form: Mapping[str, str]) -> int:
    """The status that a webhook answered; 0 where nobody did, tried twice."""
    return deliver(url, form)[0]


def deliver(url: str, form: Mapping[str, str]) -> tuple[int, str]:
    """The same, with what it said."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    headers["X-Twilio-Signature"] = signature(url, form)
    headers["I-Twilio-Idempotency-Token"] = str(uuid.uuid4())
    for _try in range(2):
        line = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        with suppress(OSError, http.client.HTTPException):
            line.request("POST", target, urlencode(form), headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        line.close()
    return 0, ""


class Agenda:
    """What is done later, by a few threads, in the order of its time."""

    def __init__(self, books: Books) -> None:
        self._books, self._count = books, itertools.count()
        self._ahead: list[tuple[float, int, Callable[[], object]]] = []
        self._is_new = threading.Condition()
        for _one in range(REPORTERS):
            threading.Thread(target=self._work, daemon=True).start()

    def add(self, seconds: float, act: Callable[[], object]) -> None:
        with self._books.lock:
            self._books.pending += 1
        with self._is_new:
            entry = (time.monotonic() + seconds, next(self._count), act)
            heapq.heappush(self._ahead, entry)
            self._is_new.notify()

    def _work(self) -> None:
        while True:
            act = self._next()
            try:
                act()
            finally:
                with self._books.lock:
                    self._books.pending -= 1

    def _next(self) -> Callable[[], object]:
        with self._is_new:
            while True:
                wait = self._ahead[0][0] - time.monotonic() if self._ahead else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._ahead)[2]
                self._is_new.wait(wait)


class Desk:
    """The vendor's side of the interface, without the HTTP."""

    def __init__(self, seed: int, inbound: str) -> None:
        self.books, self.inbound = Books(seed), inbound
        self.agenda = Agenda(self.books)
        self.switchboard = Switchboard(self.books, self.agenda, deliver)

    def create(self, form: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """A request's fate, and the resource as it is at first. Raises Refusal."""
        fate, message = self.books.create(form)
        if message is None:
            return fate, {}
        made = message.as_json()
        self._send(message)
        return fate, made

    def _send(self, message: Message) -> None:
        """Plan what becomes of a message, and what is reported of it."""
        fortune = self.books.fortune
        error = fortune.of_text(message.to, message.sid)
        end = "undelivered" if error else "delivered"
        words = (["queued"] if message.service else []) + ["sent", end]
        pace = fortune.faults.pace

        for count, word in enumerate(words, start=1):
            act = partial(self._advance, message, word, error if word == end else "")
            self.agenda.add(count * pace, act)
        told = fortune.of_reports(message.sid, words)
        for count, word in enumerate(told if message.callback else [], start=1):
            act = partial(self._report, message, word, error if word == end else "")
            self.agenda.add((count + 0.5) * pace, act)

    def _advance(self, message: Message, word: str, error: str) -> None:
        self.books.advance(message, word, error)

    def _report(self, message: Message, word: str, code: str) -> None:
        form = self._form(message) | {"MessageStatus": word, "SmsStatus": word}
        if code:
            form["ErrorCode"] = code
        answer = post(message.callback, form)
        with self.books.lock:
            self.books.reports[str(answer)] += 1

    def receive(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """A text from a phone; where it `is_lost`, only the list has it."""
        message, keyword = self.books.receive(said["to"], said["from"], said["body"])
        form = self._form(message) | {"SmsStatus": "received", "Body": message.body}
        form |= {"NumMedia": "0", "NumSegments": "1", "MessagingServiceSid": SERVICE}
        form |= {"SmsMessageSid": message.sid} | dict(said.get("more", {}))
        if keyword and said.get("tells_keywords"):
            form["OptOutType"] = keyword
        times = 0 if said.get("is_lost") else said.get("times", 1)
        url = said.get("url", self.inbound)
        answers = [post(url, form) for _time in range(times)]
        return {"sid": message.sid, "answers": answers}

    def page(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """One page of the list, the newest first; the next goes on where it ends."""
        rows = self._listed(asked)
        size = min(int(asked.get("PageSize", PAGE)), LARGEST_PAGE)
        token, page = asked.get("PageToken", ""), int(asked.get("Page", 0))
        sids = [row.sid for row in rows]
        start = sids.index(token[2:]) + 1 if token[2:] in sids else 0
        shown, more = rows[start : start + size], rows[start + size :]
        kept = {name: value for name, value in asked.items() if "Page" not in name}
        following = {**kept, "PageSize": size, "Page": page + 1}
        following["PageToken"] = f"PA{shown[-1].sid}" if shown else ""
        return {
            "messages": [row.as_json() for row in shown],
            "page": page,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": f"{MESSAGES}.json?{urlencode(asked)}",
            "first_page_uri": f"{MESSAGES}.json?{urlencode(kept | {'PageSize': size})}",
            "next_page_uri": f"{MESSAGES}.json?{urlencode(following)}"
            if more
            else None,
            "previous_page_uri": None,
        }

    def _listed(self, asked: Mapping[str, str]) -> Sequence[Message]:
        with self.books.lock:
            to = asked.get("To")
            known = self.books.of_number.get(to, []) if to else None
            rows = list(self.books.messages.values() if known is None else known)
        rows.reverse()
        rows = [row for row in rows if asked.get("From", row.sender) == row.sender]
        for name, holds in _DATES.items():
            if day := asked.get(name, "")[:10]:
                # What was not sent yet has no such day, and is in no such list.
                rows = [row for row in rows if row.sent_at and holds(_day(row), day)]
        return rows

    def _form(self, message: Message) -> dict[str, str]:
        form = {"MessageSid": message.sid, "SmsSid": message.sid, "To": message.to}
        form |= {"From": message.sender, "AccountSid": ACCOUNT, "ApiVersion": VERSION}
        if message.service:
            form["MessagingServiceSid"] = message.service
        return form


_DATES: Mapping[str, Callable[[str, str], bool]] = {
    "DateSent": str.__eq__,
    "DateSent>": str.__ge__,
    "DateSent<": str.__le__,
}


def _day(message: Message) -> str:
    return message.sent_at.date().isoformat() if message.sent_at else ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    desk: Desk

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if len(content) < length:
            return self._hang_up()  # whoever asked was killed meanwhile
        body, path = content.decode(), urlsplit(self.path).path
        if path.startswith("/control/"):
            return self._control(path, json.loads(body or "{}"))
        is_call = path == f"{CALLS}.json"
        if self._is_refused(path, path if is_call else f"{MESSAGES}.json"):
            return None
        form = parse_qsl(body, keep_blank_values=True)
        desk = self.desk
        make = partial(desk.switchboard.create, form)
        return self._create(make if is_call else partial(desk.create, dict(form)))

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/control/record":
            return self._answer(200, self.desk.books.record())
        is_call = parts.path.startswith(CALLS)
        if self._is_refused(parts.path, CALLS if is_call else MESSAGES):
            return None
        if parts.path == f"{CALLS}.json":
            return self._answer(200, self.desk.switchboard.page(asked))
        if parts.path == f"{MESSAGES}.json":
            return self._answer(200, self.desk.page(asked))
        sid = parts.path.rpartition("/")[2].removesuffix(".json")
        known: Mapping[str, Any] = self.desk.books.messages
        found = (self.desk.switchboard.calls if is_call else known).get(sid)
        return self._answer(200, found.as_json()) if found else self._refuse(MISSING)

    def _control(self, path: str, said: Mapping[str, Any]) -> None:
        if path == "/control/faults":
            self.desk.books.set_faults(said)
            return self._answer(200, {})
        if path == "/control/calls":
            self.desk.switchboard.plays.update(said)
            return self._answer(200, {"heard": self.desk.switchboard.heard()})
        if path == "/control/inbound":
            return self._answer(200, self.desk.receive(said))
        return self._refuse(MISSING)

    def _is_refused(self, path: str, prefix: str) -> bool:
        """Whether it was answered that this is nobody we know, or no such place."""
        known = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {known}":
            self._refuse(NOT_YOU)
            return True
        if not path.startswith(prefix):
            self._refuse(MISSING)
            return True
        return False

    def _create(self, make: Callable[[], tuple[str, dict[str, Any]]]) -> None:
        try:
            fate, made = make()
        except Refusal as refusal:
            return self._refuse(refusal)
        if fate in (LOST_ANSWER, LOST_REQUEST):
            return self._hang_up()
        if fate == LATE:
            time.sleep(self.desk.books.fortune.faults.hold)
            return self._hang_up()
        if fate in (BROKE_AFTER, BROKE_BEFORE):
            return self._refuse(BROKEN)
        if fate == TOO_MANY:
            return self._refuse(TOO_FAST)
        return self._answer(201, made)

    def _refuse(self, refusal: Refusal) -> None:
        self._answer(refusal.status, refusal.as_json())

    def _answer(self, status: int, said: Mapping[str, Any]) -> None:
        content = json.dumps(said).encode()
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *args: object) -> None: ...


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """Clients are killed by the tests; nobody needs to read of each."""


def main() -> None:
    """Serve until killed; the first line printed is the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inbound", default="", help="where texts from phones go")
    asked = parser.parse_args()
    Handler.desk = Desk(asked.seed, asked.inbound)
    with Server(("127.0.0.1", asked.port), Handler) as server:
        print(server.server_address[1], flush=True)  # noqa: T201 - the caller reads it
        server.serve_forever()


if __name__ == "__main__":
    main()
