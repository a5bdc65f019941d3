"""A person writes: for a minute it waits, and what the patient forbade binds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.states import Channel
from messaging import replying
from messaging.models import Delivery
from messaging.replying import AlreadyGone, NotAllowedToText, NothingWritten, TooLong
from messaging.states import Status
from tests import cast
from tests.consent.stopping import stop
from tests.messaging.incoming import NUMBER, text
from tests.messaging.writing import write

pytestmark = pytest.mark.django_db
NOW = cast.MONDAY


@pytest.fixture
def number(patient):
    return cast.make_contact(patient, value=NUMBER)


def test_it_waits_a_minute_and_names_its_writer(number, patient, front_desk):
    row = write("See you then.", message=text(), patient=patient, by=front_desk)

    assert row.planned_at == NOW + timedelta(minutes=1)
    assert (row.purpose, row.writer, row.patient) == (
        "human_reply",
        front_desk,
        patient,
    )


def test_typographic_characters_are_made_plain(number, patient, front_desk):
    assert write("It’s fine…", patient=patient, by=front_desk).body == "It's fine..."


@pytest.mark.parametrize(
    ("body", "refusal"), [("  \n ", NothingWritten), ("long " * 400, TooLong)]
)
def test_nothing_and_too_much_are_refused(body, refusal, number, patient, front_desk):
    with pytest.raises(refusal):
        write(body, patient=patient, by=front_desk)


def test_a_stop_binds_people_too(number, patient, front_desk):
    stop(NUMBER)

    with pytest.raises(NotAllowedToText, match="stop word"):
        write(patient=patient, by=front_desk)


def test_a_number_that_is_not_on_the_chart_is_refused(patient, front_desk):
    with pytest.raises(NotAllowedToText, match="not on the chart"):
        write(patient=patient, by=front_desk)


def test_a_number_of_nobody_may_be_answered(practice, front_desk):
    assert write(message=text(), by=front_desk).patient is None


def test_its_writer_takes_it_back_before_it_left(number, patient, front_desk):
    row = write(patient=patient, by=front_desk)

    replying.take_back(delivery=row, by=front_desk, now=NOW)
    replying.take_back(delivery=row, by=front_desk, now=NOW)

    assert Delivery.objects.get().status == Status.WITHDRAWN


def test_what_left_is_not_taken_back(number, patient, front_desk):
    row = write(patient=patient, by=front_desk)
    Delivery.objects.update(status=Status.ACCEPTED)

    with pytest.raises(AlreadyGone):
        replying.take_back(delivery=row, by=front_desk, now=NOW)


def test_a_colleague_takes_nothing_back(number, patient, front_desk, manager):
    row = write(patient=patient, by=front_desk)

    with pytest.raises(AlreadyGone):
        replying.take_back(delivery=row, by=manager, now=NOW)


def test_family_is_written_to_as_family(patient, front_desk):
    kin = cast.make_caregiver(patient, may_be_told=True)
    cast.make_contact(kin, value=NUMBER)

    row = replying.to_number(
        address=NUMBER,
        body="See you then.",
        patient=patient,
        caregiver=kin,
        by=front_desk,
        now=NOW,
    )

    assert row.caregiver == kin


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Hello", "5 of 160 characters: one text."),
        ("x" * 161, "charged as 2 texts"),
        ("á" * 71, "makes it dearer"),
    ],
)
def test_what_it_costs_is_said(body, words):
    assert words in replying.parts_in_words(body)


def test_who_called_is_answered_by_a_text(number, patient, front_desk):
    called = text("1", channel=Channel.CALL)
    row = write("See you then.", message=called, patient=patient, by=front_desk)

    assert row.channel == Channel.TEXT
    assert row.ids["conversation"] != called.conversation_id
