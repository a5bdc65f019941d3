"""The gate: closed unless the view's declaration opens it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.urls import reverse

from practice import staffing
from practice.gate import POST_GRACE_SECONDS
from practice.models import Role
from tests import cast
from tests.practice.doors import browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def factor_required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def enrol(person, kind=Authenticator.Type.TOTP):
    return Authenticator.objects.create(user=person, type=kind, data={})


# Doors ----------------------------------------------------------------------
def test_a_view_that_declares_nothing_is_refused(manager, as_):
    response = as_(manager).get("/undeclared/")

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/public/", "/way-in/", "/link/"])
def test_open_doors_need_no_sign_in(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_set_password",
        "account_confirm_login_code",
        "mfa_download_recovery_codes",
    ],
)
def test_parts_of_installed_apps_that_are_not_used_are_not_there(name, manager, as_):
    assert as_(manager).get(reverse(name)).status_code == 404
    assert as_(manager).post(reverse(name)).status_code == 404


def test_nobody_is_sent_to_the_entrance_and_back(client):
    response = client.get("/settings/?tab=hours")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fsettings%2F%3Ftab%3Dhours"


def test_every_signed_in_person_passes_a_staff_door(auditor, as_):
    assert as_(auditor).get("/").content == b"the page"


def test_a_missing_capability_is_refused(front_desk, as_):
    assert as_(front_desk).get("/settings/").status_code == 403


def test_a_capability_opens(manager, as_):
    assert as_(manager).get("/settings/").status_code == 200


def test_one_of_several_roles_is_enough(location, as_):
    owner = cast.make_staff(Role.CLINICIAN, Role.MANAGER, at=location)

    assert as_(owner).get("/settings/").status_code == 200


def test_a_role_taken_away_closes_the_next_page(manager, location, as_):
    other = cast.make_staff(Role.MANAGER, at=location)
    client = as_(other)
    staffing.change_roles(staff=other, roles=[Role.FRONT_DESK], by=manager)

    assert client.get("/settings/").status_code == 403


def test_a_deactivated_person_is_nobody_on_the_next_page(front_desk, manager, as_):
    client = as_(front_desk)
    assert client.get("/").status_code == 200
    staffing.deactivate(staff=front_desk, by=manager)

    assert client.get("/")["Location"].startswith("/accounts/login/")


# The way back ---------------------------------------------------------------
def test_a_fragment_is_not_redirected_but_its_page_is(client):
    page = {"HX-Current-URL": "http://testserver/patients/7/?tab=tasks"}

    response = client.get("/settings/", headers=HTMX | page)

    assert response.status_code == 200
    assert not response.content
    assert response["HX-Redirect"].endswith("?next=%2Fpatients%2F7%2F%3Ftab%3Dtasks")


def test_a_fragment_on_another_site_has_no_way_back(client):
    page = {"HX-Current-URL": "https://evil.example/patients/"}

    response = client.get("/settings/", headers=HTMX | page)

    assert response["HX-Redirect"] == "/accounts/login/"


def test_a_page_that_polls_is_left_where_it_is(client):
    response = client.get("/settings/", headers=HTMX | {"X-Background-Poll": "1"})

    assert response.status_code == 401
    assert "HX-Redirect" not in response


OURS = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"note": "rings <b>twice</b>", "password": "s3cret", "next": "/x/"}


def test_a_form_that_comes_after_the_sign_in_keeps_its_words(client):
    page = {"Referer": "http://testserver/settings/hours/"}

    response = client.post("/settings/", TYPED, headers=OURS | page)

    words = response.content.decode()
    assert response.status_code == 403
    assert "rings &lt;b&gt;twice&lt;/b&gt;" in words
    assert "/accounts/login/?next=%2Fsettings%2Fhours%2F" in words
    assert "s3cret" not in words


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_a_form_of_another_site_is_sent_to_the_entrance(client, site):
    response = client.post("/settings/", TYPED, headers={"Sec-Fetch-Site": site})

    assert response["Location"] == "/accounts/login/"


def test_a_button_that_is_pressed_too_late_leads_to_the_entrance(client):
    response = client.post("/settings/", {"next": "/x/"}, headers=OURS)

    assert response["Location"] == "/accounts/login/"


def test_words_for_a_page_that_asks_the_password_again_are_kept(manager):
    late = browser(manager, "password", seconds_ago=3600)

    response = late.post("/keys/", TYPED, headers=OURS)

    assert "rings &lt;b&gt;twice" in response.content.decode()
    assert "/accounts/reauthenticate/" in response.content.decode()


def test_a_form_goes_back_to_its_page_not_to_its_address(client):
    page = {"Referer": "http://testserver/settings/hours/"}

    response = client.post("/settings/", headers=page)

    assert response["Location"] == "/accounts/login/?next=%2Fsettings%2Fhours%2F"


@pytest.mark.parametrize(
    "page", ["", "https://evil.example/", "http://testserver.evil/"]
)
def test_a_form_of_no_page_of_ours_has_no_way_back(client, page):
    response = client.post("/settings/", headers={"Referer": page})

    assert response["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_leads_to_no_other_site(client, front_desk, page):
    answers = {"login": front_desk.email, "password": cast.PASSWORD, "next": page}
    enrolled = client.post("/accounts/login/", answers)

    assert "evil" not in enrolled["Location"]
    assert "javascript" not in enrolled["Location"]


# The second factor ----------------------------------------------------------
def test_a_password_alone_opens_nothing(front_desk, factor_required):
    client = browser(front_desk, "password")

    response = client.get("/settings/")

    assert response["Location"] == "/second-factor/?next=%2Fsettings%2F"


def test_a_factor_enrolled_elsewhere_does_not_open_this_session(
    front_desk, factor_required
):
    client = browser(front_desk, "password")
    enrol(front_desk)

    assert client.get("/")["Location"].startswith("/second-factor/")


def test_a_session_that_used_a_factor_opens(front_desk, factor_required):
    client = browser(front_desk, "password", "mfa")

    assert client.get("/").status_code == 200


def test_the_factor_of_somebody_else_in_the_same_browser_does_not_count(
    front_desk, clinician, factor_required
):
    client = browser(front_desk, "password", "mfa")
    session = client.session
    session["account_authentication_methods_user"] = str(clinician.pk)
    session.save()

    assert client.get("/")["Location"].startswith("/second-factor/")


def test_half_a_sign_in_opens_what_leads_to_the_other_half(front_desk, factor_required):
    client = browser(front_desk, "password")

    assert client.get("/half/").status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


@pytest.mark.parametrize("name", ["mfa_add_webauthn", "mfa_activate_totp"])
def test_half_a_sign_in_adds_no_factor_beside_an_existing_one(
    name, front_desk, factor_required
):
    enrol(front_desk)
    client = browser(front_desk, "password")

    response = client.get(reverse(name))

    assert response["Location"].startswith("/second-factor/")


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
        "account_change_password",
        "usersessions_list",
    ],
)
def test_half_a_sign_in_manages_nothing(name, front_desk, factor_required):
    enrol(front_desk)
    enrol(front_desk, Authenticator.Type.RECOVERY_CODES)

    response = browser(front_desk, "password").get(reverse(name))

    assert response["Location"].startswith("/second-factor/")


def test_recovery_codes_alone_are_no_second_factor(front_desk, factor_required):
    enrol(front_desk, Authenticator.Type.RECOVERY_CODES)
    client = browser(front_desk, "password")

    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_where_no_factor_is_required_a_password_is_enough(front_desk):
    assert browser(front_desk, "password").get("/").status_code == 200


# Asking again ---------------------------------------------------------------
def test_a_sensitive_page_asks_again_after_five_minutes(manager):
    client = browser(manager, "password", seconds_ago=301)

    response = client.get("/keys/")

    assert response["Location"] == "/accounts/reauthenticate/?next=%2Fkeys%2F"


def test_a_sign_in_of_a_moment_ago_is_fresh_enough(manager):
    assert (
        browser(manager, "password", seconds_ago=299).get("/keys/").status_code == 200
    )


def test_a_session_without_any_proof_is_not_fresh(manager, client):
    client.force_login(manager)

    assert client.get("/keys/").status_code == 302
    assert client.post("/keys/").status_code == 302


def test_a_form_may_be_filled_in_for_half_an_hour(manager):
    client = browser(manager, "password", seconds_ago=POST_GRACE_SECONDS - 1)

    assert client.post("/keys/", {"words": "typed"}).status_code == 200


def test_what_was_typed_into_a_late_form_is_not_kept_in_the_session(manager):
    client = browser(manager, "password", seconds_ago=POST_GRACE_SECONDS + 1)

    response = client.post("/keys/", {"words": "Quillfeather"})

    assert response["Location"].startswith("/accounts/reauthenticate/")
    kept = str([row.get_decoded() for row in Session.objects.all()])
    assert "Quillfeather" not in kept


def test_a_capability_is_asked_for_before_the_password(front_desk):
    client = browser(front_desk, "password", seconds_ago=9999)

    assert client.get("/keys/").status_code == 403


def test_asking_again_leads_back(manager):
    client = browser(manager, "password", seconds_ago=9999)
    asked = client.get("/keys/")["Location"]

    proved = client.post(asked, {"password": cast.PASSWORD})

    assert proved["Location"] == "/keys/"
    assert client.get("/keys/").status_code == 200


# The admin ------------------------------------------------------------------
def test_the_admin_has_no_way_in_of_its_own(client):
    assert client.get("/admin/login/").status_code == 404
    assert client.post("/admin/login/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/practice/", "/admin/no-such-page/"]
)
def test_the_admin_sends_nobody_to_the_entrance(client, path):
    assert client.get(path)["Location"].startswith("/accounts/login/")


def test_the_admin_is_behind_the_second_factor(manager, factor_required):
    client = browser(manager, "password")

    assert client.get("/admin/")["Location"].startswith("/second-factor/")


def test_the_admin_asks_for_the_password_again(manager):
    client = browser(manager, "password", seconds_ago=301)

    assert client.get("/admin/")["Location"].startswith("/accounts/reauthenticate/")


def test_the_admin_is_the_managers(manager, front_desk, as_):
    assert as_(front_desk).get("/admin/").status_code == 403
    assert as_(manager).get("/admin/").status_code == 200


def test_the_admin_changes_no_password(manager, as_):
    assert as_(manager).get("/admin/password_change/").status_code == 404
