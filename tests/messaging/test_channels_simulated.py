"""The demo's carrier: it blocks, refuses and reports as a vendor does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent import opt_outs
from consent.states import Channel
from messaging import hooks, reconciling
from messaging.channels import NoCarrier, Outcome, Parcel, carrier_of, simulated
from messaging.errors import Kind
from messaging.models import HookCall, SimulatedText
from messaging.models.vendors import Fate
from practice.modes import Mode
from tests.messaging.hooking import PHONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("location")]
OTHER = "+12125550188"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SMS_BACKEND = "simulated"
    settings.PUBLIC_BASE_URL = "http://localhost:8000"


def send(now, *, address=PHONE, delivery_id=7):
    usual = {"subject": "", "body": "Hello", "language": "en", "channel": "text"}
    usual |= {"validity": timedelta(hours=1), "claimed_at": now, "address": address}
    return carrier_of("text").hand_over(Parcel(delivery_id=delivery_id, **usual))


def words(taken):
    return [(one["delivery_id"], one["word"], one["code"]) for one in taken.words]


def test_a_text_is_taken_and_its_fate_told_by_signed_calls(taken, now):
    handed = send(now)
    assert (handed.outcome, handed.word) == (Outcome.TAKEN, "queued")
    assert taken.words == []

    assert simulated.report(now=now) == 1
    assert words(taken) == [(7, "sent", ""), (7, "delivered", "")]
    assert taken.words[0]["vendor_id"] == handed.vendor_id
    assert simulated.report(now=now) == 0


@pytest.mark.parametrize(
    ("fate", "told", "found"),
    [
        (Fate.UNDELIVERABLE, ["sent", "undelivered"], ("undelivered", "30003")),
        (Fate.LANDLINE, ["undelivered"], ("undelivered", "30006")),
        (Fate.FILTERED, ["undelivered"], ("undelivered", "30007")),
        (Fate.LOST, [], ("delivered", "")),
        (Fate.DOUBLED, ["delivered", "sent"], ("delivered", "")),
    ],
)
def test_each_fate_of_a_phone(taken, now, fate, told, found):
    simulated.set_fate("(212) 555-0187", fate)
    handed = send(now)
    simulated.report(now=now)

    assert [one["word"] for one in taken.words] == told
    seen = carrier_of("text").fetch(handed.vendor_id)
    assert (seen.word, seen.code) == found


def test_a_text_whose_answer_was_lost_is_found_again(taken, now):
    simulated.set_fate(PHONE, Fate.TIMED_OUT)
    handed = send(now)
    simulated.report(now=now)

    assert (handed.outcome, handed.vendor_id) == (Outcome.UNCLEAR, "")
    [seen] = carrier_of("text").look_up(
        Parcel(7, "text", PHONE, "", "Hello", "en", timedelta(1), now)
    )
    assert seen.body == "Hello"
    assert words(taken)[-1] == (7, "delivered", "")


def test_a_reply_comes_by_the_real_webhook(taken, now):
    simulated.reply("212-555-0187", "C", now=now)

    [message] = taken.messages
    assert (message.sender, message.body) == (PHONE, "C")
    assert HookCall.objects.get().worked_at == now


def test_who_texts_stop_is_blocked_and_answered_until_start(taken, now):
    simulated.reply(PHONE, "stop", now=now)
    refused = send(now)
    other = send(now, address=OTHER)
    simulated.reply(PHONE, "START", now=now)

    assert (refused.outcome, refused.code) == (Outcome.NOT_MADE, "21610")
    assert refused.meaning.kind is Kind.SUPPRESS
    assert other.outcome is send(now).outcome is Outcome.TAKEN
    replies = SimulatedText.objects.filter(way="reply").order_by("pk")
    assert [row.body.split()[4] for row in replies] == [
        "unsubscribed.",
        "re-subscribed",
    ]


def test_a_stop_counts_here_as_it_does_with_the_vendor(taken, now):
    simulated.reply(PHONE, "STOP", now=now)

    assert (PHONE, Channel.TEXT) in opt_outs.standing([PHONE])


def test_more_than_the_bare_word_blocks_nothing(taken, now):
    simulated.reply(PHONE, "stop please, I took them all", now=now)

    assert send(now).outcome is Outcome.TAKEN


def test_a_text_that_came_in_while_the_site_was_away_is_listed(taken, now, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(simulated.in_process, "post", lambda *said, **more: 503)
        simulated.reply(PHONE, "Hello?", now=now)
    assert not HookCall.objects.exists()

    assert reconciling.reconcile(now=now) == 1
    assert reconciling.reconcile(now=now) == 0
    hooks.work(now=now)
    assert [one.body for one in taken.messages] == ["Hello?"]


def test_production_has_no_such_phone(settings):
    settings.MODE = Mode.PRODUCTION

    with pytest.raises(NoCarrier):
        carrier_of("text")


def test_what_phones_said_is_forgotten(taken, now):
    send(now)
    simulated.reply(PHONE, "Hi", now=now)
    simulated.report(now=now)
    simulated.forget(before=now)
    assert SimulatedText.objects.count() == 2

    simulated.forget(before=now + timedelta(seconds=1))
    assert SimulatedText.objects.count() == 0


def test_no_other_backend_is_reported_of(settings, now):
    send(now)
    settings.SMS_BACKEND = "none"

    assert simulated.report(now=now) == 0
