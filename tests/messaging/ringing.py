"""What tests of phone calls share: the vendor's forms, and the demo's phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from messaging.channels import simulated_calls
from messaging.models import IncomingCall, SimulatedCall
from tests.cast import MONDAY
from tests.messaging.hooking import ACCOUNT, OURS, PHONE, STATUS, VOICE, call

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.models import ContactPoint


def set_up(settings: Any) -> None:
    """The settings of a demo: phones that exist in the database only."""
    settings.SMS_BACKEND = "simulated"
    settings.PUBLIC_BASE_URL = "http://localhost:8000"


def sid(number: int = 1) -> str:
    return f"CA{number:032x}"


def form(number: int = 1, *, is_in: bool = True, **more: str) -> dict[str, str]:
    """The form of a call; it came in unless given otherwise."""
    sender, to = (PHONE, OURS) if is_in else (OURS, PHONE)
    form = {"CallSid": sid(number), "AccountSid": ACCOUNT, "From": sender, "To": to}
    form["Direction"] = "inbound" if is_in else "outbound-api"
    return form | {"CallStatus": "in-progress", "ApiVersion": "2010-04-01"} | more


def ask(form: dict[str, str], **query: Any) -> str:
    """What the site says to a step of a call."""
    path = VOICE + (f"?{urlencode(query)}" if query else "")
    answer = call(path, form)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def read(said: str) -> ElementTree.Element:
    """An answer of our own site, understood."""
    return ElementTree.fromstring(said)  # noqa: S314 - we wrote it


def report(word: str, form: dict[str, str], **query: Any) -> HttpResponse:
    path = STATUS + (f"?{urlencode(query)}" if query else "")
    return call(path, form | {"CallStatus": word})


# For the walk through all addresses.
SUBJECTS = {"calls/<id:pk>": lambda subjects: {"pk": subjects["call"].pk}}


def comes_in(contact: ContactPoint) -> IncomingCall:
    """A call that rings, from somebody's number."""
    return IncomingCall.objects.create(
        vendor_id=sid(77), address=str(contact.phone), came_at=MONDAY
    )


def newest() -> SimulatedCall:
    return SimulatedCall.objects.latest("pk")


def go(call: SimulatedCall, *keys: str, now: Any) -> SimulatedCall:
    """Press keys one after the other."""
    for key in keys:
        simulated_calls.press(call, key, now=now)
    return call
