"""The card of whoever is calling, and the page of a phone PIN."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging import callers_now, incoming_calls, pin_numbers
from messaging.models import IncomingCall, PhonePin
from practice import caregivers, patients, work
from practice.models import Role, TrailEntry
from tests import cast
from tests.messaging.hooking import PHONE
from tests.messaging.households import aged, parent
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
    assert "(212) 555-0187 is calling" in page
    assert f"patient={patient.pk}" in page
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
    ("wish", "words"),
    [
        ({"may_call": False}, "Calls are not wanted at this number"),
        (
            {"safe_from": time(9), "safe_until": time(17)},
            "safe only from 9:00 AM to 5:00 PM",
        ),
    ],
)
def test_what_is_not_safe_there_is_said_first(desk, patient, call, wish, words):
    cast.make_contact(patient, value=PHONE, **wish)
    page = card(desk).content.decode()

    assert page.index("Safe contact") < page.index(patient.display_name)
    assert words in page


def test_who_asked_for_no_calls_is_said_first(desk, patient, point, call, now):
    patients.change_details(
        patient=patient, by=cast.FOUNDER, now=now, needs_no_calls=True
    )

    assert "asked not to be called" in card(desk).content.decode()


@pytest.mark.parametrize("may_name", [True, False])
def test_an_ordinary_number_has_no_banner(desk, patient, call, may_name):
    cast.make_contact(patient, value=PHONE, may_name_practice=may_name)

    assert "Safe contact" not in card(desk).content.decode()


# Family ------------------------------------------------------------------------------
def test_a_guardian_is_known_with_whose_they_are(desk, location, call):
    child = aged(8, location)
    parent(child, PHONE)
    page = " ".join(card(desk).content.decode().split())

    assert f'Parent of <a class="line-link" href="/patients/{child.pk}/"' in page
    assert f"patient={child.pk}" in page
    assert "The number is on no chart" not in page
    assert looks().count() == 1


def test_who_must_not_be_told_is_red_and_no_visit_is_said(desk, location, call):
    child = aged(8, location)
    parent(child, PHONE, may_be_told=False, must_not_be_told=True)
    page = card(desk).content.decode()

    assert "must not be told anything" in page
    assert "badge-bad" in page
    assert "nothing booked" not in page
    assert f"?patient={child.pk}" not in page


def test_a_bar_hides_the_visit_where_patient_and_barred_share_a_number(
    desk, patient, point, call
):
    parent(patient, PHONE, may_be_told=False, must_not_be_told=True)
    page = card(desk).content.decode()

    assert "Somebody with this number must not be told anything" in page
    assert "nothing booked" not in page


def test_who_is_barred_is_known_by_the_number_on_their_own_chart(
    desk, patient, point, call, location
):
    other = aged(40, location)
    barred = parent(other, "", may_be_told=False, must_not_be_told=True)
    caregivers.describe(
        caregiver=barred,
        name=barred.name,
        language=barred.language,
        own_chart=patient,
        by=cast.FOUNDER,
    )

    assert "must not be told anything" in card(desk).content.decode()


def test_a_right_that_ended_is_none(desk, location, call, now):
    parent(
        aged(8, location),
        PHONE,
        starts_on=now.date() - timedelta(days=9),
        ends_on=now.date() - timedelta(days=1),
    )
    page = card(desk).content.decode()

    assert "Parent of" not in page
    assert "The number also belongs to family" in page


def test_family_of_a_chart_of_another_place_is_not_named(desk, call):
    elsewhere = cast.make_location(name="Queens", short_name="Queens")
    child = aged(8, elsewhere)
    parent(child, PHONE)
    page = card(desk).content.decode()

    assert child.display_name not in page
    assert "The number also belongs to family" in page


def test_family_takes_the_same_queries_for_any_number_of_children(
    front_desk, location, call, now
):
    def barred_parent(years):
        bar = {"may_be_told": False, "must_not_be_told": True}
        parent(aged(years, location), PHONE, **bar)
        parent(aged(years, location), PHONE, name="Robin Kin")
        with CaptureQueriesContext(connection) as made:
            callers_now.ringing(front_desk, put_away=(), now=now)
        return len(made)

    first = barred_parent(5)
    assert [barred_parent(years) for years in (6, 7, 8)] == [first] * 3


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


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({}, "works from here"),
        ({"may_call": False}, "calls are not wanted there"),
        ({"may_name_practice": False}, "the practice may not be named there"),
        (
            {"safe_from": time(9), "safe_until": time(17)},
            "calls are safe there at some hours only",
        ),
    ],
)
def test_a_pin_says_from_which_numbers_it_works(desk, patient, now, wish, words):
    cast.make_contact(patient, value=PHONE, **{"may_name_practice": True} | wish)
    page = desk.get(reverse("phone_pin", args=[patient.pk])).content.decode()
    is_eligible = bool(incoming_calls.eligible(PHONE, now=now))

    assert words in page
    assert ("works from here" in page) is is_eligible is (not wish)


def test_a_pin_does_not_work_where_somebody_is_barred(desk, patient, point, now):
    parent(patient, PHONE, may_be_told=False, must_not_be_told=True)
    page = desk.get(reverse("phone_pin", args=[patient.pk])).content.decode()

    assert "somebody has it who must not be told anything" in page
    assert not incoming_calls.eligible(PHONE, now=now)


def test_numbers_take_the_same_queries_however_many_there_are(patient, now):
    def one_more():
        cast.make_contact(patient, may_name_practice=True)
        with CaptureQueriesContext(connection) as made:
            pin_numbers.of(patient, now=now)
        return len(made)

    first = one_more()
    assert [one_more(), one_more()] == [first] * 2
