"""Signing in: password, limits, addresses, mails."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from practice import sessions, signing_in, staffing
from practice.models import Role, StaffMember, TrailEntry
from tests import cast
from tests.practice.doors import LOGIN, NEW, knock, mailed_link

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]


# Password -------------------------------------------------------------------
def test_a_password_signs_in(client, front_desk):
    response = knock(client, front_desk)

    assert response["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_password_that_was_hashed_in_an_older_way_is_hashed_anew(
    client, front_desk, settings
):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]

    knock(client, front_desk)

    front_desk.refresh_from_db()
    assert front_desk.password.startswith("scrypt$")
    assert client.get("/").status_code == 200
    assert TrailEntry.objects.filter(kind="staff.password_hashed_anew").count() == 1


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
    email = "New@Example.test"
    moved = signing_in.change_address(staff=front_desk, email=email, by=manager)

    response = knock(client, moved)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert mail.outbox[0].to == ["new@example.test"]
    assert client.get("/").status_code == 302


def test_the_mailed_link_proves_a_changed_address(client, front_desk, manager):
    email = "new@example.test"
    moved = signing_in.change_address(staff=front_desk, email=email, by=manager)
    knock(client, moved)
    link = mailed_link()

    seen = client.get(link)
    assert seen.status_code == 200
    assert not EmailAddress.objects.get(user=front_desk).verified
    client.post(link)

    assert EmailAddress.objects.get(user=front_desk).verified
    assert knock(client, moved)["Location"] == "/"


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


def test_a_new_password_takes_back_nothing_else(front_desk, manager):
    read_before = StaffMember.objects.get(pk=front_desk.pk)
    staffing.deactivate(staff=front_desk, by=manager)

    signing_in.StaffAccounts().set_password(read_before, NEW)

    account = StaffMember.objects.get(pk=front_desk.pk)
    assert not account.is_active
    assert account.check_password(NEW)
    assert read_before.password == account.password


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


def test_signing_in_starts_the_sessions_clocks(client, front_desk, now):
    knock(client, front_desk)

    assert client.session[sessions.SIGNED_IN_AT] == now.timestamp()
