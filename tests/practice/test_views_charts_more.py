"""The page of a chart with much on it, and the homes of a patient."""

from __future__ import annotations

import pytest

from practice import contacts, locations, patients, work
from tests import cast
from tests.practice.filling import send, standing
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
TODAY = NOW.date()


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.mark.parametrize("rows", [1, 20])
def test_a_chart_asks_as_often_with_much_on_it_as_with_little(
    desk, patient, location, clinician, rows, django_assert_max_num_queries
):
    for number in range(rows):
        cast.make_contact(patient)
        contacts.add(
            owner=cast.make_caregiver(patient),
            kind="phone",
            value=cast.make_phone(),
            by=BY,
            now=NOW,
        )
        staff = cast.make_clinician(at=location)
        patients.join_care_team(
            patient=patient, staff=staff, is_lead=not number, by=BY, now=NOW
        )
        patients.add_alert(patient=patient, text="Latex", ends_on=None, by=BY)
        work.raise_task(
            kind="a",
            title="Call",
            to=staff,
            due_at=NOW,
            patient=patient,
            by=BY,
            now=NOW,
        )
    desk.get(url("patient", patient.pk))

    with django_assert_max_num_queries(39):
        desk.get(url("patient", patient.pk))


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_as_often_for_many_as_for_one(
    desk, location, rows, django_assert_max_num_queries
):
    for _row in range(rows):
        cast.make_patient(at=location)
    desk.get(url("patients"))

    with django_assert_max_num_queries(12):
        assert desk.get(url("patients")).context["count"] == rows


# Homes ----------------------------------------------------------------------
def test_a_home_that_is_no_longer_used_stays_until_it_is_unticked(
    as_, manager, patient, location, far_location
):
    patients.set_homes(patient=patient, homes=[location, far_location], by=BY)
    locations.change(location=far_location, is_active=False, by=BY, now=NOW)
    client, path = as_(manager), url("patient_edit", patient.pk)

    send(client, path, standing(client.get(path)), pronouns="she")
    assert patient.homes.filter(is_current=True).count() == 2
    send(client, path, standing(client.get(path)), homes=[location.pk])

    assert patient.homes.get(is_current=True).location == location
    assert str(far_location) not in text_of(client.get(path))


def test_a_place_that_is_no_longer_used_becomes_nobodys_home(
    as_, manager, patient, far_location
):
    locations.change(location=far_location, is_active=False, by=BY, now=NOW)
    client, path = as_(manager), url("patient_edit", patient.pk)

    page = send(client, path, standing(client.get(path)), homes=[far_location.pk])

    assert page.context["form"].errors.keys() == {"homes"}
