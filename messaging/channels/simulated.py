"""The demo's carrier: texts to phones that exist in this database only.

It behaves as the vendor and the phone companies do: a stop word blocks until START,
what is blocked is refused, statuses come later, twice or never. What phones text and
what becomes of texts reaches the site by its own signed webhooks.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consent import addresses, words
from messaging import errors
from messaging.channels import Handed, NoCarrier, Outcome, Seen, in_process
from messaging.channels.twilio import SKEW, VERSION, Listed
from messaging.models import SimulatedPhone, SimulatedText
from messaging.models.vendors import Fate, Way
from practice import clock
from practice.models import ContactKind, ContactPoint
from practice.modes import Mode
from practice.vendors import SIMULATED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.channels import Parcel

NUMBER = "+12125550100"  # ours, where the settings name none
BLOCKED = 21610
AT_ONCE = 200  # texts that are reported in one turn
# What is said of a text, in order, and the error that it ends with.
TOLD: Mapping[str, tuple[tuple[str, ...], str]] = {
    Fate.DELIVER: (("sent", "delivered"), ""),
    Fate.UNDELIVERABLE: (("sent", "undelivered"), "30003"),
    Fate.LANDLINE: (("undelivered",), "30006"),
    Fate.FILTERED: (("undelivered",), "30007"),
    Fate.LOST: ((), ""),
    Fate.DOUBLED: (("delivered", "sent", "delivered", "sent"), ""),
    Fate.TIMED_OUT: (("sent", "delivered"), ""),
}
# What a phone company answers by itself to a word that it knows.
ANSWERS = {
    words.Heard.STOP: "You have successfully been unsubscribed. You will not receive "
    "any more messages from this number. Reply START to resubscribe.",
    words.Heard.START: "You have successfully been re-subscribed to messages from "
    "this number. Reply HELP for help. Reply STOP to unsubscribe.",
    words.Heard.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class Simulated:
    """A Carrier of texts that are stored, and go nowhere."""

    def hand_over(self, parcel: Parcel) -> Handed:
        if is_blocked(parcel.address):
            meaning = errors.meaning_of(BLOCKED)
            return Handed(Outcome.NOT_MADE, code=str(BLOCKED), meaning=meaning)
        fate = phone_of(parcel.address).fate
        row = SimulatedText.objects.create(
            vendor_id=new_id(),
            way=Way.OUT,
            address=parcel.address,
            body=parcel.body,
            word="queued",
            fate=fate,
            delivery_id=parcel.delivery_id,
            made_at=parcel.claimed_at,
            shown_at=parcel.claimed_at + clock.offset(),
            is_told=False,
        )
        if fate == Fate.TIMED_OUT:
            return Handed(Outcome.UNCLEAR)
        return Handed(Outcome.TAKEN, vendor_id=row.vendor_id, word=row.word)

    def look_up(self, parcel: Parcel) -> Sequence[Seen]:
        rows = SimulatedText.objects.filter(way=Way.OUT, address=parcel.address)
        rows = rows.filter(made_at__gte=parcel.claimed_at - SKEW)
        return [_seen(row) for row in rows.order_by("-pk")]

    def fetch(self, vendor_id: str) -> Seen | None:
        row = SimulatedText.objects.filter(vendor_id=vendor_id).first()
        return _seen(row) if row else None

    def came_since(self, since: datetime) -> Sequence[Listed]:
        rows = SimulatedText.objects.filter(way=Way.IN, made_at__gte=since)
        return [
            Listed(row.vendor_id, row.address, number(), row.body, row.made_at)
            for row in rows.order_by("-pk")
        ]


def carrier() -> Simulated:
    """Raises NoCarrier in production, which does not even start with it."""
    if settings.MODE is Mode.PRODUCTION:
        raise NoCarrier(_("Nobody is texted by a simulated phone."))
    return Simulated()


def is_in_use() -> bool:
    """Whether texts go to the simulated phones."""
    return settings.SMS_BACKEND == SIMULATED and settings.MODE is not Mode.PRODUCTION


# What the page of the phones does ---------------------------------------------
def reply(address: str, body: str, *, now: datetime) -> SimulatedText:
    """Somebody texts the practice from a phone; it calls as the vendor would."""
    heard = words.bare(body)
    row = SimulatedText.objects.create(
        vendor_id=new_id(),
        way=Way.IN,
        address=phone_of(address).address,
        body=body,
        keyword="" if heard is words.Heard.NOTHING else heard.upper(),
        word="received",
        made_at=now,
        shown_at=now,
    )
    _call(
        row, reverse("twilio_inbound"), {"Body": body, "SmsStatus": "received"}, now=now
    )
    if heard in ANSWERS:
        SimulatedText.objects.create(
            vendor_id=new_id(),
            way=Way.REPLY,
            address=row.address,
            body=ANSWERS[heard],
            word="delivered",
            made_at=now,
            shown_at=now,
        )
    return row


def set_fate(address: str, fate: str) -> SimulatedPhone:
    """What happens from now on to texts to a phone. Raises ValueError."""
    phone, _is_new = SimulatedPhone.objects.update_or_create(
        address=addresses.normal(address), defaults={"fate": Fate(fate)}
    )
    return phone


def phone_of(address: str) -> SimulatedPhone:
    """The phone with a number: every number has one."""
    return SimulatedPhone.objects.get_or_create(address=addresses.normal(address))[0]


def make_phones() -> int:
    """A phone for every number on a chart that has none yet; answers how many."""
    if not is_in_use():
        return 0
    taken = ContactPoint.objects.filter(kind=ContactKind.PHONE, ended_at=None)
    numbers = {str(one) for one in taken.values_list("phone", flat=True)}
    numbers -= set(SimulatedPhone.objects.values_list("address", flat=True))
    new = [SimulatedPhone(address=one) for one in sorted(numbers)]
    SimulatedPhone.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def report(*, now: datetime) -> int:
    """PROMPT: tell the site what became of texts that nobody told it of yet."""
    if not is_in_use():
        return 0
    rows = list(SimulatedText.objects.filter(is_told=False).order_by("pk")[:AT_ONCE])
    # Whoever marks a text tells of it: nobody else does.
    return sum(_tell(row, now=now) for row in rows if _is_mine(row))


def forget(*, before: datetime) -> None:
    """Delete what the phones of the demo said and got before a moment."""
    SimulatedText.objects.filter(shown_at__lt=before, is_told=True).delete()


def is_blocked(address: str) -> bool:
    """Whether the phone's last keyword was a stop word."""
    said = SimulatedText.objects.filter(address=address, keyword__in=["STOP", "START"])
    newest = said.order_by("-pk").values_list("keyword", flat=True).first()
    return newest == "STOP"


def number() -> str:
    return settings.TWILIO_FROM or NUMBER


def new_id() -> str:
    return f"SM{uuid.uuid4().hex}"


def _is_mine(row: SimulatedText) -> bool:
    mine = SimulatedText.objects.filter(pk=row.pk, is_told=False)
    last = (TOLD[row.fate][0] or ("delivered",))[-1]
    word = "delivered" if row.fate == Fate.DOUBLED else last
    return bool(mine.update(is_told=True, word=word, code=TOLD[row.fate][1]))


def _tell(row: SimulatedText, *, now: datetime) -> int:
    """Each status once, but as its fate has it; an error comes with the last."""
    told, code = TOLD[row.fate]
    query = urlencode({"m": row.delivery_id or ""})
    for word in told:
        more = {"ErrorCode": code} if code and word == told[-1] else {}
        fields = {"MessageStatus": word, "SmsStatus": word, **more}
        _call(row, f"{reverse('twilio_status')}?{query}", fields, now=now)
    return 1


def _call(
    row: SimulatedText, path: str, fields: Mapping[str, str], *, now: datetime
) -> None:
    """The form of the vendor; whether it arrives is the site's affair."""
    is_in = row.way == Way.IN
    sender, to = (row.address, number()) if is_in else (number(), row.address)
    form = {"MessageSid": row.vendor_id, "SmsSid": row.vendor_id, "ApiVersion": VERSION}
    form |= {"From": sender, "To": to, "NumMedia": "0", **fields}
    in_process.post(path, form, now=now)


def _seen(row: SimulatedText) -> Seen:
    return Seen(row.vendor_id, row.word, row.code, row.body, row.made_at)
