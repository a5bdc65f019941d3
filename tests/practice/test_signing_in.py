"""Signing in: password, second factor, recovery codes, limits, mails."""

from __future__ import annotations

import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from practice import sessions, signing_in, staffing
from practice.models import Role, StaffMember, TrailEntry
from tests import cast
from tests.practice.doors import browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]
LOGIN = "/accounts/login/"
NEW = "copper-kettle-violin-77"


def knock(client, person, password=cast.PASSWORD):
    return client.post(LOGIN, {"login": person.email, "password": password})


def mailed_link():
    """The link in the last mail, without the host."""
    (link,) = re.findall(r"http://testserver(/accounts/\S+)", str(mail.outbox[-1].body))
    return link


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


# Password -------------------------------------------------------------------
def test_a_password_signs_in(client, front_desk):
    response = knock(client, front_desk)

    assert response["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_address_may_be_typed_in_capitals(client, front_desk):
    answers = {"login": front_desk.email.upper(), "password": cast.PASSWORD}

    assert client.post(LOGIN, answers)["Location"] == "/"


def test_the_session_id_changes_when_somebody_signs_in(client, front_desk):
    client.get(reverse("demo_people"))
    client.session["before"] = 1
    before = client.session.session_key
    knock(client, front_desk)

    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_address_read_alike(client, front_desk):
    wrong = knock(client, front_desk, "not-the-password-1")
    unknown = client.post(LOGIN, {"login": "nobody@example.test", "password": NEW})

    def words(page):
        text = re.sub(r"(value|content)=\"[^\"]*\"|hx-headers='[^']*'", "", page)
        return re.sub(r"nonce=\"[^\"]*\"", "", text)

    assert wrong.status_code == unknown.status_code == 200
    assert words(wrong.content.decode()) == words(unknown.content.decode())


def test_a_deactivated_person_does_not_get_in(client, front_desk, manager):
    staffing.deactivate(staff=front_desk, by=manager)

    response = knock(client, front_desk)

    assert response["Location"] == reverse("account_inactive")
    assert client.get("/").status_code == 302


def test_five_wrong_passwords_shut_an_address_for_a_while(client, front_desk):
    for _try in range(5):
        knock(client, front_desk, "not-the-password-1")

    # From another browser too: the count is in the database, for all processes.
    response = knock(Client(), front_desk)

    assert response.status_code == 200
    assert b"Too many failed" in response.content


def test_the_limits_are_shared_by_all_processes(settings):
    backend = settings.CACHES["default"]["BACKEND"]

    assert backend == "django.core.cache.backends.db.DatabaseCache"


def test_a_forged_forwarding_header_does_not_change_the_limits_key(rf):
    request = rf.get("/", headers={"X-Forwarded-For": "203.0.113.9"})

    assert signing_in.StaffAccounts().get_client_ip(request) == "127.0.0.1"


def test_the_trusted_proxy_names_the_visitor(rf, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    request = rf.get("/", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    assert signing_in.StaffAccounts().get_client_ip(request) == "203.0.113.9"


def test_a_visitor_on_a_socket_has_an_address_for_the_limits(rf):
    request = rf.get("/", REMOTE_ADDR="")

    assert signing_in.StaffAccounts().get_client_ip(request) == "0.0.0.0"  # noqa: S104


# Addresses ------------------------------------------------------------------
def test_an_account_made_with_a_password_brings_a_known_address(client, front_desk):
    knock(client, front_desk)

    row = EmailAddress.objects.get(user=front_desk)
    assert (row.email, row.verified, row.primary) == (front_desk.email, True, True)


def test_a_changed_address_waits_for_its_mail(client, front_desk, manager):
    signing_in.change_address(staff=front_desk, email="New@Example.test", by=manager)

    response = knock(client, front_desk)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert mail.outbox[0].to == ["new@example.test"]
    assert client.get("/").status_code == 302


def test_the_mailed_link_proves_a_changed_address(client, front_desk, manager):
    signing_in.change_address(staff=front_desk, email="new@example.test", by=manager)
    knock(client, front_desk)
    link = mailed_link()

    seen = client.get(link)
    assert seen.status_code == 200
    assert not EmailAddress.objects.get(user=front_desk).verified
    client.post(link)

    assert EmailAddress.objects.get(user=front_desk).verified
    assert knock(client, front_desk)["Location"] == "/"


def test_the_old_address_opens_nothing_after_a_change(client, front_desk, manager):
    knock(Client(), front_desk)
    old = front_desk.email
    signing_in.change_address(staff=front_desk, email="new@example.test", by=manager)

    response = client.post(LOGIN, {"login": old, "password": cast.PASSWORD})

    assert response.status_code == 200


# Password change and reset --------------------------------------------------
def change_password(client):
    answers = {"oldpassword": cast.PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), answers)


def test_a_changed_password_is_in_the_trail_without_itself(front_desk, as_):
    change_password(as_(front_desk))

    line = TrailEntry.objects.get(kind="staff.password_changed")
    assert (line.actor_id, line.record_id) == (front_desk.pk, front_desk.pk)
    assert StaffMember.objects.get().check_password(NEW)


def test_a_changed_password_ends_the_other_sessions_only(front_desk, as_):
    here, elsewhere = as_(front_desk), as_(front_desk)

    change_password(here)

    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def ask_for_reset(client, address):
    return client.post(reverse("account_reset_password"), {"email": address})


def test_a_forgotten_password_is_mended_by_mail(client, front_desk):
    ask_for_reset(client, front_desk.email)
    link = mailed_link()
    form = client.get(link)["Location"]

    client.post(form, {"password1": NEW, "password2": NEW})

    assert knock(client, front_desk, NEW)["Location"] == "/"


def test_a_reset_for_an_unknown_address_reads_alike(client, front_desk):
    known = ask_for_reset(client, front_desk.email)
    unknown = ask_for_reset(client, "nobody@example.test")

    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]


def test_nobody_resets_a_password_they_never_had(client, location):
    invited = cast.make_staff(Role.FRONT_DESK, at=location, password=None)

    ask_for_reset(client, invited.email)

    assert mail.outbox == []


def test_a_reset_keeps_the_second_factor(client, front_desk, enrolled):
    ask_for_reset(client, front_desk.email)
    link = mailed_link()
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})

    response = knock(client, front_desk, NEW)

    assert response["Location"] == reverse("mfa_authenticate")


def test_mails_of_the_entrance_are_calm(front_desk, as_, now):
    change_password(as_(front_desk))

    (message,) = mail.outbox
    assert message.subject == "Your password was changed"
    assert "tell a manager of your practice at once" in message.body
    assert "127.0.0.1" in message.body
    assert "&" not in message.body
    assert "{" not in message.body


def test_no_mail_offers_an_account(client, front_desk):
    ask_for_reset(client, "nobody@example.test")

    (message,) = mail.outbox
    assert "There is no open account" in message.body
    assert "signup" not in message.body


# The second factor ----------------------------------------------------------
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


def test_the_password_is_followed_by_the_code(client, front_desk, enrolled, now):
    asked = knock(client, front_desk)
    assert asked["Location"] == reverse("mfa_authenticate")
    assert client.get("/").status_code == 302

    client.post(reverse("mfa_authenticate"), {"code": code_of(enrolled[0], now)})

    assert client.get("/").status_code == 200


def test_a_code_works_once(front_desk, enrolled, now):
    code = {"code": code_of(enrolled[0], now)}
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


# Log ------------------------------------------------------------------------
def test_sign_ins_are_logged_with_ids_only(client, front_desk, caplog):
    knock(client, front_desk, "not-the-password-1")
    knock(client, front_desk)

    lines = [
        (record.getMessage(), record.subject_id)
        for record in caplog.records
        if record.name == "practice.signing_in"
    ]
    assert lines == [("sign-in refused", front_desk.pk), ("signed in", front_desk.pk)]


def test_a_reached_limit_is_logged(client, front_desk, caplog):
    for _try in range(6):
        knock(client, front_desk, "not-the-password-1")

    limits = [record for record in caplog.records if record.msg == "limit reached"]
    assert [record.kind for record in limits] == ["too_many_login_attempts"]


def test_a_refused_code_is_logged(client, front_desk, enrolled, caplog):
    knock(client, front_desk)

    client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert "second factor refused" in [record.msg for record in caplog.records]


def test_signing_in_starts_the_sessions_clocks(client, front_desk, now):
    knock(client, front_desk)

    assert client.session[sessions.SIGNED_IN_AT] == now.timestamp()
