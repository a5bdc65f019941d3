"""E-mail: what leaves, and what each way of failing means for the outbox."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from anymail.message import AnymailRecipientStatus
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from urllib3.exceptions import MaxRetryError, NewConnectionError

from consent.states import Channel
from messaging.channels import Outcome, Parcel, carrier_of
from messaging.errors import Kind
from practice import contacts
from practice.models import Link
from tests import cast
from tests.messaging import posting

ADDRESS = "pat@example.test"
pytestmark = pytest.mark.django_db


def parcel(now=cast.MONDAY, **details):
    usual = {"delivery_id": 12, "channel": "mail", "address": ADDRESS, "language": "en"}
    usual |= {"subject": "Your visit on\nMonday", "body": "Dear Pat,\n\ngood day.\n"}
    usual |= {"validity": timedelta(hours=4), "claimed_at": now}
    return Parcel(**usual | details)


def send(**details):
    return carrier_of("mail").hand_over(parcel(**details))


def fails_with(monkeypatch, fault, *, at="send_messages"):
    def fail(self, *said):
        raise fault

    monkeypatch.setattr(EmailBackend, at, fail)
    return send()


def test_a_mail_is_plain_text_and_says_that_no_person_wrote_it(settings):
    settings.DEFAULT_FROM_EMAIL = "Linden Street <desk@linden.example>"
    handed = send(language="es")

    [sent] = mail.outbox
    made = message_from_bytes(sent.message().as_bytes())
    assert (made["Subject"], made["From"]) == (
        "Your visit on Monday",
        "Linden Street <desk@linden.example>",
    )
    assert made.get_content_type() == "text/plain"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Content-Language"] == "es"
    assert (handed.outcome, handed.word) == (Outcome.TAKEN, "sent")
    assert made["Message-ID"] == f"<{handed.vendor_id}@linden.example>"


def test_the_same_delivery_has_the_same_id_and_no_other_has(settings):
    ids = [send(delivery_id=number).vendor_id for number in (1, 1, 2)]

    assert ids[0] == ids[1] != ids[2]
    assert all(len(one) <= 64 for one in ids)


def test_a_mail_without_a_subject_gets_a_neutral_one():
    send(subject="")

    assert mail.outbox[0].subject == "A message for you"


def test_a_patients_mail_carries_the_way_to_stop_it(patient, now):
    contacts.add(
        owner=patient, kind="email", value="Pat@Example.test", by=cast.FOUNDER, now=now
    )
    delivery = posting.post(
        patient, channel=Channel.MAIL, address=ADDRESS, planned_at=now, now=now
    )
    send(delivery_id=delivery.pk, now=now)

    header = mail.outbox[0].extra_headers["List-Unsubscribe"]
    assert header.startswith("<http://localhost:8000/l/")
    assert Link.objects.get().purpose == "stop"


def test_a_mail_to_nobodys_chart_leaves_without_it():
    send()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    ("fault", "outcome", "kind"),
    [
        (smtplib.SMTPServerDisconnected("gone"), Outcome.UNCLEAR, None),
        (TimeoutError(), Outcome.UNCLEAR, None),
        (ConnectionResetError(), Outcome.UNCLEAR, None),
        (
            smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such")}),
            Outcome.NOT_MADE,
            Kind.FLAG_NUMBER,
        ),
        (
            smtplib.SMTPRecipientsRefused({ADDRESS: (451, b"later")}),
            Outcome.NOT_MADE,
            Kind.RETRY_LATER,
        ),
        (
            smtplib.SMTPSenderRefused(553, b"no", "x"),
            Outcome.NOT_MADE,
            Kind.STOP_CHANNEL,
        ),
        (smtplib.SMTPDataError(452, b"full"), Outcome.NOT_MADE, Kind.RETRY_LATER),
        (smtplib.SMTPDataError(554, b"spam"), Outcome.NOT_MADE, Kind.GIVE_UP),
        (smtplib.SMTPNotSupportedError(), Outcome.NOT_MADE, Kind.GIVE_UP),
    ],
)
def test_what_a_mail_server_says_means(monkeypatch, fault, outcome, kind):
    handed = fails_with(monkeypatch, fault)

    assert handed.outcome is outcome
    assert (handed.meaning and handed.meaning.kind) is kind


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ConnectionRefusedError(), Kind.RETRY_LATER),
        (smtplib.SMTPAuthenticationError(535, b"no"), Kind.STOP_CHANNEL),
    ],
)
def test_what_never_got_through_surely_left_nothing(monkeypatch, fault, kind):
    handed = fails_with(monkeypatch, fault, at="open")

    assert (handed.outcome, handed.meaning.kind) == (Outcome.NOT_MADE, kind)


def answered(status):
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError(response=response)


def broke(cause):
    fault = type("Both", (AnymailRequestsAPIError, type(cause)), {})()
    fault.__cause__ = cause
    return fault


NOBODY: Any = None
REFUSED = MaxRetryError(NOBODY, "/", NewConnectionError(NOBODY, "refused"))


@pytest.mark.parametrize(
    ("fault", "outcome", "kind"),
    [
        (answered(500), Outcome.UNCLEAR, None),
        (answered(408), Outcome.UNCLEAR, None),
        (answered(429), Outcome.NOT_MADE, Kind.RETRY_LATER),
        (answered(401), Outcome.NOT_MADE, Kind.STOP_CHANNEL),
        (answered(422), Outcome.NOT_MADE, Kind.GIVE_UP),
        (broke(requests.ReadTimeout()), Outcome.UNCLEAR, None),
        (broke(requests.ConnectTimeout()), Outcome.NOT_MADE, Kind.RETRY_LATER),
        (broke(requests.ConnectionError(REFUSED)), Outcome.NOT_MADE, Kind.RETRY_LATER),
        (AnymailRecipientsRefused(), Outcome.NOT_MADE, Kind.FLAG_NUMBER),
        (AnymailConfigurationError(), Outcome.NOT_MADE, Kind.STOP_CHANNEL),
    ],
)
def test_what_a_vendor_of_mails_says_means(monkeypatch, fault, outcome, kind):
    handed = fails_with(monkeypatch, fault)

    assert handed.outcome is outcome
    assert (handed.meaning and handed.meaning.kind) is kind


@pytest.mark.parametrize(
    ("word", "outcome", "heard"),
    [
        ("sent", Outcome.TAKEN, "sent"),
        ("queued", Outcome.TAKEN, "queued"),
        ("unknown", Outcome.TAKEN, "sent"),
        ("rejected", Outcome.NOT_MADE, ""),
        ("invalid", Outcome.NOT_MADE, ""),
    ],
)
def test_what_a_vendor_of_mails_made_of_it(settings, monkeypatch, word, outcome, heard):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.ANYMAIL = {"IGNORE_RECIPIENT_STATUS": True}
    said = {"recipient_status": {ADDRESS: AnymailRecipientStatus("i" * 99, word)}}
    monkeypatch.setattr(mail.EmailMessage, "anymail_test_response", said, raising=False)
    handed = send()

    assert (handed.outcome, handed.word) == (outcome, heard)
    assert len(handed.vendor_id) <= 64


def test_nobody_can_say_later_what_became_of_a_mail():
    assert carrier_of("mail").look_up(parcel()) is None
    assert carrier_of("mail").fetch("wellhouse-1") is None
