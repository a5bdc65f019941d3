"""What tests of the webhooks share: the vendor's account, its forms, its signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.test import Client

from messaging import signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token-of-tests"
PUBLIC = "https://wellhouse.example"
PHONE, OURS = "+12125550187", "+12125550100"
INBOUND, STATUS = "/hooks/twilio/inbound", "/hooks/twilio/status"
VOICE = "/hooks/twilio/voice"
FORM_TYPE = "application/x-www-form-urlencoded"


def set_up(settings: Any) -> None:
    """The settings of a site that texts by the vendor."""
    settings.SMS_BACKEND = "twilio"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS = ACCOUNT, [TOKEN]
    settings.TWILIO_MESSAGING_SERVICE_SID, settings.TWILIO_FROM = "", OURS
    settings.PUBLIC_BASE_URL = PUBLIC


class Taken:
    """Stands in for conversations and the outbox; goes wrong for what is `bad`."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.words: list[dict[str, Any]] = []
        self.bad: set[str] = set()

    def receive(self, inbound: Any, *, now: Any) -> None:
        self._break_at(inbound.vendor_id)
        self.messages.append(inbound)

    def hear(self, **said: Any) -> None:
        self._break_at(said["vendor_id"])
        self.words.append(said)

    def _break_at(self, vendor_id: str) -> None:
        if vendor_id in self.bad:
            raise ZeroDivisionError


def sid(number: int = 1) -> str:
    return f"SM{number:032x}"


def text(body: str = "Hello", number: int = 1, **more: str) -> dict[str, str]:
    """The form of a text that came in."""
    form = {"MessageSid": sid(number), "SmsSid": sid(number), "AccountSid": ACCOUNT}
    form |= {"From": PHONE, "To": OURS, "Body": body, "NumMedia": "0"}
    return form | {"SmsStatus": "received", "ApiVersion": "2010-04-01"} | more


def report(word: str = "delivered", number: int = 1, **more: str) -> dict[str, str]:
    """The form of a status."""
    form = {"MessageSid": sid(number), "SmsSid": sid(number), "AccountSid": ACCOUNT}
    form |= {"From": OURS, "To": PHONE, "MessageStatus": word, "SmsStatus": word}
    return form | more


def call(
    path: str, form: Mapping[str, str], *, token: str = TOKEN, **head: str
) -> HttpResponse:
    """Post a form as the vendor does, signed over the public address."""
    signed = signature.sign_form(address=PUBLIC + path, form=form, token=token)
    body = urlencode(form, errors="surrogatepass")
    headers = {"X-Twilio-Signature": signed} | head
    return Client().post(path, body, content_type=FORM_TYPE, headers=headers)  # type: ignore[return-value]
