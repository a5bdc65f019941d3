"""Invitations: the only way to an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from practice import invitations, signing_in
from practice.invitations import DeadInvitation
from practice.models import Invitation, Role
from tests import cast
from tests.practice.doors import browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]
PASSWORD = "marble-violin-turnip-3"
ANSWERS = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def invite(manager, location, now, django_capture_on_commit_callbacks):
    def send(**details):
        usual = {"name": "Nora New", "email": "Nora@Example.test"}
        with django_capture_on_commit_callbacks(execute=True):
            return invitations.invite(
                **usual | details,
                roles=[Role.FRONT_DESK],
                locations=[location],
                by=manager,
                now=now,
            )

    return send


def page(token):
    return f"/invitation/{token}/"


def test_an_invitation_makes_a_closed_account(invite, location):
    staff, _token = invite()

    assert (staff.email, staff.roles) == ("nora@example.test", [Role.FRONT_DESK])
    assert not staff.is_active
    assert not staff.has_usable_password()
    assert staff.placements.get().location == location


def test_the_mail_carries_the_link(invite, settings, manager):
    settings.SITE_URL = "https://desk.example.test"
    _staff, token = invite()

    (message,) = mail.outbox
    assert message.to == ["nora@example.test"]
    assert message.subject == "Your account at Linden Street Practice"
    assert f"https://desk.example.test/invitation/{token}/" in message.body
    assert manager.name in message.body


def test_the_mail_leaves_only_once_the_account_is_stored(manager, location, now):
    invitations.invite(
        name="Nora New",
        email="nora@example.test",
        roles=[Role.FRONT_DESK],
        locations=[location],
        by=manager,
        now=now,
    )

    assert mail.outbox == []  # the test's transaction is still open


def test_a_name_cannot_write_a_header_of_the_mail(invite):
    with pytest.raises(ValidationError):
        invite(email="nora@example.test\nBcc: eve@example.test")

    assert mail.outbox == []


def test_only_a_digest_is_stored(invite):
    _staff, token = invite()

    assert token not in str(Invitation.objects.values())
    assert len(token) >= 32


def test_an_address_is_invited_once(invite):
    invite()

    with pytest.raises(ValidationError, match="already"):
        invite()


def test_looking_at_the_link_changes_nothing(client, invite):
    staff, token = invite()

    for method in (client.get, client.head, client.get):
        assert method(page(token)).status_code == 200

    staff.refresh_from_db()
    assert not staff.is_active
    assert Invitation.objects.get().accepted_at is None


def test_accepting_opens_the_account_and_signs_in(client, invite):
    staff, token = invite()

    response = client.post(page(token), ANSWERS)

    staff.refresh_from_db()
    assert response["Location"] == "/"
    assert staff.is_active
    assert staff.check_password(PASSWORD)
    assert client.get("/session/status/").json()["staff"] == staff.pk


def test_the_mailed_link_proves_the_address(client, invite):
    staff, token = invite()
    client.post(page(token), ANSWERS)

    row = EmailAddress.objects.get(user=staff)
    assert (row.email, row.verified, row.primary) == ("nora@example.test", True, True)


def test_accepting_leads_to_the_second_factor(client, invite, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    _staff, token = invite()

    response = client.post(page(token), ANSWERS, follow=True)

    assert response.request["PATH_INFO"] == "/second-factor/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_who_accepts_in_the_browser_of_another_is_themselves(invite, manager):
    staff, token = invite()
    client = browser(manager, "password", "mfa")

    client.post(page(token), ANSWERS)

    assert client.get("/session/status/").json()["staff"] == staff.pk
    assert client.get("/keys/").status_code == 403


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"password": "short", "again": "short"}, "at least 12"),
        (
            {"password": "Wellhouse2026", "again": "Wellhouse2026"},
            "everybody here knows",
        ),
        ({"password": PASSWORD, "again": "something-else-1"}, "two passwords differ"),
        ({"password": "", "again": ""}, "required"),
        ({"password": "a\x00bcdefghijklm", "again": "a\x00bcdefghijklm"}, "Null char"),
    ],
)
def test_a_bad_password_is_told_beside_its_field(client, invite, answers, sentence):
    staff, token = invite()

    response = client.post(page(token), answers)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    staff.refresh_from_db()
    assert not staff.is_active


def test_the_action_refuses_a_weak_password_too(invite, now):
    _staff, token = invite()

    with pytest.raises(ValidationError):
        invitations.accept(token=token, password="short", now=now)


# Dead links -----------------------------------------------------------------
def used(token, staff, manager, now):
    invitations.accept(token=token, password=PASSWORD, now=now)


def withdrawn(token, staff, manager, now):
    invitations.withdraw(staff=staff, by=manager)


def replaced(token, staff, manager, now):
    invitations.resend(staff=staff, by=manager, now=now)


@pytest.mark.parametrize("end", [used, withdrawn, replaced])
@pytest.mark.parametrize("method", ["get", "post"])
def test_dead_links_all_read_alike(client, invite, manager, now, end, method):
    staff, token = invite()
    end(token, staff, manager, now)

    dead = getattr(client, method)(page(token), ANSWERS)
    unknown = client.get(page("no-such-token"))

    assert dead.status_code == unknown.status_code == 410
    assert dead.content == unknown.content


def test_a_link_lasts_72_hours(client, invite, now):
    _staff, token = invite()

    with time_machine.travel(now + timedelta(hours=71, minutes=59), tick=False):
        assert client.get(page(token)).status_code == 200
    with time_machine.travel(now + timedelta(hours=72), tick=False):
        assert client.get(page(token)).status_code == 410


@pytest.mark.parametrize("token", ["%00", "%F0%9F%94%91", "%ED%A0%80", "x" * 2000])
def test_a_strange_token_is_only_a_dead_one(client, practice, token):
    assert client.get(page(token)).status_code in (404, 410)


def test_a_new_link_works_where_the_old_one_ended(client, invite, manager, now):
    staff, _old = invite()
    token = invitations.resend(staff=staff, by=manager, now=now)

    assert client.post(page(token), ANSWERS)["Location"] == "/"


def test_who_has_accepted_is_not_invited_again(invite, manager, now):
    staff, token = invite()
    used(token, staff, manager, now)

    with pytest.raises(invitations.AlreadyHere, match="Nora New has already accepted"):
        invitations.resend(staff=staff, by=manager, now=now)
    with pytest.raises(invitations.AlreadyHere):
        invitations.withdraw(staff=staff, by=manager)


def test_a_withdrawn_person_stays_out(client, invite, manager):
    staff, _token = invite()
    invitations.withdraw(staff=staff, by=manager)
    client.post("/accounts/password/reset/", {"email": staff.email})

    staff.refresh_from_db()
    assert not staff.is_active
    assert not re.search(r"/password/reset/key/", str(mail.outbox[-1].body))


def test_a_link_that_went_to_a_wrong_address_opens_nothing(
    invite, manager, now, django_capture_on_commit_callbacks, mailoutbox
):
    staff, token = invite()
    with django_capture_on_commit_callbacks(execute=True):
        invitations.readdress(
            staff=staff, email="right@example.test", by=manager, now=now
        )

    with pytest.raises(DeadInvitation):
        used(token, staff, manager, now)
    assert mailoutbox[-1].to == ["right@example.test"]


def test_an_address_that_changed_by_any_other_way_ends_the_invitation(
    invite, manager, now
):
    staff, token = invite()
    signing_in.change_address(staff=staff, email="right@example.test", by=manager)

    with pytest.raises(DeadInvitation):
        used(token, staff, manager, now)


def test_who_has_joined_is_not_invited_to_a_new_address(
    invite, manager, now, mailoutbox
):
    staff, token = invite()
    used(token, staff, manager, now)
    before = len(mailoutbox)

    invitations.readdress(staff=staff, email="new@example.test", by=manager, now=now)

    assert len(mailoutbox) == before


def test_who_waits_is_known(invite, manager, front_desk, now):
    staff, token = invite()
    assert invitations.is_waiting(staff)
    used(token, staff, manager, now)

    assert not invitations.is_waiting(staff)
    assert not invitations.is_waiting(front_desk)


def test_guessing_links_is_limited(practice, now):
    client = Client()
    codes = [client.get(page(f"guess-{turn}")).status_code for turn in range(31)]

    assert codes == [410] * 30 + [429]


def test_the_link_does_not_leak_and_its_form_is_protected(invite):
    client = Client(enforce_csrf_checks=True)
    _staff, token = invite()

    assert client.get(page(token))["Referrer-Policy"] == "strict-origin"
    assert client.post(page(token), ANSWERS).status_code == 403


def test_accepting_is_in_the_trail(client, invite):
    staff, token = invite()
    client.post(page(token), ANSWERS)

    kinds = [row.history_change_reason for row in staff.history.all()]
    assert kinds[0] == "staff.joined"
    assert cast.PASSWORD not in str(kinds)
