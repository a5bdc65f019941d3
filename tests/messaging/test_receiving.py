"""What comes in is kept first, once, and lost by nothing that happens after."""

from __future__ import annotations

import sqlite3

import pytest
from django.conf import settings
from django.db import OperationalError

from messaging import left_over, receiving
from messaging.models import Conversation, Message
from messaging.receiving import INTERRUPTED, Media, receive
from practice import contributions
from tests import cast
from tests.messaging.incoming import NUMBER, inbound, text

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def handlers(monkeypatch):
    """`handlers(one, other)`: what is asked from now on, in that order."""

    def use(*some):
        monkeypatch.setattr(
            receiving,
            "load",
            lambda name: (
                some if name == "INBOUND_HANDLERS" else contributions.load(name)
            ),
        )

    return use


def handles(message, *, now):
    receiving.say(message, "Did it.")
    return True


def fails(message, *, now):
    Conversation.objects.filter(pk=message.conversation_id).update(address="spoilt")
    raise RuntimeError(message.body)


def never(message, *, now):
    raise AssertionError


def test_a_message_waits_for_people_where_no_rule_handles_it(practice):
    message = text("Can I bring my dog?")

    talk = Conversation.objects.get()
    assert (talk.address, talk.state, talk.open_since_at) == (NUMBER, "open", NOW)
    assert message.is_waiting
    assert (message.worked_at, message.is_handled) == (NOW, False)


def test_the_same_message_again_is_the_one_that_is_there(practice):
    one = inbound("Hello")

    assert receive(one, now=NOW) == receive(one, now=NOW)
    assert Message.objects.count() == 1


def test_a_handler_that_handles_ends_it_and_nobody_has_to_read(practice, handlers):
    handlers(handles, never)

    message = text("C")

    assert (message.is_waiting, message.outcome) == (False, "Did it.")
    assert Conversation.objects.get().state == "done"


def test_a_conversation_that_waits_for_another_message_stays_open(practice, handlers):
    handlers(lambda message, *, now: message.body == "C")
    first = text("May I ask something?")

    text("C")

    talk = Conversation.objects.get()
    assert (talk.state, talk.open_since_at) == ("open", first.came_at)


def test_a_handler_that_fails_loses_nothing(practice, handlers, caplog):
    handlers(fails, handles)

    message = text("a secret")

    assert message.is_handled
    assert Conversation.objects.get().address == NUMBER
    assert f"fails failed for message {message.pk}" in caplog.text.replace(".py", "")


def test_where_all_handlers_fail_people_read_it(practice, handlers):
    handlers(fails)

    assert text("Hello").is_waiting


def in_use(code):
    fault = OperationalError("database is locked")
    fault.__cause__ = sqlite3.OperationalError("database is locked")
    fault.__cause__.sqlite_errorcode = code
    return fault


def test_where_others_are_at_the_database_it_is_read_again(practice, handlers):
    def is_busy(message, *, now):
        raise in_use(sqlite3.SQLITE_BUSY)

    handlers(is_busy)
    one = inbound("please stop texting me")
    with pytest.raises(OperationalError):
        receive(one, now=NOW)
    handlers(handles)

    assert receive(one, now=NOW).is_handled


def test_what_is_wrong_with_the_database_for_good_is_for_people(practice, handlers):
    def is_broken(message, *, now):
        raise in_use(sqlite3.SQLITE_CORRUPT)

    handlers(is_broken)

    message = text("please stop texting me")
    assert (message.is_waiting, message.worked_at) == (True, NOW)


def test_handlers_are_asked_in_the_order_of_the_settings():
    assert settings.INBOUND_HANDLERS[0] == "messaging.keywords.read"
    assert settings.INBOUND_HANDLERS[-1] == "messaging.nights.answer"


def test_whoever_reads_at_this_moment_is_not_doubled(practice, handlers):
    handlers(handles)
    message = receiving.store(inbound("C"), now=NOW)
    Message.objects.filter(pk=message.pk).update(begun_at=NOW)

    assert not receiving.work(message, now=NOW)


def test_what_a_process_died_over_is_read_by_the_next_one(practice, handlers):
    handlers(handles)
    message = receiving.store(inbound("C"), now=NOW)
    Message.objects.filter(pk=message.pk).update(begun_at=NOW)

    assert left_over.work_left(now=NOW + INTERRUPTED) == 1
    assert Message.objects.get().is_handled
    assert left_over.work_left(now=NOW + INTERRUPTED) == 0


def test_an_address_is_one_however_it_is_written(practice):
    text("One", sender="+1 (212) 555-0187")
    text("Two")

    assert Conversation.objects.count() == 1


def test_what_comes_with_it_is_put_down_to_be_fetched(practice):
    media = [Media("https://api.example/1", "image/jpeg")] * 12

    message = text("", media=media)

    numbers = message.attachments.values_list("number", flat=True)
    assert list(numbers) == list(range(receiving.MOST_MEDIA))


def test_a_nul_does_not_spoil_it(practice):
    assert text("a\x00b").body == "ab"


def test_everything_that_happens_leaves_a_row(practice):
    message = text("Hello")

    kinds = message.events.values_list("kind", "actor")
    assert list(kinds) == [
        ("opened", "Whoever wrote"),
        ("for_people", "Rules for messages"),
    ]
