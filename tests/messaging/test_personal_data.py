"""What was said goes with a chart, and nobody else's words go along."""

from __future__ import annotations

import pytest

from consent.states import Channel
from messaging import attachments
from messaging.models import (
    Attachment,
    AttachmentBytes,
    Conversation,
    ConversationEvent,
    Delivery,
    DeliveryEvent,
    Message,
)
from messaging.personal_data import MessageData
from messaging.receiving import Media
from practice import patients, personal_data
from tests import cast
from tests.messaging.incoming import NUMBER, text
from tests.messaging.writing import write
from tests.practice.erased import erase, held

NOW = cast.MONDAY
WORDS = "Threnody of the nightjar"
ALL = [Conversation, ConversationEvent, Message, Delivery, DeliveryEvent]
ALL += [Attachment, AttachmentBytes]


def say(patient, by, **details):
    """They wrote with a picture, and were answered."""
    media = [Media("https://api.example/1", "image/png")]
    message = text(WORDS, media=media, **details)
    attachments.take(attachment=message.attachments.get(), content=b"\x89PNG\r\n\x1a\n")
    write(f"About {WORDS}", message=message, patient=patient, by=by)
    return message


def gone(patient):
    return patients.end_care(patient=patient, reason="Moved", by=cast.FOUNDER, now=NOW)


@pytest.mark.django_db
def test_the_export_has_both_directions(patient, front_desk):
    cast.make_contact(patient, value=NUMBER)
    say(patient, front_desk)

    kept = personal_data.export_chart(patient=patient, by=front_desk)["messages"]

    assert [row["body"] for row in kept["received"]] == [WORDS]
    assert [row["body"] for row in kept["sent"]] == [f"About {WORDS}"]
    assert [row["found_type"] for row in kept["attachment"]] == ["image/png"]


@pytest.mark.django_db
def test_nothing_said_stands_in_the_way(patient):
    keeper = MessageData()

    assert keeper.open_ends([patient.pk]) == []
    assert keeper.records([patient.pk]) == keeper.texts([patient.pk]) == []


@pytest.mark.django_db(transaction=True)
def test_everything_goes_with_the_chart(owner, patient, front_desk):
    cast.make_contact(patient, value=NUMBER)
    say(patient, front_desk)

    erase(gone(patient), front_desk)

    assert [model.objects.count() for model in ALL] == [0] * len(ALL)
    assert held(WORDS) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_not_filed_goes_where_nobody_else_has_the_number(
    owner, patient, front_desk
):
    text(WORDS)
    cast.make_contact(patient, value=NUMBER)

    erase(gone(patient), front_desk)

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_shared_number_the_others_words_stay(owner, patient, location, front_desk):
    other = cast.make_patient(at=location)
    cast.make_contact(patient, value=NUMBER)
    theirs = say(patient, front_desk)
    cast.make_contact(other, value=NUMBER)
    others = text("Mine stays")

    erase(gone(patient), front_desk)

    assert list(Message.objects.values_list("pk", flat=True)) == [others.pk]
    assert Conversation.objects.get(channel=Channel.TEXT).address == NUMBER
    assert not ConversationEvent.objects.filter(message=theirs.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_guards_stand_again_afterwards(owner, patient, front_desk):
    from django.db import connection

    from practice.guards import missing

    cast.make_contact(patient, value=NUMBER)
    say(patient, front_desk)

    erase(gone(patient), front_desk)

    assert missing(connection) == []
