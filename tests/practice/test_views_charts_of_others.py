"""Acts that hand a chart to others: where they lead, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from practice import patients
from practice.models import Patient
from tests import cast
from tests.practice.filling import send, standing
from tests.practice.reading import text_of, url

BY, NOW = cast.FOUNDER, cast.MONDAY
pytestmark = pytest.mark.usefixtures("now")
NEW = {"given_name": "Nora", "family_name": "Newcomer", "born_on": "1990-01-02"}


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def visitor(far_location):
    """A clinician of another place."""
    return cast.make_clinician(at=far_location, name="Farah Far")


@pytest.fixture
def member(patient, visitor):
    yesterday = NOW - timedelta(days=1)
    return patients.join_care_team(
        patient=patient, staff=visitor, is_lead=True, by=BY, now=yesterday
    )


def undo_of(response):
    """The address that the toast of an answer offers to take it back."""
    *_before, message = response.wsgi_request._messages
    return message.extra_tags


def typed_into(client, path, **typed):
    """The answer to a form that was filled in and sent."""
    return send(client, path, standing(client.get(path)), **typed)


# Searching --------------------------------------------------------------------
def test_a_search_says_how_a_chart_stands_only_where_it_opens(
    as_, desk, stranger, patient
):
    patients.pause(patient=patient, until=None, reason="", by=BY, now=NOW)

    pages = [
        one.post(url("search_people"), {"q": "paula"}) for one in (desk, as_(stranger))
    ]

    assert ["Paused" in text_of(page) for page in pages] == [True, False]


def test_namesakes_of_one_year_whose_charts_are_closed_differ_by_month(
    as_, stranger, location
):
    for day in (date(1976, 6, 9), date(1976, 7, 1)):
        cast.make_patient(
            at=location, given_name="Maria", family_name="Garcia", born_on=day
        )

    words = text_of(as_(stranger).post(url("search_people"), {"q": "maria"}))

    assert "born June 1976" in words
    assert "born July 1976" in words


# Registering ------------------------------------------------------------------
def test_a_caller_of_another_place_is_registered_for_it(desk, far_location):
    homes = [far_location.pk]

    response = typed_into(desk, url("patient_new"), **NEW, homes=homes)

    page = desk.get(response["Location"])
    assert page.status_code == 200
    assert f"Opened for {far_location.name}: who works there sees it." in text_of(page)


def test_a_booking_goes_on_without_a_caller_of_another_place(desk, far_location):
    path = f"{url('patient_new')}?next=/visits/new/"

    response = typed_into(desk, path, **NEW, homes=[far_location.pk])

    assert response["Location"] == url("patients")


# Moving away ------------------------------------------------------------------
def test_a_chart_that_moves_to_another_place_is_left_for_the_list(
    desk, patient, far_location
):
    path = url("patient_edit", patient.pk)

    response = typed_into(desk, path, homes=[far_location.pk])

    page = desk.get(response["Location"])
    assert page.status_code == 200
    assert f"The chart is now with {far_location.name}" in text_of(page)


def test_a_second_press_leads_where_the_first_did(desk, patient, far_location):
    path = url("patient_edit", patient.pk)
    answers = standing(desk.get(path))

    first, second = (
        send(desk, path, answers, homes=[far_location.pk]) for _press in range(2)
    )

    assert first["Location"] == second["Location"] == url("patients")


# Leaving a care team ----------------------------------------------------------
def test_who_leaves_the_team_that_opened_a_chart_is_led_to_the_list(
    as_, visitor, member
):
    client = as_(visitor)

    response = client.post(url("care_team_leave", member.pk))

    assert response["Location"] == url("patients")
    assert client.get(url("patient", member.patient_id)).status_code == 404


def test_who_left_a_team_by_mistake_is_back_with_the_undo(as_, visitor, member):
    client = as_(visitor)
    undo = undo_of(client.post(url("care_team_leave", member.pk)))

    response = client.post(undo)

    assert response["Location"] == url("patient", member.patient_id)
    assert client.get(response["Location"]).status_code == 200


def test_after_the_minute_nobody_lets_themselves_back_in(as_, visitor, member):
    client = as_(visitor)
    undo = undo_of(client.post(url("care_team_leave", member.pk)))

    with time_machine.travel(NOW + timedelta(seconds=76), tick=False):
        response = client.post(undo)

    assert response.status_code == 404
    assert not Patient.objects.usual_to(visitor).exists()


def test_who_was_sent_off_a_team_does_not_let_themselves_back_in(
    as_, desk, visitor, member
):
    undo = undo_of(desk.post(url("care_team_leave", member.pk)))

    assert as_(visitor).post(undo).status_code == 404
