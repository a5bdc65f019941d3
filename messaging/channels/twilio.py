"""Texts by Twilio: its Messages interface of 2010-04-01, by plain requests.

Not by its own library: that sets no time limit, and its errors do not tell what was
surely not made from what is not clear (docs/adr/0023).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from messaging import errors, signature
from messaging.channels import Handed, NoCarrier, Outcome, Seen
from messaging.channels.rest import Answer, Line, NeverLeft, NoAnswer
from practice.vendors import is_vendors_own

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from messaging.channels import Parcel

VERSION = "2010-04-01"
NEWEST, PAGE = 50, 1000  # rows of a page, for a look-up and for a list
MOST_PAGES = 100
SKEW = timedelta(seconds=5)  # that the vendor's clock may be behind ours
# What the interface takes; the outbox asks for less (messaging.quiet).
SHORTEST, LONGEST = 1, 36_000
OUT, IN, UNFINISHED = "outbound-api", "inbound", "receiving"
SID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z]{1,62}")


@dataclass(frozen=True, slots=True)
class Account:
    """What the settings say of the account; secrets stay out of its words."""

    base: str
    account: str
    tokens: tuple[str, ...]
    service: str
    sender: str
    public: str

    def __repr__(self) -> str:
        return "Account()"


@dataclass(frozen=True, slots=True)
class Listed:
    """One text that came in, as the vendor's list has it."""

    vendor_id: str
    sender: str
    to: str
    body: str
    sent_at: datetime
    pictures: int = 0  # or other media, which are asked for one text at a time


class Twilio:
    """A Carrier of texts; its list of those that came in, too."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._line = Line(account.base, account.account, account.tokens)
        self._messages = f"/{VERSION}/Accounts/{account.account}/Messages"

    def hand_over(self, parcel: Parcel) -> Handed:
        form = self._form(parcel)
        try:
            answer = self._line.ask("POST", f"{self._messages}.json", form)
        except NeverLeft:
            busy = errors.meaning_of(20429)
            return Handed(Outcome.NOT_MADE, meaning=busy)
        except NoAnswer:
            return Handed(Outcome.UNCLEAR)
        return handed(answer)

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        """The newest 50, and on from there only if one of them is new enough.

        By no date of sending: what is still queued has none, and is in no such list;
        nor by the order within a page, of which the interface says nothing certain.
        """
        since = (parcel.claimed_at - SKEW).replace(microsecond=0)
        seen: list[Seen] = []
        try:
            for page in self._pages({"To": parcel.address, "PageSize": NEWEST}):
                new = [row for row in page if made_at(row) >= since]
                seen += [_seen(row) for row in new if row["direction"] != IN]
                if not new:
                    break
        except UNREADABLE:
            return None
        return seen

    def fetch(self, vendor_id: str) -> Seen | None:
        if not SID.fullmatch(vendor_id):
            return None
        try:
            answer = self._line.ask("GET", f"{self._messages}/{vendor_id}.json")
            return _seen(answer.said) if answer.is_well else None
        except UNREADABLE:
            return None

    def came_since(self, since: datetime) -> Sequence[Listed] | None:
        """The texts that came in since then, the newest first; None: it did not say."""
        asked: dict[str, str | int] = {
            "DateSent>": since.date().isoformat(),
            "PageSize": PAGE,
        }
        if self._account.sender and not self._account.service:
            asked["To"] = self._account.sender
        try:
            rows = [row for page in self._pages(asked) for row in page if _is_in(row)]
            return [_listed(row) for row in rows if _sent(row) >= since]
        except UNREADABLE:
            return None

    def media_of(self, vendor_id: str) -> Sequence[tuple[str, str]] | None:
        """What came with a text, by address and type; None where nobody said."""
        try:
            answer = self._line.ask("GET", f"{self._messages}/{vendor_id}/Media.json")
            if not answer.is_well:
                return [] if errors.is_surely_not_made(answer.status) else None
            base = self._account.base.rstrip("/")
            return [
                (base + str(one["uri"]).removesuffix(".json"), str(one["content_type"]))
                for one in answer.said["media_list"]
            ]
        except UNREADABLE:
            return None

    def _form(self, parcel: Parcel) -> Mapping[str, str | int]:
        account = self._account
        seconds = int(parcel.validity.total_seconds())
        by = {"From": account.sender}
        if account.service:
            by = {"MessagingServiceSid": account.service}
        return {
            "To": parcel.address,
            "Body": parcel.body,
            **by,
            "StatusCallback": callback(account.public, parcel.delivery_id),
            "ValidityPeriod": min(max(seconds, SHORTEST), LONGEST),
        }

    def _pages(
        self, asked: Mapping[str, str | int]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        """A list, page after page. Raises what is in UNREADABLE."""
        answer = self._line.ask("GET", f"{self._messages}.json", asked)
        for _page in range(MOST_PAGES):
            if not answer.is_well:
                raise NoAnswer
            yield answer.said["messages"]
            following = str(answer.said.get("next_page_uri") or "")
            if not following:
                return
            following = following.removeprefix(self._account.base.rstrip("/"))
            if not following.startswith(f"{self._messages}.json?"):
                raise NoAnswer  # our token goes nowhere else
            answer = self._line.ask("GET", following)
        raise NoAnswer


# What an answer raises that is not as it is published, and where none came.
UNREADABLE = (NeverLeft, NoAnswer, KeyError, TypeError, ValueError)


def callback(public: str, delivery_id: int) -> str:
    """Where the vendor reports what became of a delivery; our own id comes along."""
    return f"{_reports(public)}?m={delivery_id}"


@cache
def _reports(public: str) -> str:
    return signature.address(public, reverse("twilio_status"))


def carrier() -> Twilio:
    """The account of the settings. Raises NoCarrier where they lack something."""
    account = Account(
        base=settings.TWILIO_BASE_URL,
        account=settings.TWILIO_ACCOUNT_SID,
        tokens=tuple(settings.TWILIO_AUTH_TOKENS),
        service=settings.TWILIO_MESSAGING_SERVICE_SID,
        sender=settings.TWILIO_FROM,
        public=settings.PUBLIC_BASE_URL,
    )
    has_sender = account.service or account.sender
    has_keys = SID.fullmatch(account.account) and account.tokens
    if not (has_keys and has_sender and is_vendors_own(account.base)):
        raise NoCarrier(_("Texts are not set up: see “manage.py check”."))
    return _twilio(account)


@cache
def _twilio(account: Account) -> Twilio:
    return Twilio(account)


def handed(answer: Answer) -> Handed:
    """What an answer to a parcel means; a success without an id is not clear."""
    code = answer.said.get("code")
    if answer.is_well:
        try:
            sid = sid_of(answer.said)
        except (KeyError, ValueError):
            return Handed(Outcome.UNCLEAR)
        word = word_of(answer.said)
        return Handed(Outcome.TAKEN, sid, word, code=code_of(answer.said))
    meaning = errors.of_answer(answer.status, code)
    if meaning is None:
        return Handed(Outcome.UNCLEAR, code=str(code or ""))
    return Handed(
        Outcome.NOT_MADE, code=str(code or ""), meaning=meaning, wait=answer.wait
    )


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(
        vendor_id=sid_of(row),
        sender=str(row["from"]),
        to=str(row["to"]),
        body=str(row["body"] or ""),
        sent_at=_sent(row),
        pictures=int(row.get("num_media") or 0),
    )


def _seen(row: Mapping[str, Any]) -> Seen:
    return Seen(
        vendor_id=sid_of(row),
        word=word_of(row),
        code=code_of(row),
        body=str(row["body"] or ""),
        made_at=made_at(row),
    )


def sid_of(row: Mapping[str, Any]) -> str:
    """Raises ValueError for what is no id: it stands in addresses and in our rows."""
    if not SID.fullmatch(sid := str(row["sid"])):
        raise ValueError("no such id")
    return sid


def word_of(row: Mapping[str, Any]) -> str:
    return str(row.get("status") or "").lower()


def _is_in(row: Mapping[str, Any]) -> bool:
    """Whether it came from a phone, all of it."""
    return bool(row["direction"] == IN) and word_of(row) != UNFINISHED


def code_of(row: Mapping[str, Any]) -> str:
    return str(row.get("error_code") or "")


def _sent(row: Mapping[str, Any]) -> datetime:
    name = "date_sent" if row.get("date_sent") else "date_created"
    return when(row, name)


def made_at(row: Mapping[str, Any]) -> datetime:
    name = "date_created" if row.get("date_created") else "date_updated"
    return when(row, name)


def when(row: Mapping[str, Any], name: str) -> datetime:
    """RFC 2822; “-0000” is UTC as well. Raises ValueError, TypeError."""
    at = parsedate_to_datetime(row[name])
    return at if at.tzinfo else at.replace(tzinfo=UTC)
