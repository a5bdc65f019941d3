"""E-mail: by SMTP, or by any vendor that django-anymail knows, as the settings say.

Plain text, no pictures, no counting of who opened what. A mail that was taken is
"sent": what becomes of it afterwards nobody reports.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
from email.utils import parseaddr
from typing import TYPE_CHECKING

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from messaging import errors
from messaging.channels import Handed, Outcome, mail_stops
from messaging.errors import Kind, Meaning

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from messaging.channels import Parcel, Seen

LONGEST_ID = 64
BUSY = Meaning(
    Kind.RETRY_LATER,
    gettext_lazy("The mail service was busy. It is tried again by itself."),
    retries=5,
)
REFUSES_US = Meaning(
    Kind.STOP_CHANNEL,
    gettext_lazy("The mail service refuses us. No e-mails leave until it is mended."),
)
NO_ADDRESS = Meaning(
    Kind.FLAG_NUMBER,
    gettext_lazy("This e-mail address cannot be reached. Ask for another one."),
)
NOT_TAKEN = Meaning(
    Kind.GIVE_UP, gettext_lazy("The mail service did not take it. Call instead.")
)
# What django-anymail says of one recipient; anything else is on its way.
_REFUSED = {"invalid": NO_ADDRESS, "rejected": NO_ADDRESS, "failed": NOT_TAKEN}
_BY_STATUS = {
    errors.TOO_MANY_REQUESTS: BUSY,
    errors.UNAUTHORISED: REFUSES_US,
    errors.FORBIDDEN: REFUSES_US,
}
logger = logging.getLogger(__name__)


class Mail:
    """A Carrier of e-mails."""

    def hand_over(self, parcel: Parcel) -> Handed:
        message = letter(parcel)
        try:
            line = mail.get_connection()
            line.open()
        except (OSError, smtplib.SMTPException, ImproperlyConfigured) as fault:
            return _not_made(_of_opening(fault), fault)
        try:
            return _sent(line, message)
        finally:
            _close(line)

    def look_up(self, parcel: Parcel) -> None:
        """No vendor lists mails by address: a person finds out."""

    def fetch(self, vendor_id: str) -> Seen | None:
        return None


def carrier() -> Mail:
    return Mail()


def letter(parcel: Parcel) -> mail.EmailMessage:
    """The mail of a parcel; the same delivery always has the same Message-ID."""
    headers = {
        "Message-ID": f"<{_name(parcel)}@{_domain()}>",
        "Content-Language": parcel.language,
        "Auto-Submitted": "auto-generated",  # RFC 3834: no absence note answers it
    }
    if stop := mail_stops.address(parcel):
        headers["List-Unsubscribe"] = f"<{stop}>"
    with override(parcel.language):
        subject = " ".join(parcel.subject.split()) or _("A message for you")
    return mail.EmailMessage(
        subject,
        parcel.body,
        settings.DEFAULT_FROM_EMAIL,
        [parcel.address],
        headers=headers,
    )


def _sent(line: BaseEmailBackend, message: mail.EmailMessage) -> Handed:
    try:
        line.send_messages([message])
    except smtplib.SMTPException as fault:
        return _of_smtp(fault)
    except (AnymailError, ImproperlyConfigured) as fault:
        return _of_vendor(fault)
    except OSError:  # the line broke while it was on its way
        return Handed(Outcome.UNCLEAR)
    return _taken(message)


def _taken(message: mail.EmailMessage) -> Handed:
    """The vendor's own id and word, where there is a vendor."""
    status = getattr(message, "anymail_status", None)
    words = set(getattr(status, "status", None) or ())
    for word in words & set(_REFUSED):
        return Handed(Outcome.NOT_MADE, code=word, meaning=_REFUSED[word])
    own = str(message.extra_headers["Message-ID"])[1:].partition("@")[0]
    given = getattr(status, "message_id", None)
    word = "queued" if "queued" in words else "sent"
    return Handed(Outcome.TAKEN, _short(str(given)) if given else own, word)


def _of_opening(fault: Exception) -> Meaning:
    is_lasting = isinstance(
        fault, smtplib.SMTPAuthenticationError | ImproperlyConfigured
    )
    return REFUSES_US if is_lasting else BUSY


def _of_smtp(fault: smtplib.SMTPException) -> Handed:
    """RFC 5321: a reply of 4yz or 5yz took nothing; without one, nobody knows."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in fault.recipients.values()]
        is_lasting = bool(codes) and min(codes) >= 500
        return _not_made(NO_ADDRESS if is_lasting else BUSY, fault)
    if isinstance(fault, smtplib.SMTPSenderRefused | smtplib.SMTPAuthenticationError):
        is_lasting = fault.smtp_code >= 500
        return _not_made(REFUSES_US if is_lasting else BUSY, fault)
    if isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 400:
        return _not_made(NOT_TAKEN if fault.smtp_code >= 500 else BUSY, fault)
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return _not_made(NOT_TAKEN, fault)
    return Handed(Outcome.UNCLEAR)


def _of_vendor(fault: Exception) -> Handed:
    if isinstance(fault, AnymailRecipientsRefused):
        return _not_made(NO_ADDRESS, fault)
    if not isinstance(fault, AnymailAPIError):  # it did not get as far as the vendor
        return _not_made(REFUSES_US, fault)
    status = fault.status_code
    if status is None:
        if _found_nobody(fault):
            return _not_made(BUSY, fault)
        return Handed(Outcome.UNCLEAR)
    if not errors.is_surely_not_made(status):
        return Handed(Outcome.UNCLEAR, code=str(status))
    meaning = _BY_STATUS.get(status, NOT_TAKEN)
    return Handed(Outcome.NOT_MADE, code=str(status), meaning=meaning)


def _found_nobody(fault: Exception) -> bool:
    """Whether the vendor's machine was never reached, as requests tells it."""
    cause = fault.__cause__
    reason = getattr(next(iter(cause.args), None), "reason", None) if cause else None
    return isinstance(cause, ConnectTimeout) or isinstance(reason, NewConnectionError)


def _not_made(meaning: Meaning, fault: Exception) -> Handed:
    code = getattr(fault, "smtp_code", "")
    logger.warning("A mail was not taken.", extra={"kind": type(fault).__name__})
    return Handed(Outcome.NOT_MADE, code=str(code), meaning=meaning)


def _close(line: BaseEmailBackend) -> None:
    try:
        line.close()
    except (OSError, smtplib.SMTPException):
        logger.warning("A mail server did not say goodbye.")


def _name(parcel: Parcel) -> str:
    """What stands before the @; nobody counts our mails by it."""
    digest = salted_hmac("messaging.channels.mail", str(parcel.delivery_id)).hexdigest()
    return f"wellhouse-{digest[:32]}"


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _short(vendor_id: str) -> str:
    """An id as it is, or its digest where that is too long for our rows."""
    if len(vendor_id) <= LONGEST_ID:
        return vendor_id
    return hashlib.sha256(vendor_id.encode()).hexdigest()
