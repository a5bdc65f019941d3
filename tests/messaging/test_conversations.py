"""Done and open again: nothing that came in meanwhile is lost."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from messaging import conversations
from messaging.conversations import NewerMessage
from messaging.models import (
    Conversation,
    ConversationEvent,
    DeliveryEvent,
    Message,
)
from tests import cast
from tests.messaging.incoming import text
from tests.messaging.writing import write

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


def finish(message, by):
    conversations.finish(
        conversation=message.conversation, seen=message.pk, by=by, now=NOW
    )


def state():
    talk = Conversation.objects.get()
    return talk.state, talk.open_since_at, talk.is_kept_open


def test_done_is_done(front_desk):
    message = text()

    finish(message, front_desk)
    finish(message, front_desk)

    assert state() == ("done", None, False)
    kinds = list(message.events.values_list("kind", flat=True))
    assert kinds.count("done") == 1


def test_what_came_in_meanwhile_is_read_first(front_desk):
    seen = text("One")
    text("Two")

    with pytest.raises(NewerMessage):
        finish(seen, front_desk)

    assert state()[0] == "open"


def file_on(message, location):
    """What they wrote is on a chart of that place."""
    chart = cast.make_patient(at=location)
    Message.objects.filter(pk=message.pk).update(patient=chart)


def test_what_others_have_to_read_keeps_waiting(front_desk, location, far_location):
    secret, ours = text("of another"), text("Hello")
    file_on(secret, far_location)
    file_on(ours, location)

    finish(ours, front_desk)

    waiting = Message.objects.filter(is_waiting=True)
    assert list(waiting) == [secret]
    assert state()[0] == "open"


def test_what_came_for_others_meanwhile_is_not_waited_for(
    front_desk, location, far_location
):
    ours, secret = text("Hello"), text("of another")
    file_on(ours, location)
    file_on(secret, far_location)

    finish(ours, front_desk)

    assert list(Message.objects.filter(is_waiting=True)) == [secret]


def test_who_may_read_none_of_it_finishes_nothing(front_desk, far_location):
    secret = text("of another")
    file_on(secret, far_location)

    finish(secret, front_desk)

    assert state()[0] == "open"
    assert not secret.events.filter(kind="done").exists()


def test_the_next_message_opens_it_again(front_desk):
    finish(text("One"), front_desk)

    second = text("Two")

    assert state() == ("open", second.came_at, False)


def test_somebody_opens_it_again_and_is_done_again(front_desk):
    message = text()
    finish(message, front_desk)

    conversations.reopen(conversation=message.conversation, by=front_desk, now=NOW)
    assert state() == ("open", NOW, True)

    finish(message, front_desk)
    assert state() == ("done", None, False)


def test_what_was_reopened_stays_open_whatever_a_rule_handles(front_desk, settings):
    message = text()
    finish(message, front_desk)
    conversations.reopen(conversation=message.conversation, by=front_desk, now=NOW)

    text("STOP")

    assert state()[0] == "open"


@pytest.mark.parametrize("model", [ConversationEvent, DeliveryEvent])
@pytest.mark.parametrize(
    "sql",
    ["UPDATE {table} SET actor = 'nobody'", "DELETE FROM {table}"],
)
def test_what_happened_is_never_rewritten(model, sql, front_desk):
    write(message=text(), by=front_desk)

    with pytest.raises(IntegrityError), transaction.atomic():
        _run(sql.format(table=model._meta.db_table))


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
