"""Messages come in at one moment, and somebody is done at that moment."""

from __future__ import annotations

import pytest

from messaging import conversations, receiving
from messaging.conversations import NewerMessage
from messaging.models import Conversation, Message
from messaging.receiving import receive
from practice.patience import patiently
from tests import cast
from tests.messaging.incoming import inbound, text
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = cast.MONDAY


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_message_many_times_at_once_is_one(location, monkeypatch, _round):
    asked = []

    def counts(message, *, now):
        asked.append(message.pk)
        return True

    monkeypatch.setattr(receiving, "load", lambda _name: [counts])
    one = inbound("C")

    outcome = run_together(8, lambda _number: patiently(lambda: receive(one, now=NOW)))

    assert outcome.errors == []
    assert len(asked) == Message.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_first_messages_of_one_address_at_once_are_one_conversation(location, _round):
    outcome = run_together(8, lambda _number: patiently(text))

    assert outcome.errors == []
    assert Message.objects.count() == 8
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_done_hides_no_message_that_comes_in_at_that_moment(front_desk, _round):
    seen = text("One")

    def act(number):
        if number:
            return text("Two")
        return conversations.finish(
            conversation=seen.conversation, seen=seen.pk, by=front_desk, now=NOW
        )

    outcome = run_together(2, lambda number: patiently(lambda: act(number)))

    assert all(isinstance(one, NewerMessage) for one in outcome.errors)
    assert Message.objects.get(body="Two").is_waiting
    assert Conversation.objects.get().is_open


@pytest.mark.parametrize("_round", ROUNDS)
def test_stop_and_start_at_once_leave_both_messages(location, _round):
    outcome = run_together(
        6, lambda n: patiently(lambda: text("STOP" if n % 2 else "START"))
    )

    assert outcome.errors == []
    assert not Conversation.objects.get().is_open
