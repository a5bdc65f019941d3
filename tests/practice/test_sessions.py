"""Sessions: idle log-off on real time, the longest sign-in, ending them all."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from practice import clock, locations, sessions
from practice.models import TrailEntry
from practice.modes import Mode
from tests import cast
from tests.practice.doors import browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]


@pytest.fixture
def clockwork():
    """Stopped clocks that a test may push on."""
    with time_machine.travel(cast.MONDAY, tick=False) as traveller:
        yield lambda **span: traveller.shift(timedelta(**span))


def is_in(client):
    return client.get("/session/status/").json()["signed_in"]


# Idle -----------------------------------------------------------------------
def test_a_session_in_use_goes_on(front_desk, as_, clockwork):
    client = as_(front_desk)
    for _turn in range(10):
        clockwork(minutes=14)
        assert client.get("/").status_code == 200


def test_a_quiet_session_is_signed_off(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=15)

    response = client.get("/settings/?tab=hours")

    assert response["Location"] == "/accounts/login/?next=%2Fsettings%2F%3Ftab%3Dhours"
    assert not is_in(client)


def test_the_entrance_says_why_somebody_was_signed_off(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=16)

    page = client.get("/", follow=True).content.decode()

    assert "You were signed off because nobody used this screen" in page


def test_signing_in_again_leads_back_to_the_page(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=16)
    entrance = client.get("/half/")["Location"]
    answers = {"login": front_desk.email, "password": cast.PASSWORD}

    response = client.post(entrance, answers)

    assert response["Location"] == "/half/"


def test_a_late_form_changes_nothing(manager, as_, clockwork):
    client = as_(manager)
    client.get("/")
    clockwork(minutes=16)

    response = client.post("/keys/", headers={"Referer": "http://testserver/settings/"})

    assert response["Location"] == "/accounts/login/?next=%2Fsettings%2F"


def test_a_late_form_shows_what_was_typed_and_why_it_was_not_saved(
    manager, as_, clockwork
):
    client = as_(manager)
    client.get("/")
    clockwork(minutes=16)

    page = client.post(
        "/keys/", {"note": "rings twice"}, headers={"Sec-Fetch-Site": "same-origin"}
    ).content.decode()

    assert "rings twice" in page
    assert "You were signed off because nobody used this screen" in page


def test_what_was_typed_is_kept_where_somebody_else_ended_the_sign_in(
    front_desk, manager, as_, now
):
    client = as_(front_desk)
    client.get("/")
    sessions.end_all(staff=front_desk, by=manager, now=now)

    page = client.post(
        "/", {"note": "rings twice"}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert "rings twice" in page.content.decode()


def test_the_practice_sets_the_idle_time(practice, front_desk, as_, clockwork, manager):
    locations.change_practice(practice=practice, by=manager, idle_minutes=5)
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=5)

    assert client.get("/").status_code == 302


def test_a_new_idle_time_reaches_who_is_signed_in(
    practice, front_desk, as_, clockwork, manager
):
    client = as_(front_desk)
    client.get("/")
    locations.change_practice(practice=practice, by=manager, idle_minutes=30)
    clockwork(minutes=1)
    client.get("/")
    clockwork(minutes=29)

    assert client.get("/").status_code == 200


def test_a_page_that_polls_does_not_keep_a_session_alive(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    for _turn in range(15):
        clockwork(minutes=1)
        client.get("/", headers={"X-Background-Poll": "1"})

    assert client.get("/").status_code == 302


def test_asking_for_the_status_does_not_keep_a_session_alive(
    front_desk, as_, clockwork
):
    client = as_(front_desk)
    client.get("/")
    left = []
    for _turn in range(16):
        left.append(client.get("/session/status/").json()["seconds_left"])
        clockwork(minutes=1)

    assert left == [900 - 60 * minute for minute in range(15)] + [0]


def test_staying_is_one_press(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=14)

    answer = client.post("/session/extend/").json()

    assert answer["signed_in"]
    assert answer["seconds_left"] == 900
    clockwork(minutes=14)
    assert is_in(client)


def test_staying_too_late_is_told_plainly(front_desk, as_, clockwork):
    client = as_(front_desk)
    client.get("/")
    clockwork(minutes=15)

    answer = client.post("/session/extend/")

    assert answer.status_code == 200
    assert not answer.json()["signed_in"]


def test_the_demo_clock_signs_nobody_off(front_desk, as_, clockwork, settings):
    settings.MODE = Mode.DEMO
    client = as_(front_desk)
    client.get("/")
    clock.shift(offset=timedelta(days=3))

    assert client.get("/").status_code == 200


def test_a_busy_session_ends_after_twelve_hours(front_desk, as_, clockwork):
    client = as_(front_desk)
    for _turn in range(72):
        assert client.get("/").status_code == 200
        clockwork(minutes=10)

    assert client.get("/").status_code == 302


# Status ---------------------------------------------------------------------
def test_the_status_of_nobody(client, db):
    answer = client.get("/session/status/").json()

    assert (answer["signed_in"], answer["staff"], answer["seconds_left"]) == (
        False,
        None,
        0,
    )
    assert answer["csrf"]


def test_the_status_names_whose_session_it_is(front_desk, as_):
    answer = as_(front_desk).get("/session/status/").json()

    assert answer["staff"] == front_desk.pk


def test_half_a_sign_in_is_not_signed_in(front_desk, settings):
    settings.REQUIRE_SECOND_FACTOR = True

    assert not is_in(browser(front_desk, "password"))


def test_the_status_gives_a_token_that_works(front_desk, as_):
    client = as_(front_desk)
    client.handler.enforce_csrf_checks = True
    token = client.get("/session/status/").json()["csrf"]

    refused = client.post("/session/extend/")
    taken = client.post("/session/extend/", headers={"X-CSRFToken": token})

    assert (refused.status_code, taken.status_code) == (403, 200)


# Cost -----------------------------------------------------------------------
def test_a_session_is_written_at_most_twice_a_minute(
    front_desk, as_, clockwork, django_assert_num_queries
):
    client = as_(front_desk)
    client.get("/")
    clockwork(seconds=29)

    # The session, its person, the practice: nothing is written.
    with django_assert_num_queries(3):
        client.get("/")


# Ending ---------------------------------------------------------------------
def test_a_manager_ends_all_sessions_of_somebody(front_desk, manager, as_, now):
    desks = [as_(front_desk), as_(front_desk)]
    own = as_(manager)
    for client in (*desks, own):
        client.get("/")

    ended = sessions.end_all(staff=front_desk, by=manager, now=now)

    assert ended == 2
    assert [client.get("/").status_code for client in (*desks, own)] == [302, 302, 200]
    assert TrailEntry.objects.get(kind="staff.sessions_ended").actor_id == manager.pk


def test_the_list_of_sessions_ends_the_others(front_desk, as_):
    here, elsewhere = as_(front_desk), as_(front_desk)
    here.get("/")
    elsewhere.get("/")

    here.post("/accounts/sessions/")

    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_signing_out_leaves_nothing_behind(front_desk, as_):
    client = as_(front_desk)
    client.get("/")

    response = client.post("/accounts/logout/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(
        pk=client.cookies.get("wellhouse-session")
    ).exists()
    assert not is_in(client)


def test_looking_at_the_sign_out_page_signs_nobody_out(front_desk, as_):
    client = as_(front_desk)
    client.get("/accounts/logout/")

    assert is_in(client)


def test_each_session_is_listed_with_its_person(front_desk, as_):
    as_(front_desk).get("/")

    assert UserSession.objects.get().user == front_desk
