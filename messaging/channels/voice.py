"""Calls by Twilio: its Calls interface of 2010-04-01, by the line that texts use.

What is said is asked of us once somebody, or a machine, has taken the call: nothing
of a message is handed over beforehand (messaging.calling).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from messaging import errors, signature
from messaging.channels import Handed, NoCarrier, Outcome, Seen, twilio
from messaging.channels.rest import Line, NeverLeft, NoAnswer
from messaging.channels.twilio import NEWEST, OUT, SID, SKEW, UNREADABLE, Account
from practice.vendors import is_vendors_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from messaging.channels import Parcel

RINGS, LONGEST = 25, 180  # seconds that it rings, and that a call may last
# Every word is asked for; the last comes in any case.
WORDS = ("initiated", "ringing", "answered", "completed")
# A machine is waited for until its tone, so that what is left on it is heard whole.
DETECTION, DETECTED_WITHIN = "DetectMessageEnd", 20


class Voice:
    """A Carrier of calls."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._line = Line(account.base, account.account, account.tokens)
        self._calls = f"/{twilio.VERSION}/Accounts/{account.account}/Calls"

    def hand_over(self, parcel: Parcel) -> Handed:
        try:
            answer = self._line.ask("POST", f"{self._calls}.json", self._form(parcel))
        except NeverLeft:
            return Handed(Outcome.NOT_MADE, meaning=errors.meaning_of(20429))
        except NoAnswer:
            return Handed(Outcome.UNCLEAR)
        return twilio.handed(answer)

    def look_up(self, parcel: Parcel) -> Sequence[Seen] | None:
        """The newest 50 to the number that we made; an older one ends the search."""
        since = (parcel.claimed_at - SKEW).replace(microsecond=0)
        asked: dict[str, str | int] = {
            "To": parcel.address,
            "From": self._account.sender,
            "PageSize": NEWEST,
        }
        try:
            answer = self._line.ask("GET", f"{self._calls}.json", asked)
            if not answer.is_well:
                return None
            rows = [row for row in answer.said["calls"] if row["direction"] == OUT]
            found = [_seen(row) for row in rows]
        except UNREADABLE:
            return None
        return [one for one in found if one.made_at >= since]

    def fetch(self, vendor_id: str) -> Seen | None:
        if not SID.fullmatch(vendor_id):
            return None
        try:
            answer = self._line.ask("GET", f"{self._calls}/{vendor_id}.json")
            return _seen(answer.said) if answer.is_well else None
        except UNREADABLE:
            return None

    def _form(self, parcel: Parcel) -> Sequence[tuple[str, str | int]]:
        public, mine = self._account.public, parcel.delivery_id
        return [
            ("To", parcel.address),
            ("From", self._account.sender),
            ("Url", signature.address(public, taken_up(mine))),
            ("Method", "POST"),
            ("StatusCallback", signature.address(public, told(mine))),
            ("StatusCallbackMethod", "POST"),
            *(("StatusCallbackEvent", word) for word in WORDS),
            ("MachineDetection", DETECTION),
            ("MachineDetectionTimeout", DETECTED_WITHIN),
            ("Timeout", RINGS),
            ("TimeLimit", LONGEST),
        ]


def begun() -> str:
    """Where the vendor asks what to do with a call that comes in."""
    return reverse("twilio_voice")


def taken_up(delivery_id: int) -> str:
    """Where the vendor asks what to say; our own id comes along, and nothing else."""
    return f"{reverse('twilio_voice')}?{urlencode({'m': delivery_id})}"


def told(delivery_id: int | None) -> str:
    """Where it reports how a call stands; one that came in has no id of ours."""
    path = reverse("twilio_status")
    return f"{path}?{urlencode({'m': delivery_id})}" if delivery_id else path


def carrier() -> Voice:
    """The account of the settings. Raises NoCarrier where they lack something."""
    account = Account(
        base=settings.TWILIO_BASE_URL,
        account=settings.TWILIO_ACCOUNT_SID,
        tokens=tuple(settings.TWILIO_AUTH_TOKENS),
        service="",
        sender=settings.TWILIO_VOICE_FROM,
        public=settings.PUBLIC_BASE_URL,
    )
    has_keys = SID.fullmatch(account.account) and account.tokens
    if not (has_keys and account.sender and is_vendors_own(account.base)):
        raise NoCarrier(_("Calls are not set up: see “manage.py check”."))
    return _voice(account)


@cache
def _voice(account: Account) -> Voice:
    return Voice(account)


def _seen(row: Mapping[str, Any]) -> Seen:
    """A call has no words of its own to compare."""
    word = str(row["status"])
    return Seen(
        vendor_id=twilio.sid_of(row),
        word=word,
        code=errors.code_of_call(word),
        body="",
        made_at=twilio.when(row, "date_created"),
    )
