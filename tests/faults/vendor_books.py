"""What the stand-in of the vendor knows: messages, who wants no more, its record."""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.faults.vendor_fates import MADE, Faults, Fortune

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-the-stand-in"
SERVICE, NUMBER = "MG" + "b" * 32, "+12125550100"
VERSION = "2010-04-01"
STOPS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
STARTS = {"START", "YES", "UNSTOP"}
MOST_CHARACTERS = 1600
ENDED = {"delivered", "undelivered", "failed"}
NOT_SENT = {"accepted", "queued", "sending", "failed"}


class Refusal(Exception):
    """What the vendor does not take: an HTTP status and its own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def as_json(self) -> dict[str, Any]:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        said = {"code": self.code, "message": self.message, "more_info": more}
        return {**said, "status": self.status}


@dataclass
class Message:
    sid: str
    to: str
    sender: str
    body: str
    status: str
    service: str = ""
    direction: str = "outbound-api"
    callback: str = ""
    error: str = ""
    fate: str = ""
    made_at: datetime = field(default_factory=lambda: datetime.now(UTC))  # noqa: TID251
    sent_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """The resource as the interface publishes it."""
        uri = f"/{VERSION}/Accounts/{ACCOUNT}/Messages/{self.sid}"
        has_sender = bool(self.sender)
        return {
            "account_sid": ACCOUNT,
            "api_version": VERSION,
            "body": self.body,
            "date_created": format_datetime(self.made_at),
            "date_sent": self.sent_at and format_datetime(self.sent_at),
            "date_updated": format_datetime(self.sent_at or self.made_at),
            "direction": self.direction,
            "error_code": int(self.error) if self.error else None,
            "error_message": None,
            "from": self.sender or None,
            "messaging_service_sid": self.service or None,
            "num_media": "0",
            "num_segments": "1" if has_sender else "0",
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


class Books:
    """Every message, in the order in which they were made; safe among threads."""

    def __init__(self, seed: int) -> None:
        self.lock = threading.RLock()
        self.fortune = Fortune(seed, Faults())
        self.messages: dict[str, Message] = {}
        self.of_number: defaultdict[str, list[Message]] = defaultdict(list)
        self.requests: Counter[str] = Counter()
        self.fates: Counter[str] = Counter()
        self.reports: Counter[str] = Counter()
        self.stopped: set[str] = set()
        self.pending = 0

    def set_faults(self, said: Mapping[str, Any]) -> None:
        self.fortune = Fortune(self.fortune.seed, Faults.read(said))

    def create(self, form: Mapping[str, str]) -> tuple[str, Message | None]:
        """A request's fate, and the message if one was made. Raises Refusal."""
        to = form.get("To", "")
        with self.lock:
            self.requests[to] += 1
            count = self.requests[to]
            fate = self.fortune.of_request(to, count)
            self.fates[fate or "well"] += 1
            if fate and fate not in MADE:
                return fate, None
            self._check(form, to)
            message = self._made(form, to, self.fortune.name("SM", to, count))
            message.fate = fate
            return fate, message

    def receive(self, to: str, sender: str, body: str) -> tuple[Message, str]:
        """A text from a phone, and the keyword that it is: STOP, START or none."""
        word = body.strip().upper()
        with self.lock:
            sid = self.fortune.name("SM", "inbound", sender, len(self.messages))
            message = Message(sid, to, sender, body, "received", direction="inbound")
            message.sent_at = message.made_at
            self.messages[sid] = message
            self.of_number[to].append(message)
            if word in STOPS:
                self.stopped.add(sender)
                return message, "STOP"
            if word in STARTS:
                self.stopped.discard(sender)
                return message, "START"
        return message, "HELP" if word in ("HELP", "INFO") else ""

    def advance(self, message: Message, status: str, error: str = "") -> None:
        """Its next status; where threads overtake each other, its end stays its end."""
        with self.lock:
            if message.status in ENDED:
                return
            message.status, message.error = status, error
            message.sender = message.sender or NUMBER
            if status not in NOT_SENT and message.sent_at is None:
                message.sent_at = datetime.now(UTC)  # noqa: TID251 - its own clock

    def record(self) -> dict[str, Any]:
        """What was taken, for whom, and what went wrong on the way."""
        taken: dict[str, list[dict[str, str]]] = defaultdict(list)
        with self.lock:
            for one in self.messages.values():
                if one.direction == "outbound-api":
                    row = {"sid": one.sid, "body": one.body, "status": one.status}
                    taken[one.to].append({**row, "error": one.error, "fate": one.fate})
            return {
                "taken": taken,
                "requests": dict(self.requests),
                "fates": dict(self.fates),
                "reports": dict(self.reports),
                "stopped": sorted(self.stopped),
                "pending": self.pending,
            }

    def _check(self, form: Mapping[str, str], to: str) -> None:
        """Raise the refusal that the interface documents for such a form."""
        body, sender = form.get("Body", ""), form.get("From", "")
        code = self.fortune.faults.numbers.get(to, 0)
        refusals = (
            (not to, 21604, "A 'To' phone number is required."),
            (not re.fullmatch(r"\+[1-9]\d{6,14}", to), 21211, "Invalid 'To' number."),
            (not body, 21602, "Message body is required."),
            (len(body) > MOST_CHARACTERS, 21617, "The message body is too long."),
            (not sender and not form.get("MessagingServiceSid"), 21603, "No 'From'."),
            (sender not in ("", NUMBER), 21606, "'From' is not a number of yours."),
            (to in self.stopped, 21610, "Attempt to send to unsubscribed recipient"),
            (0 < code < 30000, code, "As the test asked for."),
        )
        for is_so, number, words in refusals:
            if is_so:
                raise Refusal(400, number, words)

    def _made(self, form: Mapping[str, str], to: str, sid: str) -> Message:
        service = form.get("MessagingServiceSid", "")
        message = Message(
            sid=sid,
            to=to,
            sender=form.get("From", ""),
            body=form["Body"],
            status="accepted" if service else "queued",
            service=service,
            callback=form.get("StatusCallback", ""),
        )
        self.messages[sid] = message
        self.of_number[to].append(message)
        return message
