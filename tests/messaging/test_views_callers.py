"""The card of whoever is calling, and the page of a phone PIN."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from messaging.models import IncomingCall, PhonePin
from practice import patients, work
from practice.models import Role, TrailEntry
from tests import cast
from tests.messaging.hooking import PHONE
from tests.messaging.incoming import text

pytestmark = pytest.mark.django_db
CARDS = "/calls/"
PART = {"part": "1", "seen": ""}
POLL = {"X-Background-Poll": "1"}


@pytest.fixture
def desk(as_, front_desk):
    return as_(front_desk)


@pytest.fixture
def point(patient):
    return cast.make_contact(patient, value=PHONE, may_name_practice=True)


@pytest.fixture
def call(location, now):
    return ring(now)


def ring(now, number=1, address=PHONE):
    return IncomingCall.objects.create(
        vendor_id=f"CA{number}", address=address, came_at=now
    )


def card(client, **asked):
    return client.get(CARDS, PART | asked, headers=POLL)


def looks():
    return TrailEntry.objects.filter(kind="seen.callers")


def test_while_nobody_calls_the_poll_says_and_logs_nothing(desk):
    assert card(desk).status_code == 204
    assert not looks().exists()
    assert "Nobody calls at the moment" in desk.get(CARDS).content.decode()


def test_a_known_number_has_a_card_with_whose_it_is(desk, patient, point, call, now):
    text("Hello", sender=PHONE)
    usual = {"kind": "x", "to": Role.FRONT_DESK, "due_at": now, "by": cast.FOUNDER}
    work.raise_task(title="Ring back", patient=patient, now=now, **usual)
    page = card(desk).content.decode()

    assert patient.display_name in page
    assert "1 open task" in page
    assert "nothing booked" in page
    assert "A conversation with this number is open" in page
    assert "Hello" not in page
    assert looks().count() == 1


def test_the_same_card_is_told_once(desk, patient, point, call):
    page = card(desk).content.decode()
    seen = re.search(r"seen=(\w+)", page)[1]

    assert card(desk, seen=seen).status_code == 204
    IncomingCall.objects.update(ended_at=call.came_at, outcome="missed")
    gone = card(desk, seen=seen)
    assert gone.status_code == 200
    assert PHONE[-4:] not in gone.content.decode()


def test_everybody_with_the_number_is_named(desk, patient, point, call, location):
    other = cast.make_patient(at=location)
    cast.make_contact(other, value=PHONE)
    page = card(desk).content.decode()

    assert patient.display_name in page
    assert other.display_name in page


def test_a_chart_of_another_place_is_not_named(desk, patient, call):
    elsewhere = cast.make_location(name="Queens", short_name="Queens")
    other = cast.make_patient(at=elsewhere)
    cast.make_contact(other, value=PHONE)
    page = card(desk).content.decode()

    assert other.display_name not in page
    assert "a chart of another place" in page


def test_a_restricted_chart_is_not_named(desk, patient, point, call, manager):
    patients.restrict(
        patient=patient, is_restricted=True, reason="A colleague", by=manager
    )

    assert patient.display_name not in card(desk).content.decode()


@pytest.mark.parametrize("address", ["+12125550133", ""])
def test_an_unknown_number_says_so(desk, location, now, address):
    ring(now, address=address)

    assert "The number is on no chart" in card(desk).content.decode()


@pytest.mark.parametrize(
    ("wish", "is_said"),
    [({"may_name_practice": True}, False), ({"may_name_practice": False}, True)],
)
def test_what_is_not_safe_there_is_said_first(desk, patient, call, wish, is_said):
    cast.make_contact(patient, value=PHONE, **wish)

    assert ("Safe contact" in card(desk).content.decode()) is is_said


def test_a_card_can_be_put_away_on_this_screen(
    desk, as_, manager, patient, point, call
):
    answer = desk.post(reverse("caller_away", args=[call.pk]), {"next": "/"})

    assert answer.url == "/"
    assert card(desk).status_code == 204
    assert card(as_(manager)).status_code == 200


def test_a_call_that_is_long_gone_has_no_card(desk, patient, point, now):
    ring(now - timedelta(minutes=6))

    assert card(desk).status_code == 204


def test_a_card_takes_the_same_queries_for_any_number_of_charts(
    desk, patient, point, call, location, django_assert_max_num_queries
):
    card(desk)
    for _one in range(4):
        cast.make_contact(cast.make_patient(at=location), value=PHONE)
    with django_assert_max_num_queries(40):
        card(desk)


# The phone PIN -----------------------------------------------------------------------
def test_a_pin_is_made_and_shown_once(desk, patient):
    path = reverse("phone_pin", args=[patient.pk])
    assert "There is none" in desk.get(path).content.decode()
    made = desk.post(path).content.decode()
    digits = re.search(r">(\d( \d){5})<", made)[1]

    assert "only time you see it" in made
    assert digits not in desk.get(path).content.decode()
    assert PhonePin.objects.get().patient == patient
    page = desk.get(reverse("patient", args=[patient.pk])).content.decode()
    assert "There is a PIN since" in page


def test_a_pin_is_taken_away(desk, patient):
    path = reverse("phone_pin", args=[patient.pk])
    desk.post(path)
    desk.post(reverse("phone_pin_end", args=[patient.pk]))

    assert not PhonePin.objects.exists()


def test_a_minor_is_offered_none_and_a_press_is_refused_in_words(desk, location, now):
    child = cast.make_patient(at=location, born_on=now.date() - timedelta(days=3000))
    path = reverse("phone_pin", args=[child.pk])

    assert "Make a PIN" not in desk.get(path).content.decode()
    answer = desk.post(path)
    assert answer.status_code == 422
    assert "Adults whose chart is active" in answer.content.decode()
