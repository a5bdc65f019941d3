"""What came in while we were down is asked for, and taken in once."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import ClassVar

import pytest

from consent import opt_outs
from consent.states import Channel, Source
from messaging import hook_store, hooks, reconciling
from messaging.channels import twilio
from messaging.models import HookCall
from practice import health
from tests.cast import FOUNDER
from tests.messaging.answering import Said, answering
from tests.messaging.hooking import INBOUND, PHONE, call, sid, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account", "location")]


def row(number, at, **details):
    usual = {"sid": sid(number), "status": "received", "direction": "inbound"}
    usual |= {"from": PHONE, "to": "+12125550100", "body": f"Text {number}"}
    usual |= {"num_media": "0", "date_sent": format_datetime(at)}
    return usual | details


@pytest.fixture
def ask(settings):
    def reconcile(now, *rows, status=200):
        listed = Said(status, {"messages": list(rows), "next_page_uri": None})
        with answering(listed) as server:
            settings.TWILIO_BASE_URL = server.url
            return reconciling.reconcile(now=now), server

    return reconcile


def test_what_never_called_is_taken_in_with_its_own_time(ask, taken, now):
    call(INBOUND, text(number=2))
    at = (now - timedelta(hours=3)).astimezone(UTC)
    count, _server = ask(now, row(2, now), row(1, at))
    hooks.work(now=now)

    assert count == 1
    assert [(one.vendor_id, one.sent_at) for one in taken.messages] == [
        (sid(2), now),
        (sid(1), at),
    ]
    assert HookCall.objects.get(was_listed=True).came_at == now


def test_what_was_written_first_comes_first(ask, taken, now):
    rows = [row(n, now - timedelta(minutes=n)) for n in (1, 2, 3)]
    ask(now, *rows)
    hooks.work(now=now)

    assert [one.vendor_id for one in taken.messages] == [sid(3), sid(2), sid(1)]


def test_what_was_listed_and_calls_afterwards_is_the_same(ask, taken, now):
    ask(now, row(1, now))
    call(INBOUND, text(number=1))

    assert len(taken.messages) == HookCall.objects.count() == 1


def test_the_list_is_read_from_where_it_ended(ask, now):
    _count, first = ask(now)
    _count, second = ask(now + timedelta(days=3))

    assert first.asked[0][2]["DateSent>"] == "2026-03-01"
    assert second.asked[0][2]["DateSent>"] == "2026-03-02"


def test_a_list_that_was_not_read_is_asked_for_again(ask, taken, now):
    assert ask(now, row(1, now), status=503)[0] == 0
    assert not HookCall.objects.exists()

    assert ask(now, row(1, now))[0] == 1


def test_a_stop_that_was_missed_counts_too(ask, taken, now):
    at = now - timedelta(hours=3)

    ask(now, row(1, at, body="STOP"))

    [stopped] = opt_outs.standing([PHONE]).values()
    assert stopped.happened_at == at


def test_a_stop_that_was_missed_undoes_no_start_that_came_after_it(ask, taken, now):
    where = {"address": PHONE, "by": FOUNDER}
    text_channel = {"channel": Channel.TEXT, "source": Source.KEYWORD}
    opt_outs.stop(**where, **text_channel, now=now - timedelta(hours=3))
    opt_outs.start_again(**where, now=now - timedelta(hours=1))

    ask(now, row(3, now - timedelta(hours=2), body="STOP"))

    assert not opt_outs.standing([PHONE])


@pytest.fixture
def listed(monkeypatch):
    """A carrier whose list has two texts with pictures, and that knows one's."""

    class Carrier:
        asked: ClassVar[list[str]] = []

        def came_since(self, since):
            return [
                twilio.Listed(sid(n), PHONE, "+12125550100", f"Text {n}", since, 1)
                for n in (2, 1)
            ]

        def media_of(self, vendor_id):
            self.asked.append(vendor_id)
            if vendor_id == sid(2):
                return [("https://api.twilio.com/ME1", "image/png")]
            raise LookupError

    monkeypatch.setattr(reconciling, "_carrier", Carrier)
    return Carrier


def test_a_broken_list_of_pictures_takes_no_text_along(listed, taken, now):
    assert reconciling.reconcile(now=now) == 2
    hooks.work(now=now)

    assert [(one.body, len(one.media)) for one in taken.messages] == [
        ("Text 1", 0),
        ("Text 2", 1),
    ]


def test_pictures_are_asked_for_of_what_is_new_alone(listed, now):
    call(INBOUND, text(number=2))

    reconciling.reconcile(now=now)

    assert listed.asked == [sid(1)]


def test_one_that_cannot_be_stored_holds_up_no_other(ask, now, monkeypatch):
    store = hook_store.store

    def broken(kind, fields, **details):
        if fields["MessageSid"] == sid(1):
            raise LookupError
        return store(kind, fields, **details)

    monkeypatch.setattr(hook_store, "store", broken)
    assert ask(now, row(2, now), row(1, now))[0] == 1
    monkeypatch.undo()

    assert not health.last_beat(reconciling.LISTED)


@pytest.mark.parametrize("backend", ["none", "console"])
def test_where_nobody_lists_anything_nothing_happens(settings, now, backend):
    settings.SMS_BACKEND = backend

    assert reconciling.reconcile(now=now) == 0


def test_an_account_that_lacks_something_lists_nothing(settings, now):
    settings.TWILIO_AUTH_TOKENS = []

    assert reconciling.reconcile(now=now) == 0
