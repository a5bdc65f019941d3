"""Accounts: invitations, roles, addresses, second factors, opening, closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from practice import invitations, locations, work
from practice.models import Role, StaffMember, TrailEntry
from tests.cast import make_staff
from tests.practice.filling import version_at
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.django_db

NEW = {"name": "Nia New", "email": "Nia@Example.test", "phone": ""}


@pytest.fixture
def invited(manager, location, now):
    staff, _token = invitations.invite(
        name="Ines Invited",
        email="ines@example.test",
        roles=[Role.FRONT_DESK],
        locations=[location],
        by=manager,
        now=now,
    )
    return staff


def test_a_manager_invites_a_colleague(as_, manager, location, mailoutbox):
    answers = NEW | {"roles": ["clinician"], "locations": [location.pk]}

    response = as_(manager).post(url("staff_new"), answers)

    person = StaffMember.objects.get(email="nia@example.test")
    assert response.url == url("staff_member", person.pk)
    assert (person.is_active, person.roles) == (False, [Role.CLINICIAN])
    assert list(locations.of_staff(person)) == [location]


def test_a_wrong_invitation_keeps_what_was_typed(as_, manager, front_desk):
    answers = NEW | {"email": front_desk.email.upper(), "phone": "12", "name": "Zoë"}

    response = as_(manager).post(url("staff_new"), answers)

    words = response.content.decode()
    assert response.status_code == 422
    assert "Somebody already signs in with this address." in words
    assert 'value="Zoë"' in words
    assert 'value="12"' in words


@pytest.mark.parametrize("number", ["9" * 30, "-1", "x", "0"])
def test_a_location_that_cannot_be_is_refused(number, as_, manager):
    answers = NEW | {"roles": ["clinician"], "locations": [number]}

    response = as_(manager).post(url("staff_new"), answers)

    assert response.status_code == 422
    assert "locations" in response.context["form"].errors


def test_an_invitation_can_be_sent_again(as_, manager, invited):
    response = as_(manager).post(url("invitation_resend", invited.pk))

    assert response.url == url("staff_member", invited.pk)
    assert invited.invitations.filter(is_withdrawn=False).count() == 1
    assert invited.invitations.count() == 2


def test_an_invitation_can_be_withdrawn(as_, manager, invited):
    client = as_(manager)

    client.post(url("invitation_withdraw", invited.pk))

    words = text_of(client.get(url("staff_member", invited.pk)))
    assert "The invitation was withdrawn" in words
    assert "Send a new invitation" in words


def test_who_is_here_has_no_invitation_to_send(as_, manager, clinician):
    response = as_(manager).post(url("invitation_resend", clinician.pk))

    assert response.status_code == 404


def test_an_invitation_that_ran_out_says_so(as_, manager, invited, now):
    invitation = invited.invitations.get()
    assert invitation.expires_at > now
    later = invitation.expires_at + timedelta(minutes=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("practice.clock.now", lambda: later)
        words = text_of(as_(manager).get(url("staff_member", invited.pk)))

    assert "The invitation ran out before it was used." in words


def test_a_manager_changes_roles_with_a_reason(as_, manager, front_desk):
    answers = {"roles": ["front_desk", "manager"], "reason": "Deputy"}
    client, path = as_(manager), url("staff_roles", front_desk.pk)

    client.post(path, answers | version_at(client, path))

    front_desk.refresh_from_db()
    assert front_desk.roles == [Role.FRONT_DESK, Role.MANAGER]
    assert front_desk.history.first().history_change_reason == "Deputy"


def test_nobody_changes_their_own_roles(as_, manager):
    answers = {"roles": ["manager", "auditor"], "reason": "I want to"}

    response = as_(manager).post(url("staff_roles", manager.pk), answers)

    assert response.status_code == 422
    words = response.content.decode()
    assert "Ask another manager to change your own roles." in words
    assert 'value="I want to"' in words


@pytest.mark.parametrize("name", ["staff_roles", "staff_edit", "staff_deactivate"])
def test_what_somebody_may_see_is_changed_after_the_password(
    as_, manager, front_desk, name
):
    client = as_(manager)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1}]
    session.save()

    response = client.get(url(name, front_desk.pk))

    assert response.url.startswith(url("account_reauthenticate"))


def test_closing_an_account_hands_its_tasks_over(as_, manager, front_desk, now):
    task = work.raise_task(
        kind="any", title="Call back", to=front_desk, due_at=now, by=manager, now=now
    )
    answers = {"reason": "Left", "tasks_to": "manager"}

    response = as_(manager).post(url("staff_deactivate", front_desk.pk), answers)

    front_desk.refresh_from_db()
    task.refresh_from_db()
    assert not front_desk.is_active
    assert (task.for_person, task.for_role) == (None, Role.MANAGER)
    assert response.url == url("staff_member", front_desk.pk)


def test_closing_an_account_can_be_undone(as_, manager, front_desk):
    client = as_(manager)
    client.post(url("staff_deactivate", front_desk.pk), {"reason": ""})

    page = client.get(url("staff_member", front_desk.pk))
    undo = f'action="{url("staff_reactivate", front_desk.pk)}"'
    assert undo in page.content.decode()
    client.post(url("staff_reactivate", front_desk.pk))

    front_desk.refresh_from_db()
    assert front_desk.is_active


def test_nobody_closes_their_own_account(as_, manager):
    response = as_(manager).post(url("staff_deactivate", manager.pk), {"reason": "x"})

    assert response.status_code == 422
    assert "Ask another manager to close your own account." in text_of(response)


def test_an_invited_account_is_not_opened_by_a_button(as_, manager, invited):
    client = as_(manager)

    client.post(url("staff_reactivate", invited.pk))

    invited.refresh_from_db()
    assert not invited.is_active
    words = text_of(client.get(url("staff_member", invited.pk)))
    assert "They have not joined yet: send the invitation again." in words


def test_a_manager_signs_somebody_off_everywhere(as_, manager, front_desk):
    client = as_(front_desk)
    client.get(url("today"))
    assert UserSession.objects.filter(user=front_desk).count() == 1

    as_(manager).post(url("staff_sessions_end", front_desk.pk))

    assert not UserSession.objects.filter(user=front_desk).exists()
    assert client.get(url("today")).status_code == 302


@pytest.mark.parametrize("name", ["staff_address", "staff_factors"])
@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_only_managers_mend_accounts(name, who, request, as_, manager):
    client = as_(request.getfixturevalue(who))

    assert client.get(url(name, manager.pk)).status_code == 403


def test_a_manager_changes_the_address_somebody_signs_in_with(as_, manager, front_desk):
    answers = {"email": "Fran.New@Example.test"}
    client, path = as_(manager), url("staff_address", front_desk.pk)

    client.post(path, answers | version_at(client, path))

    front_desk.refresh_from_db()
    assert front_desk.email == "fran.new@example.test"
    address = EmailAddress.objects.get(user=front_desk)
    assert (address.email, address.verified) == ("fran.new@example.test", False)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "This field is required."),
        ("fran", "Enter a valid email address."),
        ("MARY@example.test", "Somebody already signs in with this address."),
    ],
)
def test_an_address_that_cannot_be_is_refused(
    email, words, as_, manager, front_desk, location
):
    make_staff(Role.CLINICIAN, at=location, email="mary@example.test")

    response = as_(manager).post(url("staff_address", front_desk.pk), {"email": email})

    assert response.status_code == 422
    assert response.context["form"].errors == {"email": [words]}


def test_nobody_changes_their_own_address(as_, manager):
    answers = {"email": "elsewhere@example.test"}

    response = as_(manager).post(url("staff_address", manager.pk), answers)

    assert "Ask another manager to do this for you." in text_of(response)
    assert 'value="elsewhere@example.test"' in response.content.decode()


def test_a_lost_second_factor_is_taken_away_with_a_reason(as_, manager, front_desk):
    Authenticator.objects.create(user=front_desk, type="totp", data={})
    answers = {"reason": "Called back on the number on file"}

    as_(manager).post(url("staff_factors", front_desk.pk), answers)

    assert not Authenticator.objects.filter(user=front_desk).exists()
    line = TrailEntry.objects.get(kind="staff.identity_checked")
    assert (line.actor, line.reason) == ("Mary Manager", answers["reason"])


def test_a_second_factor_is_not_taken_away_without_a_reason(as_, manager, front_desk):
    Authenticator.objects.create(user=front_desk, type="totp", data={})

    response = as_(manager).post(url("staff_factors", front_desk.pk), {"reason": ""})

    assert response.status_code == 422
    assert Authenticator.objects.filter(user=front_desk).exists()


def test_nobody_takes_their_own_second_factor_away(as_, manager):
    answers = {"reason": "It is me"}

    response = as_(manager).post(url("staff_factors", manager.pk), answers)

    assert response.status_code == 422
    assert "Ask another manager to do this for you." in text_of(response)


def test_managers_see_who_has_a_second_factor(as_, manager, front_desk):
    client, page = as_(manager), url("staff_member", front_desk.pk)
    before = text_of(client.get(page))
    Authenticator.objects.create(user=front_desk, type="totp", data={})

    assert "Second factor not yet" in before
    assert "Second factor set up" in text_of(client.get(page))
