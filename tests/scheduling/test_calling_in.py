"""Who says by text that they are here is texted when to come in."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse

from consent.states import Channel
from messaging import receiving
from messaging.models import Delivery
from messaging.receiving import Inbound
from scheduling import calling_in, visits
from tests import cast
from tests.scheduling.conftest import at
from tests.scheduling.reminding import make_phone
from tests.scheduling.visit_links import book

NOW = at(13, 50, day=18)
BY = cast.FOUNDER
pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(patient, practice):
    return make_phone(patient)


@pytest.fixture
def attendee(plan, patient, phone):
    visit = book(replace(plan, starts_at=at(14, day=18)), patient, now=at(9, day=2))
    return visit.attendees.get()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def say_here(phone, now=NOW):
    inbound = Inbound(
        vendor_id=f"SM{now:%H%M}",
        channel=Channel.TEXT,
        sender=phone.phone.as_e164,
        body="HERE",
        sent_at=now,
    )
    receiving.receive(inbound, now=now)


def written(occasion):
    return Delivery.objects.filter(occasion=occasion)


def board(desk):
    return desk.get(reverse("board"), {"on": "2026-03-18"}).content.decode()


def test_the_board_offers_to_text_them_in(attendee, phone, as_, front_desk):
    say_here(phone)

    page = board(as_(front_desk))

    assert "here by text" in page
    assert "Text: come in" in page
    assert "Text: about 15 min" in page


def test_who_came_to_the_desk_is_told_there(attendee, as_, front_desk):
    visits.arrive(attendees=[attendee], by=front_desk, now=NOW)

    page = board(as_(front_desk))

    assert "Text: come in" not in page


def test_one_press_texts_them_to_come_in(attendee, phone, as_, front_desk):
    say_here(phone)

    as_(front_desk).post(reverse("called_in", args=[attendee.pk]))

    [text] = written("come_in")
    assert (text.address, text.purpose) == (phone.phone.as_e164, "on_the_day")
    assert "come in" in text.body
    assert "told to come in" in board(as_(front_desk))


def test_a_second_press_texts_nobody_twice(attendee, phone):
    say_here(phone)
    attendee.refresh_from_db()

    for _press in range(2):
        calling_in.call_in(attendee=attendee, by=BY, now=NOW)

    assert written("come_in").count() == 1


def test_a_quarter_of_an_hour_is_said_as_a_time(attendee, phone, as_, front_desk):
    say_here(phone)

    as_(front_desk).post(reverse("told_longer", args=[attendee.pk]))

    assert "2:05" in written("a_moment_more").get().body
    page = board(as_(front_desk))
    assert "told it takes longer" in page
    assert "Text: come in" in page


def test_who_is_in_session_is_texted_nothing(attendee, phone, as_, front_desk):
    say_here(phone)
    visits.start(attendees=[attendee], by=front_desk, now=NOW)
    attendee.refresh_from_db()

    with pytest.raises(calling_in.NotWaiting):
        calling_in.call_in(attendee=attendee, by=BY, now=NOW)
