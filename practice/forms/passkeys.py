"""Forms that take what a passkey says, or what a script sends in its place."""

from __future__ import annotations

import json
import re
import struct
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _
from fido2 import cbor
from fido2.utils import websafe_decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allauth.mfa.models import Authenticator

# What reading an answer raises that is not as it should be; no database's faults.
BROKEN: tuple[type[Exception], ...] = (AssertionError, AttributeError, LookupError)
BROKEN += (NotImplementedError, RecursionError, TypeError, ValueError, struct.error)
# A real answer has a few thousand; reading takes the square of the length.
LONGEST = 32_000
NO_TEXT = re.compile(r"\\u(0000|d[89a-f])", re.IGNORECASE)
BYTES = ["clientDataJSON", "authenticatorData", "signature", "userHandle"]
BYTES += ["attestationObject"]


class PasskeyAnswer(forms.JSONField):
    """What a passkey says: an object in JSON.

    What is too long or too deep to be read, no text that a database takes, or a
    number in the place of bytes, is no answer.
    """

    default_error_messages = {
        "invalid": _("That is not what a passkey says. Try again.")
    }

    def to_python(self, value: Any) -> Any:
        answer, is_whole = None, False
        with suppress(*BROKEN):
            answer = super().to_python(value) if _is_text(value) else ""
            is_whole = answer is None or _is_whole(answer)
        if not is_whole:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return answer

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer is good for once, so no page holds it again."""
        return None


@contextmanager
def broken_is_wrong() -> Iterator[None]:
    """Take an answer that no passkey gives for a wrong one.

    What reads it stumbles over every missing name and every cut byte.
    """
    try:
        yield
    except BROKEN:
        raise get_adapter().validation_error("incorrect_code") from None


class SecondFactorByPasskey(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey at sign-in, after the password."""

    credential = PasskeyAnswer(widget=forms.HiddenInput)

    @broken_is_wrong()
    def clean_credential(self) -> Authenticator:
        return super().clean_credential()


class SignInByPasskey(SecondFactorByPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey alone."""


class AgainByPasskey(SecondFactorByPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey asked again before something sensitive."""


class EnrolPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """The ceremony that adds a passkey also proves it in this session."""

    credential = PasskeyAnswer(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.initial, alone.label = True, _("Sign in with it alone")
        alone.help_text = _(
            "No password then: the device asks for your fingerprint, face or PIN. "
            "Take the tick away for a key that has none of these."
        )

    @broken_is_wrong()
    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean()
        if answers.get("credential"):
            record_authentication(context.request, self.user, "mfa", type="webauthn")
        return answers


def _is_text(value: Any) -> bool:
    return len(str(value)) <= LONGEST and not NO_TEXT.search(str(value))


def _is_whole(answer: Any) -> bool:
    """Whether all that stands for bytes is text, also in what that says.

    Of a number the library would make as many bytes as it says: all the memory.
    """
    response = answer["response"]
    texts = [answer.get("id"), answer.get("rawId"), *map(response.get, BYTES)]
    if not all(isinstance(text, str | None) for text in texts):
        return False
    client = json.loads(websafe_decode(response["clientDataJSON"]).decode())
    if "attestationObject" in response:
        said: Any = cbor.decode(websafe_decode(response["attestationObject"]))
        if not isinstance(said["authData"], bytes):
            return False
    return isinstance(client["challenge"], str)
