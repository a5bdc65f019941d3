"""The demo's people, and what the entrance shows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from practice import clock, staffing
from practice.models import DemoMark, Role
from practice.modes import Mode
from tests import cast
from tests.practice.doors import browser

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.doors")]
PEOPLE = "/demo/people/"


@pytest.fixture
def demo(settings):
    settings.MODE = Mode.DEMO
    return DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())


def who(client):
    return client.get("/session/status/").json()["staff"]


def test_the_demo_offers_one_person_of_each_role(
    client, demo, front_desk, clinician, manager, auditor, stranger
):
    page = client.get(PEOPLE).content.decode()

    for person in (front_desk, clinician, manager, auditor):
        assert page.count(f"<p>{person.name}</p>") == 1
    assert stranger.name not in page


def test_one_press_signs_in(client, demo, clinician, manager):
    response = client.post(PEOPLE, {"role": "manager"})

    assert response["Location"] == "/"
    assert who(client) == manager.pk
    assert client.get("/settings/").status_code == 200


def test_looking_at_the_people_signs_nobody_in(client, demo, manager):
    client.get(PEOPLE, {"role": "manager"})

    assert who(client) is None


def test_another_press_makes_the_visitor_somebody_else(
    client, demo, front_desk, manager
):
    client.post(PEOPLE, {"role": "manager"})
    client.session["left"] = "behind"
    client.post(PEOPLE, {"role": "front_desk"})

    assert who(client) == front_desk.pk
    assert client.get("/settings/").status_code == 403
    assert "left" not in client.session


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEMO])
@pytest.mark.parametrize("method", ["get", "post"])
def test_there_are_no_such_people_outside_the_demo(
    client, demo, manager, settings, mode, method
):
    settings.MODE = mode

    response = getattr(client, method)(PEOPLE, {"role": "manager"})

    assert response.status_code == 404
    assert who(client) is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_there_are_no_such_people_in_a_database_without_the_mark(
    client, demo, manager, method
):
    demo.delete()

    response = getattr(client, method)(PEOPLE, {"role": "manager"})

    assert response.status_code == 404
    assert who(client) is None


@pytest.mark.parametrize("role", ["", "founder", "\x00", "manager "])
def test_a_role_that_is_not_there_signs_nobody_in(client, demo, manager, role):
    client.post(PEOPLE, {"role": role})

    assert who(client) is None


def test_a_role_that_nobody_holds_is_not_found(client, demo, manager):
    assert client.post(PEOPLE, {"role": "auditor"}).status_code == 404


def test_a_deactivated_person_is_not_offered(client, demo, manager, front_desk):
    staffing.deactivate(staff=front_desk, by=manager)

    assert front_desk.name not in client.get(PEOPLE).content.decode()


def test_an_owner_who_sees_patients_is_offered_for_one_role_at_a_time(
    client, demo, location
):
    owner = cast.make_staff(Role.CLINICIAN, Role.MANAGER, at=location)
    manager = cast.make_staff(Role.MANAGER, at=location)

    page = client.get(PEOPLE).content.decode()

    assert page.count(f"<p>{owner.name}</p>") == 1
    assert page.count(f"<p>{manager.name}</p>") == 1


def test_the_demo_password_works_too(client, demo, manager):
    answers = {"login": manager.email, "password": cast.PASSWORD}

    client.post("/accounts/login/", answers)

    assert who(client) == manager.pk


def test_a_visitor_of_the_demo_is_asked_for_a_factor_they_enrolled(
    client, demo, manager, settings, now
):
    manager.authenticator_set.create(type="totp", data={"secret": ""})

    response = client.post(PEOPLE, {"role": "manager"})

    assert response["Location"] == reverse("mfa_authenticate")
    assert who(client) is None


def test_the_second_factor_page_keeps_the_page_one_came_for(front_desk, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    client = browser(front_desk, "password")

    assert client.get("/second-factor/?next=/half/").status_code == 200
    assert client.post("/second-factor/").status_code == 405
