"""Texts by the vendor: what is asked, and what each answer means for the outbox."""

from __future__ import annotations

import base64
import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from messaging.channels import (
    Careful,
    NoCarrier,
    Outcome,
    Parcel,
    carrier_of,
    rest,
    twilio,
)
from messaging.errors import Kind
from tests.messaging.answering import Said, answering
from tests.messaging.hooking import ACCOUNT, OURS, PHONE, PUBLIC, TOKEN, sid

pytestmark = pytest.mark.usefixtures("account")
AT = datetime(2026, 3, 2, 15, 0, 7, 900_000, tzinfo=UTC)
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
MADE = {"sid": sid(), "status": "queued", "error_code": None}


def parcel(**details):
    usual = {
        "delivery_id": 12,
        "channel": "text",
        "address": PHONE,
        "subject": "",
        "body": "See you: 9:00 & später",
        "language": "en",
        "validity": timedelta(hours=2),
        "claimed_at": AT,
    }
    return Parcel(**usual | details)


def row(number=1, seconds=0, **details):
    made = format_datetime(AT + timedelta(seconds=seconds))
    usual = {"sid": sid(number), "status": "sent", "error_code": None, "body": "Hello"}
    usual |= {"direction": "outbound-api", "date_created": made, "date_sent": made}
    return usual | {"from": PHONE, "to": OURS, "num_media": "0"} | details


def page(*rows, following=None):
    return Said(200, {"messages": list(rows), "next_page_uri": following})


@pytest.fixture
def send(settings):
    """What the carrier says of a parcel that is answered like that."""

    def hand_over(*answers, **details):
        with answering(*answers) as server:
            settings.TWILIO_BASE_URL = server.url
            return carrier_of("text").hand_over(parcel(**details)), server

    return hand_over


@pytest.fixture
def ask(settings):
    """What one of the carrier's questions comes to."""

    def put(question, *answers):
        with answering(*answers) as server:
            settings.TWILIO_BASE_URL = server.url
            return question(twilio.carrier()), server

    return put


# Handing over -----------------------------------------------------------------
def test_a_text_is_asked_for_as_the_interface_has_it(send):
    handed, server = send(Said(201, MADE))

    assert server.asked == [
        (
            "POST",
            f"{MESSAGES}.json",
            {
                "To": PHONE,
                "From": OURS,
                "Body": "See you: 9:00 & später",
                "StatusCallback": f"{PUBLIC}/hooks/twilio/status?m=12",
                "ValidityPeriod": "7200",
            },
        )
    ]
    assert base64.b64decode(server.keys[0].split()[1]).decode() == f"{ACCOUNT}:{TOKEN}"
    assert (handed.outcome, handed.vendor_id) == (Outcome.TAKEN, sid())
    assert (handed.word, handed.code) == ("queued", "")


def test_a_messaging_service_takes_the_place_of_the_number(settings, send):
    settings.TWILIO_MESSAGING_SERVICE_SID = "MG" + "b" * 32
    _handed, server = send(Said(201, MADE))

    form = server.asked[0][2]
    assert form["MessagingServiceSid"] == "MG" + "b" * 32
    assert "From" not in form


@pytest.mark.parametrize(("hours", "seconds"), [(0, "1"), (24, "36000")])
def test_the_vendor_never_tries_longer_than_it_can(send, hours, seconds):
    _handed, server = send(Said(201, MADE), validity=timedelta(hours=hours))

    assert server.asked[0][2]["ValidityPeriod"] == seconds


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21610, Kind.SUPPRESS),
        (400, 21211, Kind.FLAG_NUMBER),
        (429, 20429, Kind.RETRY_LATER),
        (401, 20003, Kind.STOP_CHANNEL),
        (403, None, Kind.STOP_CHANNEL),
        (404, 20404, Kind.STOP_CHANNEL),
        (400, 99999, Kind.GIVE_UP),
    ],
)
def test_a_refusal_surely_made_nothing(send, status, code, kind):
    handed, _server = send(Said(status, {"code": code, "status": status}))

    assert (handed.outcome, handed.code) == (Outcome.NOT_MADE, str(code or ""))
    assert handed.meaning.kind is kind


@pytest.mark.parametrize(
    ("said", "wait"),
    [("30", 30), ("0", 0), ("999999", 3600), ("soon", None), ("-1", None)],
)
def test_a_vendor_may_say_how_long_to_wait(send, said, wait):
    handed, _server = send(Said(429, {"code": 20429}, {"Retry-After": said}))

    assert handed.wait == (None if wait is None else timedelta(seconds=wait))


@pytest.mark.parametrize(
    "answer",
    [
        Said(500, {"code": 20500}),
        Said(503, b"<html>"),
        Said(408, {}),
        Said(302, {}, {"Location": "https://evil.example/"}),
        Said(201, MADE, cut=0),
        Said(201, MADE, cut=9),
        Said(201, b"not json"),
        Said(201, ["a", "list"]),
        Said(201, {"status": "queued"}),
        Said(201, {"sid": "../x", "status": "queued"}),
    ],
)
def test_what_may_have_been_taken_is_not_clear(send, answer):
    handed, server = send(answer)

    assert (handed.outcome, handed.vendor_id) == (Outcome.UNCLEAR, "")
    assert len(server.asked) == 1


def test_a_success_without_a_status_was_taken(send):
    handed, _server = send(Said(201, {"sid": sid()}))

    assert (handed.outcome, handed.vendor_id, handed.word) == (Outcome.TAKEN, sid(), "")


def test_an_answer_that_takes_too_long_is_not_clear(send, monkeypatch):
    monkeypatch.setattr(rest, "SECONDS", 0.2)
    handed, server = send(Said(201, MADE, wait=0.6))

    assert handed.outcome is Outcome.UNCLEAR
    assert len(server.asked) == 1


def test_a_refused_connection_surely_made_nothing(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings.TWILIO_BASE_URL = f"http://127.0.0.1:{port}"
    handed = carrier_of("text").hand_over(parcel())

    assert handed.outcome is Outcome.NOT_MADE
    assert handed.meaning.kind is Kind.RETRY_LATER


def test_while_tokens_rotate_the_one_that_is_let_in_is_used(settings, send):
    settings.TWILIO_AUTH_TOKENS = ["new", "old"]
    handed, server = send(Said(401, {"code": 20003}), Said(201, MADE), Said(201, MADE))

    assert handed.outcome is Outcome.TAKEN
    used = [base64.b64decode(key.split()[1]).decode()[-3:] for key in server.keys]
    assert used == ["new", "old"]


def test_two_texts_share_a_connection(settings):
    with answering(Said(201, MADE)) as server:
        settings.TWILIO_BASE_URL = server.url
        carrier = carrier_of("text")
        handed = [carrier.hand_over(parcel()) for _time in range(3)]
        again = carrier_of("text")

    assert {one.outcome for one in handed} == {Outcome.TAKEN}
    assert again._carrier is carrier._carrier


def test_no_number_and_no_word_of_a_text_is_logged(send, caplog):
    caplog.set_level(logging.INFO)
    send(Said(503, {}), body="very private")
    send(Said(201, MADE, cut=0), body="very private")

    assert PHONE not in caplog.text
    assert "very private" not in caplog.text


# Asking -----------------------------------------------------------------------
def test_what_was_made_since_it_was_claimed_is_found(ask):
    rows = [row(3, 2), row(2, -4), row(4, -5, direction="inbound"), row(1, -60)]
    seen, server = ask(lambda one: one.look_up(parcel()), page(*rows))

    assert [one.vendor_id for one in seen] == [sid(3), sid(2)]
    assert server.asked == [
        ("GET", f"{MESSAGES}.json", {"To": PHONE, "PageSize": "50"})
    ]


def test_a_look_up_reads_on_while_all_are_newer(ask):
    following = f"{MESSAGES}.json?To=x&PageToken=PA1"
    pages = [page(row(2, 9), following=following), page(row(1, 1), row(9, -99))]
    seen, server = ask(lambda one: one.look_up(parcel()), *pages)

    assert [one.vendor_id for one in seen] == [sid(2), sid(1)]
    assert server.asked[1][2] == {"To": "x", "PageToken": "PA1"}


def test_the_order_within_a_page_does_not_matter(ask):
    rows = [row(1, -60), row(2, -4), row(3, 2)]
    seen, _server = ask(lambda one: one.look_up(parcel()), page(*rows))

    assert [one.vendor_id for one in seen] == [sid(2), sid(3)]


def test_what_else_the_interface_says_or_leaves_out_does_not_matter(ask):
    said = row(1, 1, status="Delivered", tags={"a": "b"}, price=None)
    said |= {"error_code": "30008", "date_sent": None, "direction": "outbound-reply"}
    del said["num_media"]
    address = f"{MESSAGES}.json?Page=1&PageToken=PA1"
    answers = page(said, following=address), page(row(2, 1))
    seen, _server = ask(lambda one: one.look_up(parcel()), *answers)

    assert [(one.word, one.code) for one in seen] == [
        ("delivered", "30008"),
        ("sent", ""),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Said(503, {}),
        Said(200, {}),
        Said(200, {"messages": [{}]}),
        Said(200, {"messages": None}),
        page(row(date_created="yesterday")),
        page(row(date_created=None)),
        page(row(), following="https://evil.example/2010-04-01/"),
        page(row(), following="//evil.example/"),
    ],
)
def test_a_list_that_cannot_be_read_is_no_answer(ask, answer):
    seen, _server = ask(lambda one: one.look_up(parcel()), answer)

    assert seen is None


def test_one_text_is_asked_for_by_its_id(ask):
    answer = Said(200, row(status="undelivered", error_code=30003))
    seen, server = ask(lambda one: one.fetch(sid()), answer)

    assert (seen.word, seen.code, seen.body) == ("undelivered", "30003", "Hello")
    assert seen.made_at == AT.replace(microsecond=0)
    assert server.asked[0][:2] == ("GET", f"{MESSAGES}/{sid()}.json")


@pytest.mark.parametrize("vendor_id", ["", "../Calls", "SM/1", "SM1?x=", "wellhouse-1"])
def test_what_is_no_id_of_the_vendor_is_not_asked_for(ask, vendor_id):
    seen, server = ask(lambda one: one.fetch(vendor_id), Said(200, row()))

    assert (seen, server.asked) == (None, [])


def test_texts_that_came_in_are_listed(ask):
    rows = [row(2, 5, direction="inbound", num_media="1"), row(1, 1)]
    rows += [row(3, -9, direction="inbound"), row(4, -3000, direction="inbound")]
    since = AT - timedelta(minutes=1)
    came, server = ask(lambda one: one.came_since(since), page(*rows))

    assert [(one.vendor_id, one.sender, one.pictures) for one in came] == [
        (sid(2), PHONE, 1),
        (sid(3), PHONE, 0),
    ]
    assert server.asked[0][2] == {
        "DateSent>": "2026-03-02",
        "PageSize": "1000",
        "To": OURS,
    }


def test_what_has_not_come_whole_is_not_listed(ask):
    rows = [row(3, 5, direction="inbound", status="receiving")]
    came, _server = ask(lambda one: one.came_since(AT), page(*rows))

    assert came == []


def test_what_came_with_a_text_is_named_by_address_and_type(ask):
    media = {"uri": f"{MESSAGES}/{sid(2)}/Media/ME1.json", "content_type": "image/png"}
    came, server = ask(
        lambda one: one.media_of(sid(2)), Said(200, {"media_list": [media]})
    )

    assert came == [(f"{server.url}{MESSAGES}/{sid(2)}/Media/ME1", "image/png")]


@pytest.mark.parametrize(
    ("said", "came"),
    [
        (Said(404, {}), []),
        (Said(503, {}), None),
        (Said(200, {"media_list": [{}]}), None),
    ],
)
def test_pictures_that_are_gone_are_none_and_those_unread_are_unknown(ask, said, came):
    assert ask(lambda one: one.media_of(sid(2)), said)[0] == came


# Set up or not ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_BACKEND", "none"),
        ("TWILIO_ACCOUNT_SID", ""),
        ("TWILIO_ACCOUNT_SID", "../x"),
        ("TWILIO_AUTH_TOKENS", []),
        ("TWILIO_FROM", ""),
        ("TWILIO_BASE_URL", "https://api.twilio.com.evil.example"),
        ("TWILIO_BASE_URL", "http://api.twilio.com"),
    ],
)
def test_what_is_not_set_up_carries_nothing(settings, name, value):
    setattr(settings, name, value)

    with pytest.raises(NoCarrier):
        carrier_of("text")


def test_calls_are_not_carried_yet():
    with pytest.raises(NoCarrier):
        carrier_of("call")


def test_a_carrier_that_breaks_breaks_nobody():
    class Broken:
        def __getattr__(self, name):
            raise ZeroDivisionError

    carrier = Careful(Broken())

    assert carrier.hand_over(parcel()).outcome is Outcome.UNCLEAR
    assert carrier.look_up(parcel()) is None
    assert carrier.fetch(sid()) is None


def test_an_account_keeps_its_secrets_to_itself(settings):
    carrier = twilio.carrier()

    assert TOKEN not in repr(vars(carrier))
