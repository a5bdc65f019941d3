"""The second factor: enrolling, using, keeping and losing it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.urls import reverse

from practice import signing_in
from practice.models import TrailEntry
from tests.practice.doors import NEW, browser, knock, mailed_link

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]


def code_of(secret, now, *, windows_ago=0):
    return format_hotp_value(
        hotp_value(secret, int(now.timestamp()) // 30 - windows_ago)
    )


def enrol_app(client, now):
    """Enrol an authenticator app through its pages; returns its secret."""
    page = reverse("mfa_activate_totp")
    client.get(page)
    secret = client.session["mfa.totp.secret"]
    answer = client.post(page, {"code": code_of(secret, now)})
    assert answer.status_code == 302, answer.content
    return secret


@pytest.fixture
def factor_required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def enrolled(front_desk, factor_required, now):
    """Front desk with an authenticator app: (secret, recovery codes)."""
    client = browser(front_desk, "password")
    secret = enrol_app(client, now)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    return secret, re.findall(r"\b\d{8}\b", page)


@pytest.fixture
def later(enrolled, now):
    """After the code that enrolled the app."""
    with time_machine.travel(now + timedelta(seconds=60), tick=False):
        yield now + timedelta(seconds=60)


def test_the_code_that_enrolled_an_app_opens_nothing_else(
    enrolled, client, front_desk, now
):
    secret, _codes = enrolled
    knock(client, front_desk)

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, now)})

    assert client.get("/").status_code == 302


def test_the_first_sign_in_leads_to_enrolment(client, front_desk, factor_required):
    knock(client, front_desk)

    page = client.get("/", follow=True)

    assert page.request["PATH_INFO"] == reverse("second_factor")
    assert reverse("mfa_activate_totp") in page.content.decode()
    assert reverse("mfa_add_webauthn") in page.content.decode()


def test_enrolling_an_app_completes_the_sign_in(
    client, front_desk, factor_required, now
):
    knock(client, front_desk)

    enrol_app(client, now)

    assert client.get("/").status_code == 200


def test_recovery_codes_are_shown_once(front_desk, factor_required, now):
    client = browser(front_desk, "password")
    enrol_app(client, now)

    pages = [client.get(reverse("mfa_view_recovery_codes")) for _turn in range(2)]

    shown = [re.findall(r"\b\d{8}\b", page.content.decode()) for page in pages]
    assert [len(codes) for codes in shown] == [10, 0]


def test_a_wrong_first_code_enrols_nothing(front_desk, factor_required, now):
    client = browser(front_desk, "password")
    page = reverse("mfa_activate_totp")
    client.get(page)

    client.post(page, {"code": "000000"})

    assert not Authenticator.objects.exists()
    assert client.get("/").status_code == 302


def test_the_password_is_followed_by_the_code(client, front_desk, enrolled, later):
    asked = knock(client, front_desk)
    assert asked["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302

    client.post(reverse("mfa_authenticate"), {"code": code_of(enrolled[0], later)})

    assert client.get("/").status_code == 200


def test_a_code_works_once(front_desk, enrolled, later):
    code = {"code": code_of(enrolled[0], later)}
    first, second = Client(), Client()
    for client in (first, second):
        knock(client, front_desk)
        client.post(reverse("mfa_authenticate"), code)

    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_the_code_of_the_window_before_is_refused(client, front_desk, enrolled, now):
    knock(client, front_desk)

    code = code_of(enrolled[0], now, windows_ago=1)
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert client.get("/").status_code == 302


def test_a_recovery_code_works_once(front_desk, enrolled):
    code = {"code": enrolled[1][0]}
    first, second = Client(), Client()
    for client in (first, second):
        knock(client, front_desk)
        client.post(reverse("mfa_authenticate"), code)

    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


def test_guessing_codes_is_limited(client, front_desk, enrolled, now):
    knock(client, front_desk)
    for guess in range(6):
        client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})

    code = {"code": code_of(enrolled[0], now)}
    response = client.post(reverse("mfa_authenticate"), code)

    assert response.status_code == 200
    assert client.get("/").status_code == 302


def test_secrets_are_not_in_the_database_in_clear(enrolled):
    secret, codes = enrolled
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = json.dumps(cursor.fetchall())

    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_the_last_factor_stays(front_desk, enrolled):
    client = browser(front_desk, "password", "mfa")

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(type="totp").exists()


def test_the_last_passkey_stays(front_desk, factor_required):
    key = Authenticator.objects.create(
        user=front_desk, type="webauthn", data={"name": "Passkey 1", "credential": {}}
    )
    client = browser(front_desk, "password", "mfa")
    remove = reverse("mfa_remove_webauthn", args=[key.pk])

    client.post(remove)
    assert Authenticator.objects.filter(pk=key.pk).exists()

    Authenticator.objects.create(user=front_desk, type="totp", data={"secret": ""})
    client.post(remove)
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_removes_the_passkey_of_another(front_desk, clinician):
    key = Authenticator.objects.create(
        user=clinician, type="webauthn", data={"name": "Passkey 1", "credential": {}}
    )
    client = browser(front_desk, "password", "mfa")

    response = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert response.status_code == 404


def test_a_lost_factor_is_forgotten_and_enrolled_anew(
    client, front_desk, manager, enrolled, now
):
    signing_in.forget_factors(staff=front_desk, by=manager, now=now)

    knock(client, front_desk)

    assert client.get("/")["Location"].startswith("/second-factor/")
    assert TrailEntry.objects.filter(kind="staff.factors_forgotten").count() == 1
    enrol_app(client, now)
    assert client.get("/").status_code == 200


def test_who_has_a_factor_is_asked_to_sign_in_again(front_desk, enrolled):
    client = browser(front_desk, "password")

    page = client.get(reverse("second_factor")).content.decode()

    assert reverse("account_logout") in page
    assert reverse("mfa_add_webauthn") not in page


def test_a_complete_sign_in_has_no_business_with_the_second_factor(
    front_desk, factor_required
):
    client = browser(front_desk, "password", "mfa")

    response = client.get(reverse("second_factor"), {"next": "/settings/"})

    assert response["Location"] == "/settings/"


def test_a_reset_keeps_the_second_factor(client, front_desk, enrolled):
    client.post(reverse("account_reset_password"), {"email": front_desk.email})
    link = mailed_link()
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})

    response = knock(client, front_desk, NEW)

    assert response["Location"] == reverse("mfa_authenticate")


def test_a_refused_code_is_logged(client, front_desk, enrolled, caplog):
    knock(client, front_desk)

    client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert "second factor refused" in [record.msg for record in caplog.records]
