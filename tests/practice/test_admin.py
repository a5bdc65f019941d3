"""The admin: configuration to read, with its history; nothing of patients."""

from __future__ import annotations

import pytest
from django.urls import reverse

from practice import admin, locations
from practice.models import Clinician, Closure, Location, LocationHours, Practice
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
CONFIGURATION = {Practice, Location, LocationHours, Closure, Clinician}


def test_only_configuration_is_registered():
    assert set(admin.site._registry) == CONFIGURATION


def test_every_list_and_page_opens(as_, manager, clinician, location):
    locations.set_hours(location=location, spans=[], by=FOUNDER)
    client = as_(manager)

    answers = {reverse("admin:index"): client.get(reverse("admin:index"))}
    for model in CONFIGURATION:
        path = reverse(f"admin:practice_{model._meta.model_name}_changelist")
        answers[path] = client.get(path)
    for record in (Practice.objects.get(), location, clinician.clinician):
        name = f"admin:practice_{record._meta.model_name}"
        for page in ("change", "history"):
            path = reverse(f"{name}_{page}", args=[record.pk])
            answers[path] = client.get(path)

    assert {path for path in answers if answers[path].status_code != 200} == set()


def test_the_history_says_who_changed_what(as_, manager, location):
    locations.change(location=location, name="East Harlem", by=manager, now=MONDAY)

    path = reverse("admin:practice_location_history", args=[location.pk])
    page = as_(manager).get(path).content.decode()

    assert "Name: Harlem, now East Harlem" in page
    assert "Mary Manager" in page


def test_the_history_of_nothing_is_not_found(as_, manager):
    path = reverse("admin:practice_location_history", args=[10**6])

    assert as_(manager).get(path).status_code == 404


def test_an_empty_field_to_look_up_by_is_none(as_, manager, location):
    path = reverse("admin:practice_location_change", args=[location.pk])

    response = as_(manager).get(path, {"_to_field": ""})

    assert response.status_code == 200


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_nothing_is_written_in_the_admin(act, as_, manager, location):
    args = [] if act == "add" else [location.pk]
    path = reverse(f"admin:practice_location_{act}", args=args)

    response = as_(manager).post(path, {"name": "Elsewhere", "post": "yes"})

    assert response.status_code == 403
    location.refresh_from_db()
    assert location.name == "Harlem"


@pytest.mark.parametrize("who", ["front_desk", "clinician", "auditor"])
def test_the_admin_is_for_managers(who, request, as_):
    person = request.getfixturevalue(who)

    assert as_(person).get(reverse("admin:index")).status_code == 403
