"""A shared PC in ordinary use: leaving, coming back, taking over, setting a PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from practice import clock, pins, sessions, tasks, workstations
from practice.models import KeptSignIn, Pin, TrailEntry
from tests import cast
from tests.practice import desks
from tests.practice.desks import OTHER_PIN, PIN, arrive, give_pin, leave, visit, who
from tests.practice.doors import knock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """The browser of a PC that many people use."""
    return Client()


@pytest.fixture
def fran(front_desk):
    return give_pin(front_desk)


@pytest.fixture
def cleo(clinician):
    return give_pin(clinician, OTHER_PIN)


@pytest.fixture
def clockwork():
    with time_machine.travel(cast.MONDAY, tick=False) as traveller:
        yield lambda **span: traveller.shift(timedelta(**span))


def names_on(desk):
    page = desk.get(reverse("switch")).content.decode()
    return [name for name in ("Fran Desk", "Cleo Clinician") if name in page]


# Leaving --------------------------------------------------------------------
def test_leaving_ends_the_session_and_asks_who_is_here(desk, fran):
    arrive(desk, fran)

    answer = leave(desk)

    assert answer["Location"] == reverse("switch")
    assert who(desk) is None
    assert desk.get("/").status_code == 302
    assert names_on(desk) == ["Fran Desk"]


def test_the_pc_keeps_a_token_of_which_we_keep_a_digest(desk, fran):
    visit(desk, fran)

    cookie = desk.cookies[settings.WORKSTATION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] == 12 * 3600
    assert len(cookie.value) >= 43
    assert desks.kept_of(fran).workstation == workstations.digest_of(cookie.value)
    assert cookie.value not in str(KeptSignIn.objects.values())


def test_who_has_no_pin_is_not_named(desk, front_desk, cleo):
    visit(desk, front_desk)
    visit(desk, cleo)

    assert names_on(desk) == ["Cleo Clinician"]


def test_another_pc_names_nobody(desk, fran):
    visit(desk, fran)

    assert names_on(Client()) == []


def test_a_page_elsewhere_is_not_kept_as_the_way_back(desk, fran):
    for path in ("//evil.example/", "https://evil.example/", "javascript:1", "/" * 600):
        leave(arrive(desk, fran), path)

        assert desks.kept_of(fran).path == ""


def test_looking_at_who_is_here_writes_nothing(desk, fran, django_assert_num_queries):
    visit(desk, fran)

    # The practice, whose sign-ins are kept, their factors.
    with django_assert_num_queries(3):
        desk.get(reverse("switch"))


def test_more_people_cost_no_more_questions(
    desk, location, fran, django_assert_num_queries
):
    visit(desk, fran)
    for _number in range(5):
        visit(desk, give_pin(cast.make_staff("front_desk", at=location)))

    with django_assert_num_queries(3):
        desk.get(reverse("switch"))


# Coming back ----------------------------------------------------------------
def test_the_pin_leads_back_to_the_page_that_was_left(desk, fran):
    visit(desk, fran, "/settings/?tab=hours")

    answer = desks.come_back(desk, fran)

    assert answer["Location"] == "/settings/?tab=hours"
    assert who(desk) == fran.pk


def test_everybody_comes_back_to_their_own_page(desk, fran, cleo):
    visit(visit(desk, fran, "/patients/"), cleo, "/staff/")

    first = desks.come_back(desk, fran)
    leave(desk, "/patients/7/")
    second = desks.come_back(desk, cleo, OTHER_PIN)
    leave(desk, "/staff/")
    third = desks.come_back(desk, fran)

    places = [answer["Location"] for answer in (first, second, third)]
    assert places == ["/patients/", "/staff/", "/patients/7/"]


def test_a_colleague_takes_over_a_screen_that_nobody_left(desk, fran, cleo):
    visit(desk, cleo)
    arrive(desk, fran)

    desks.come_back(desk, cleo, OTHER_PIN)

    assert who(desk) == cleo.pk
    leave(desk)
    assert names_on(desk) == ["Fran Desk", "Cleo Clinician"]


def test_the_trail_says_who_took_over(desk, fran, cleo):
    visit(visit(desk, fran), cleo)

    desks.come_back(desk, fran)

    line = TrailEntry.objects.get(kind="staff.came_back")
    assert (line.actor_id, line.record_id) == (fran.pk, fran.pk)
    assert line.reason == "PIN, after Cleo Clinician"


def test_a_wrong_pin_opens_nothing_and_says_so(desk, fran):
    visit(desk, fran)

    answer = desks.come_back(desk, fran, OTHER_PIN)

    assert answer.status_code == 422
    assert "That is not the PIN. 4 tries are left." in answer.content.decode()
    assert OTHER_PIN not in answer.content.decode()
    assert who(desk) is None


def test_a_locked_pin_is_told_and_no_longer_offered(desk, fran, cleo):
    visit(visit(desk, fran), cleo)
    for _turn in range(5):
        last = desks.come_back(desk, fran, OTHER_PIN)

    assert "locked after five wrong tries" in last.content.decode()
    page = desk.get(reverse("switch")).content.decode()
    assert "The PIN of Fran Desk is locked" in page
    assert f'value="{fran.pk}"' not in page


def test_a_full_sign_in_unlocks_and_warns(desk, fran):
    visit(desk, fran)
    for _turn in range(5):
        desks.come_back(desk, fran, OTHER_PIN)

    knock(desk, fran)

    assert Pin.objects.get().tries == 0
    assert "five wrong PINs for you" in desk.get("/").content.decode()


def test_a_full_sign_in_leads_back_to_the_page_that_was_left(desk, fran):
    visit(desk, fran, "/settings/")

    answer = knock(desk, fran)

    assert answer["Location"] == "/settings/"


def test_a_full_sign_in_elsewhere_leads_to_today(desk, fran):
    visit(desk, fran, "/settings/")

    assert knock(Client(), fran)["Location"] == "/"


def test_the_entrance_offers_the_pin_on_a_shared_pc_only(desk, fran):
    visit(desk, fran)
    way = f'href="{reverse("switch")}"'

    assert way in desk.get("/accounts/login/").content.decode()
    assert way not in Client().get("/accounts/login/").content.decode()


# Signing out ----------------------------------------------------------------
def test_who_signs_out_does_not_come_back_by_pin(desk, fran, cleo):
    visit(visit(desk, fran), cleo)
    desks.come_back(desk, fran)

    desk.post("/accounts/logout/")

    assert names_on(desk) == ["Cleo Clinician"]
    assert desks.come_back(desk, fran).status_code == 422


def test_everybody_can_be_signed_out_of_the_pc(desk, fran, cleo):
    visit(desk, fran)
    arrive(desk, cleo)

    answer = desk.post(reverse("switch_forget"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert who(desk) is None
    assert not KeptSignIn.objects.exists()
    assert desk.cookies[settings.WORKSTATION_COOKIE_NAME].value == ""


# Nobody used the screen ----------------------------------------------------
def test_who_was_signed_off_by_the_clock_comes_back_by_pin(desk, fran, clockwork):
    arrive(desk, fran).get("/")
    clockwork(minutes=16)
    desk.get("/settings/?tab=hours")
    assert who(desk) is None

    answer = desks.come_back(desk, fran)

    assert answer["Location"] == "/settings/?tab=hours"
    assert who(desk) == fran.pk


def test_a_page_that_only_asks_is_remembered_as_the_page_it_is(desk, fran, clockwork):
    arrive(desk, fran).get("/")
    clockwork(minutes=16)
    page = {"Referer": "http://testserver/patients/7/", "X-Background-Poll": "1"}

    desk.get(reverse("session_status"), headers=page)

    assert desks.kept_of(fran).path == "/patients/7/"


def test_signing_out_too_late_is_signing_out(desk, fran, clockwork):
    arrive(desk, fran).get("/")
    clockwork(minutes=16)

    desk.post("/accounts/logout/")

    assert not KeptSignIn.objects.exists()


def test_what_is_over_is_deleted_by_the_clock(desk, fran, cleo, clockwork):
    visit(desk, fran)
    clockwork(hours=6)
    visit(desk, cleo)
    clockwork(hours=6)

    tasks.forget_kept_sign_ins(now=clock.now())

    assert KeptSignIn.objects.get().staff == cleo


# The list of sign-ins -------------------------------------------------------
def test_the_list_of_sign_ins_shows_and_ends_what_is_kept(desk, fran):
    visit(desk, fran)
    own = arrive(Client(), fran)
    url = reverse("usersessions_list")
    assert "A shared computer" in own.get(url).content.decode()

    own.post(url)

    assert not KeptSignIn.objects.exists()
    assert names_on(desk) == []


def test_sessions_that_came_back_are_listed_and_can_be_ended(desk, fran, manager):
    desks.come_back(visit(desk, fran), fran)
    assert UserSession.objects.filter(user=fran).count() == 1

    sessions.end_all(staff=fran, by=manager, now=clock.real_now())

    assert who(desk) is None


# The PIN's own page ---------------------------------------------------------
def test_a_pin_is_set_and_removed_on_its_page(front_desk, as_):
    client = as_(front_desk)

    client.post(reverse("pin"), {"pin": PIN, "again": PIN})
    pins.prove(staff=front_desk, pin=PIN)
    assert "Remove the PIN" in client.get(reverse("pin")).content.decode()

    client.post(reverse("pin_remove"))
    assert not Pin.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"pin": "1234", "again": "1234"}, "Everybody tries this one first"),
        ({"pin": PIN, "again": OTHER_PIN}, "The two PINs differ"),
        ({"pin": "12", "again": "12"}, "four to eight digits"),
    ],
)
def test_a_wrong_pin_is_told_beside_its_field_and_not_shown(
    front_desk, as_, typed, words
):
    answer = as_(front_desk).post(reverse("pin"), typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{typed["pin"]}"' not in answer.content.decode()
