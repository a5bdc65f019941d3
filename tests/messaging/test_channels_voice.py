"""Calls by the vendor: what is asked, and what each answer means for the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from messaging.channels import NoCarrier, Outcome, Parcel, carrier_of, voice
from messaging.errors import Kind
from tests.messaging.answering import Said, answering
from tests.messaging.hooking import ACCOUNT, OURS, PHONE, PUBLIC
from tests.messaging.ringing import sid

pytestmark = pytest.mark.usefixtures("account")
AT = datetime(2026, 3, 2, 15, 0, 7, 900_000, tzinfo=UTC)
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls"
MADE = {"sid": sid(), "status": "queued"}


@pytest.fixture(autouse=True)
def _number(settings):
    settings.TWILIO_VOICE_FROM = OURS


def parcel():
    body = "Hello. This is an automatic call."
    return Parcel(12, "call", PHONE, "", body, "en", timedelta(hours=2), AT)


def row(number=1, seconds=0, **details):
    made = format_datetime(AT + timedelta(seconds=seconds))
    usual = {"sid": sid(number), "status": "completed", "direction": "outbound-api"}
    return usual | {"date_created": made, "to": PHONE, "from": OURS} | details


@pytest.fixture
def ask(settings):
    """What one of the carrier's questions comes to, and what it asked."""

    def put(question, *answers):
        with answering(*answers) as server:
            settings.TWILIO_BASE_URL = server.url
            return question(voice.carrier()), server.asked

    return put


def test_a_call_is_made_with_our_own_id_and_without_a_word(ask):
    handed, [(method, path, form)] = ask(
        lambda carrier: carrier.hand_over(parcel()), Said(201, MADE)
    )

    assert (handed.outcome, handed.vendor_id) == (Outcome.TAKEN, sid())
    assert (method, path) == ("POST", f"{CALLS}.json")
    assert form["Url"] == f"{PUBLIC}/hooks/twilio/voice?m=12"
    assert form["StatusCallback"] == f"{PUBLIC}/hooks/twilio/status?m=12"
    assert (form["To"], form["From"]) == (PHONE, OURS)
    assert form["MachineDetection"] == "DetectMessageEnd"
    assert int(form["TimeLimit"]) <= 300
    assert not any("automatic" in value for value in form.values())


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 21211, Kind.FLAG_NUMBER),
        (400, 21210, Kind.STOP_CHANNEL),
        (400, 21215, Kind.CONFIGURATION),
        (401, 20003, Kind.STOP_CHANNEL),
        (429, 20429, Kind.RETRY_LATER),
    ],
)
def test_what_was_refused_surely_was_not_made(ask, status, code, kind):
    said = Said(status, {"code": code, "status": status})
    handed, _asked = ask(lambda carrier: carrier.hand_over(parcel()), said)

    assert (handed.outcome, handed.meaning.kind) == (Outcome.NOT_MADE, kind)


@pytest.mark.parametrize(
    "said", [Said(503), Said(201, {}), Said(201, MADE, cut=3), Said(408)]
)
def test_what_is_not_clear_is_not_clear(ask, said):
    handed, _asked = ask(lambda carrier: carrier.hand_over(parcel()), said)

    assert handed.outcome is Outcome.UNCLEAR


def test_a_look_up_has_our_calls_since_and_no_others(ask):
    rows = [row(3), row(4, direction="inbound"), row(2, -60)]
    seen, [(_method, path, asked)] = ask(
        lambda carrier: carrier.look_up(parcel()), Said(200, {"calls": rows})
    )

    assert [one.vendor_id for one in seen] == [sid(3)]
    assert (path, asked["To"], asked["From"]) == (f"{CALLS}.json", PHONE, OURS)


@pytest.mark.parametrize("said", [Said(500), Said(200, {}), Said(200, {"calls": [{}]})])
def test_a_list_that_cannot_be_read_is_no_answer(ask, said):
    assert ask(lambda carrier: carrier.look_up(parcel()), said)[0] is None


@pytest.mark.parametrize(
    ("word", "code"), [("completed", ""), ("busy", "busy"), ("failed", "failed")]
)
def test_one_call_is_fetched_as_it_stands(ask, word, code):
    seen, _asked = ask(lambda one: one.fetch(sid()), Said(200, row(status=word)))

    assert (seen.word, seen.code, seen.body) == (word, code, "")


@pytest.mark.parametrize("strange", ["", "../Messages", "CA1/x", "CA 1"])
def test_nothing_but_an_id_is_fetched(ask, strange):
    seen, asked = ask(lambda carrier: carrier.fetch(strange), Said(200, row()))

    assert (seen, asked) == (None, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_VOICE_FROM", ""),
        ("TWILIO_AUTH_TOKENS", []),
        ("TWILIO_BASE_URL", "https://evil.example"),
        ("SMS_BACKEND", "console"),
        ("SMS_BACKEND", "none"),
    ],
)
def test_without_a_number_or_an_account_nobody_is_called(settings, name, value):
    setattr(settings, name, value)

    with pytest.raises(NoCarrier):
        carrier_of("call")
