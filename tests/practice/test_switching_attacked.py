"""A shared PC under attack: what a PIN, a cookie or an old page must not open."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from practice import clock, gate, pins, sessions, signing_in, staffing, workstations
from practice.models import KeptSignIn, Pin
from practice.trail import keep
from tests import cast
from tests.practice import desks
from tests.practice.desks import OTHER_PIN, PIN, arrive, give_pin, leave, visit, who
from tests.practice.doors import NEW

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


def stolen(desk, value=None):
    """Another machine with the PC's cookie, or with one somebody made up."""
    client = Client()
    client.cookies[settings.WORKSTATION_COOKIE_NAME] = value or desks.token(desk)
    return client


def refused(desk, person, pin=PIN):
    """Whether the right PIN opens nothing here."""
    answer = desks.come_back(desk, person, pin)
    return answer.status_code == 422 and who(desk) is None


def factor_of(person, kind="totp"):
    return Authenticator.objects.create(user=person, type=kind, data={"secret": ""})


# The cookie, the PIN: neither alone -----------------------------------------
def test_a_stolen_cookie_opens_nothing_without_the_pin(desk, fran):
    thief = stolen(visit(desk, fran))

    assert thief.get("/patients/").status_code == 302
    for guess in ("0000", "", "9999999"):
        assert refused(thief, fran, guess)


def test_a_pin_opens_nothing_without_the_cookie(desk, fran):
    visit(desk, fran)

    assert refused(Client(), fran)
    assert Pin.objects.get().tries == 0


@pytest.mark.parametrize("value", ["x", "0", "é\ud83d", "a" * 5000, "';--"])
def test_a_made_up_cookie_opens_nothing(desk, fran, value):
    visit(desk, fran)

    assert refused(stolen(desk, value.encode(errors="replace").decode("latin-1")), fran)


def test_a_cookie_that_somebody_planted_is_not_taken_over(desk, fran):
    planted = "planted-by-somebody-who-was-here-before"
    desk.cookies[settings.WORKSTATION_COOKIE_NAME] = planted

    visit(desk, fran)

    assert desks.token(desk) != planted
    assert refused(stolen(desk, planted), fran)


def test_who_left_another_pc_does_not_come_back_here(desk, fran, cleo):
    visit(desk, fran)
    elsewhere = visit(Client(), cleo)

    assert refused(elsewhere, fran)
    assert refused(desk, cleo, OTHER_PIN)
    assert not Pin.objects.filter(tries__gt=0).exists()


def test_the_pin_of_another_opens_nothing(desk, fran, cleo):
    visit(visit(desk, fran), cleo)

    assert refused(desk, fran, OTHER_PIN)


@pytest.mark.parametrize("pin", ["", "a" * 9000, "\x00", "٤٠٧١", "4071 or 1=1", "-1"])
@pytest.mark.parametrize("person", ["", "0", "-1", "9" * 5000, "None", "\x00"])
def test_nonsense_is_refused_with_a_sentence(desk, fran, person, pin):
    visit(desk, fran)

    answer = desk.post(reverse("switch"), {"person": person, "pin": pin})

    assert answer.status_code == 422
    assert Pin.objects.get().tries == 0


def test_guessing_is_limited_for_the_pc_as_a_whole(desk, location, fran, clockwork):
    people = [cast.make_staff("front_desk", at=location) for _number in range(5)]
    for person in people:
        visit(desk, give_pin(person))

    answers = [
        desks.come_back(desk, people[turn % 5], OTHER_PIN).status_code
        for turn in range(21)
    ]

    assert answers == [422] * 20 + [429]


# What ends it ---------------------------------------------------------------
def test_another_password_ends_it(desk, fran):
    visit(desk, fran)
    fran.set_password(NEW)
    keep(fran, by=fran, kind="staff.password_changed")

    assert refused(desk, fran)


def test_another_factor_ends_it(desk, fran):
    visit(desk, fran)
    factor_of(fran)

    assert refused(desk, fran)


def test_a_factor_taken_away_ends_it(desk, fran):
    factor = factor_of(fran)
    visit(desk, fran)
    factor.delete()

    assert refused(desk, fran)


def test_new_recovery_codes_do_not_end_it(desk, fran):
    visit(desk, fran)
    factor_of(fran, "recovery_codes")

    desks.come_back(desk, fran)

    assert who(desk) == fran.pk


def test_forgotten_factors_end_it(desk, fran, manager):
    visit(desk, fran)

    signing_in.forget_factors(staff=fran, by=manager, now=clock.real_now())

    assert refused(desk, fran)


def test_a_closed_account_ends_it_also_once_it_is_open_again(desk, fran, manager):
    visit(desk, fran)

    staffing.deactivate(staff=fran, by=manager)
    assert refused(desk, fran)
    staffing.reactivate(staff=fran, by=manager)

    assert refused(desk, fran)


def test_an_account_closed_while_its_pin_is_typed_stays_closed(desk, fran):
    visit(desk, fran)
    fran.is_active = False
    keep(fran, by=fran, kind="staff.deactivated")

    assert refused(desk, fran)


def test_ending_all_sessions_ends_it(desk, fran, manager):
    visit(desk, fran)

    sessions.end_all(staff=fran, by=manager, now=clock.real_now())

    assert refused(desk, fran)


def test_a_pin_that_was_removed_opens_nothing(desk, fran):
    visit(desk, fran)
    pins.remove_pin(staff=fran, by=fran)

    assert refused(desk, fran)


# Twelve hours ---------------------------------------------------------------
def test_twelve_hours_after_the_full_sign_in_it_is_over(desk, fran, clockwork):
    visit(desk, fran)
    clockwork(hours=11, minutes=59)
    desks.come_back(desk, fran)
    leave(desk)
    clockwork(minutes=1)

    assert refused(desk, fran)


def test_coming_back_makes_no_sign_in_longer(desk, fran, clockwork):
    visit(desk, fran)
    clockwork(hours=11, minutes=55)
    desks.come_back(desk, fran)
    assert desk.get("/").status_code == 200
    clockwork(minutes=5)

    assert desk.get("/").status_code == 302
    assert refused(desk, fran)


def test_who_comes_back_has_the_idle_time_anew(desk, fran, clockwork):
    visit(desk, fran)
    clockwork(hours=2)
    desks.come_back(desk, fran)

    left = desk.get(reverse("session_status")).json()["seconds_left"]

    assert left == 15 * 60


# The second factor and fresh proofs -----------------------------------------
def test_half_a_sign_in_is_not_kept_when_it_is_left(desk, fran, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    arrive(desk, fran, "password")

    answer = leave(desk)

    assert answer["Location"].startswith(reverse("second_factor"))
    assert not KeptSignIn.objects.exists()


def test_half_a_sign_in_is_not_kept_by_the_clock(desk, fran, settings, clockwork):
    settings.REQUIRE_SECOND_FACTOR = True
    arrive(desk, fran, "password")
    clockwork(minutes=16)

    desk.get("/")

    assert not KeptSignIn.objects.exists()


def test_a_pin_is_no_second_factor(desk, fran, settings):
    arrive(desk, fran, "password")
    leave(desk)
    settings.REQUIRE_SECOND_FACTOR = True

    desks.come_back(desk, fran)

    assert who(desk) is None
    assert desk.get("/")["Location"].startswith(reverse("second_factor"))


def test_a_whole_sign_in_comes_back_whole(desk, fran, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    visit(desk, fran)

    desks.come_back(desk, fran)

    assert desk.get("/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_came_back_is_asked_for_the_password_where_it_counts(desk, fran, method):
    """Also a minute after the full sign-in, and on the POST that has a longer grace."""
    visit(desk, fran)
    desks.come_back(desk, fran)

    answer = getattr(desk, method)(reverse("pin"), {"pin": "73902", "again": "73902"})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    pins.prove(staff=fran, pin=PIN)


def test_the_proof_given_later_does_not_survive_the_next_leaving(desk, fran):
    visit(desk, fran)
    desks.come_back(desk, fran)
    again = {"password": cast.PASSWORD}
    desk.post(reverse("account_reauthenticate"), again)
    assert desk.get(reverse("pin")).status_code == 200

    leave(desk)
    desks.come_back(desk, fran)

    assert desk.get(reverse("pin")).status_code == 302
    assert gate.is_fresh(desk.get("/").wsgi_request) is False


# Sessions and old pages -----------------------------------------------------
def test_a_session_planted_before_is_not_the_one_that_opens(desk, fran):
    visit(desk, fran)
    session = desk.session
    session["planted"] = "yes"
    session.save()
    desk.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    desks.come_back(desk, fran)

    assert desk.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_the_session_of_who_left_is_gone(desk, fran, cleo):
    arrive(desk, fran)
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = desk.session.session_key
    assert who(old) == fran.pk

    visit(desk, cleo)
    leave(desk)

    assert who(old) is None


def test_nothing_of_a_session_passes_to_the_next_person(desk, fran, cleo):
    visit(desk, cleo)
    arrive(desk, fran)
    session = desk.session
    session["draft"] = "Quillfeather"
    session.save()

    desks.come_back(desk, cleo, OTHER_PIN)

    assert who(desk) == cleo.pk
    assert "draft" not in desk.session


def test_a_form_on_an_old_page_is_refused_after_a_switch(desk, fran, cleo):
    visit(desk, cleo)
    arrive(desk, fran)
    desk.handler.enforce_csrf_checks = True
    page = desk.get(reverse("session_status")).json()
    token = {"X-CSRFToken": page["csrf"]}
    typed = {"person": cleo.pk, "pin": OTHER_PIN}
    assert desk.post(reverse("switch"), typed, headers=token).status_code == 302

    late = desk.post("/patients/new/", {"given_name": "Ana"}, headers=token)

    assert late.status_code == 403


def test_a_switch_needs_the_token_of_a_form(desk, fran):
    visit(desk, fran)
    desk.handler.enforce_csrf_checks = True

    for name in ("switch", "switch_leave", "switch_forget"):
        answer = desk.post(reverse(name), {"person": fran.pk, "pin": PIN})
        assert answer.status_code in (302, 403)

    assert who(desk) is None
    assert KeptSignIn.objects.filter(staff=fran).exists()


def test_the_pin_is_in_no_log_and_on_no_page(desk, fran, caplog):
    visit(desk, fran)
    desks.come_back(desk, fran, "918273")

    page = desks.come_back(desk, fran, "91827a").content.decode()

    assert "91827" not in page + caplog.text + str([r.__dict__ for r in caplog.records])


def test_what_is_kept_of_a_proof_has_no_time(desk, fran):
    visit(desk, fran)

    assert desks.kept_of(fran).records == [{"method": "password"}, {"method": "mfa"}]


def test_the_key_of_what_was_typed_is_everybodys_own(front_desk, clinician):
    keys = {workstations.drafts_key(person) for person in (front_desk, clinician)}
    before = workstations.drafts_key(front_desk)
    front_desk.set_password(NEW)

    assert len(keys) == 2
    assert workstations.drafts_key(front_desk) != before
