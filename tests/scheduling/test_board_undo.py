"""What the board takes back within the minute: a delay, by phone instead of video."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from scheduling import booking, delays
from scheduling.booking import Plan
from scheduling.models import Modality
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


@layer
def visit(plan, patient, front_desk, now):
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=now)


@pytest.fixture
def delay(visit, front_desk, now):
    attendee = visit.attendees.get()
    return delays.say_late(attendee=attendee, minutes=20, by=front_desk, now=now)


def is_back(client, delay):
    client.post(reverse("delays_undo", args=[str(delay.pk)]))
    delay.refresh_from_db()
    return delay.is_withdrawn


def test_who_said_a_delay_takes_it_back(desk, delay):
    assert is_back(desk, delay)


def test_nobody_else_takes_a_delay_back(as_, manager, delay):
    assert not is_back(as_(manager), delay)


def test_after_the_minute_a_delay_stands(desk, delay, now):
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        assert not is_back(desk, delay)


@pytest.fixture
def by_phone(desk, clinician, location, hours, patient, front_desk, now):
    """A video visit that goes on by phone."""
    kind = make_type(clinician, name="Video", is_telehealth=True)
    plan = Plan(kind, clinician, location, at(14, day=2), Modality.TELEHEALTH)
    visit = booking.book(plan=plan, patients=[patient], by=front_desk, now=now)
    desk.post(reverse("video_to_phone", args=[visit.pk]))
    return visit


@pytest.mark.parametrize(
    ("minutes", "way"), [(0, Modality.TELEHEALTH), (2, Modality.PHONE)]
)
def test_within_the_minute_it_is_by_video_again(desk, by_phone, now, minutes, way):
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        desk.post(reverse("video_again", args=[by_phone.pk]))

    by_phone.refresh_from_db()
    assert by_phone.modality == way
