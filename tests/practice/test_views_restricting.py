"""Closing a chart to all but its care team, and taking it back, as pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import patients
from practice.models import Patient
from tests import cast
from tests.practice.filling import send, standing
from tests.practice.reading import url

BY, NOW = cast.FOUNDER, cast.MONDAY
WHY = "A colleague"


@pytest.fixture
def clock(now):
    """A minute can pass."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(as_, manager, clock):
    return as_(manager)


def fresh(chart):
    return Patient.objects.get(pk=chart.pk)


def undo_of(response):
    """The address that the toast of an answer offers to take it back."""
    *_before, message = response.wsgi_request._messages
    return message.extra_tags


def press(client, patient):
    """Whatever the page offers: closing an open chart, opening a closed one."""
    path = url("patient_restrict", patient.pk)
    return send(client, path, standing(client.get(path)), reason=WHY)


def test_a_chart_is_closed_and_opened_again(client, manager, patient):
    patients.join_care_team(
        patient=patient, staff=manager, is_lead=False, by=BY, now=NOW
    )

    for is_restricted in (True, False):
        press(client, patient)
        assert fresh(patient).is_restricted is is_restricted


def test_who_closes_a_chart_to_themselves_is_led_to_the_list(client, patient):
    response = press(client, patient)

    assert response["Location"] == url("patients")
    assert client.get(url("patient", patient.pk)).status_code == 404


def test_who_closed_the_wrong_chart_to_themselves_opens_it_again(client, patient):
    undo = undo_of(press(client, patient))

    response = client.post(undo)

    assert not fresh(patient).is_restricted
    assert response["Location"] == url("patient", patient.pk)


def test_a_restriction_lifted_by_mistake_is_back(client, manager, patient):
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    patients.join_care_team(
        patient=patient, staff=manager, is_lead=False, by=BY, now=NOW
    )
    undo = undo_of(press(client, patient))

    client.post(undo)

    assert fresh(patient).is_restricted


def test_after_the_minute_a_closed_chart_is_closed_to_them(client, patient, clock):
    undo = undo_of(press(client, patient))
    clock.shift(timedelta(seconds=76))

    response = client.post(undo)

    assert response.status_code == 404
    assert fresh(patient).is_restricted


def test_nobody_opens_what_another_closed(as_, client, patient, location, far_location):
    undo = undo_of(press(client, patient))
    other = cast.make_staff(cast.Role.MANAGER, at=[location, far_location])

    response = as_(other).post(undo)

    assert response.status_code == 404
    assert fresh(patient).is_restricted


def test_nobody_takes_back_what_another_decided_meanwhile(client, patient):
    undo = undo_of(press(client, patient))
    patients.restrict(patient=patient, is_restricted=False, by=BY)
    patients.restrict(patient=patient, is_restricted=True, by=BY, reason="Really")

    assert client.post(undo).status_code == 404


def test_the_desk_restricts_nothing(as_, front_desk, patient):
    client = as_(front_desk)
    names = ("patient_restrict", "patient_restrict_undo", "patient_lift_undo")

    answers = [client.post(url(name, patient.pk)).status_code for name in names]

    assert answers == [403, 403, 403]
