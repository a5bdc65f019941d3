"""Outside of hours, whoever waits for a person is told whom to call; once a night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.models import Delivery
from messaging.nights import night_of
from messaging.occasions import Occasion
from messaging.receiving import receive
from practice import locations
from tests import cast
from tests.messaging.incoming import NUMBER, answers, inbound, text

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # nine at night in New York
MORNING = EVENING + timedelta(hours=13)


@pytest.fixture
def hours(location):
    spans = [(day, time(8), time(18)) for day in range(5)]
    locations.set_hours(location=location, spans=spans, by=cast.FOUNDER)


def test_at_night_they_are_told_and_people_read_it(hours):
    message = text("My leg hurts", now=EVENING)

    assert message.is_waiting
    assert answers() == [Occasion.NIGHT]
    body = Delivery.objects.get().body
    assert "911" in body
    assert "988" in body


@pytest.mark.parametrize(("minutes", "told"), [(29, [Occasion.NIGHT]), (31, [])])
def test_what_came_late_is_not_answered_as_if_it_were_new(minutes, told, hours):
    sent = EVENING - timedelta(minutes=minutes)

    receive(inbound("My leg hurts", sent_at=sent), now=EVENING)

    assert answers() == told


def test_once_a_night_is_enough(hours):
    text("My leg hurts", now=EVENING)
    text("Very much", now=EVENING + timedelta(hours=7))

    assert answers() == [Occasion.NIGHT]


def test_the_next_night_is_another_one(hours):
    text("My leg hurts", now=EVENING)
    text("Still", now=EVENING + timedelta(days=1))

    assert answers() == [Occasion.NIGHT] * 2


def test_by_day_nobody_is_told(hours):
    text("My leg hurts", now=MORNING)

    assert answers() == []


def test_a_place_that_is_open_elsewhere_reads_it(hours, far_location):
    spans = [(day, time(0), time(23, 59)) for day in range(7)]
    locations.set_hours(location=far_location, spans=spans, by=cast.FOUNDER)

    text("My leg hurts", now=EVENING)

    assert answers() == []


def test_without_hours_no_night_is_known(location):
    text("My leg hurts", now=EVENING)

    assert answers() == []


def test_whoever_wants_no_texts_gets_none(hours, settings):
    settings.TWILIO_HANDLES_STOP = True
    text("STOP", now=EVENING)

    text("My leg hurts", now=EVENING)

    assert answers() == []


def test_they_are_told_in_the_language_they_read(hours, location):
    reader = cast.make_patient(at=location, written_language="es")
    cast.make_contact(reader, value=NUMBER)

    text("Me duele", now=EVENING)

    assert Delivery.objects.get().language == "es"


@given(st.integers(0, 400 * 24 * 60).map(lambda n: EVENING + timedelta(minutes=n)))
def test_a_night_goes_from_noon_to_noon(at):
    same = night_of(at, "UTC")

    noon = datetime.combine(same, time(12), UTC)
    assert noon <= at < noon + timedelta(days=1)
    assert isinstance(same, date)
