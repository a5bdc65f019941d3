"""The ground floor's measures: late tasks, patients out of reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import contacts, duty, measures, merging, patients, work
from practice.models import Role
from tests.cast import FOUNDER, MONDAY, make_contact, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def raise_task(location):
    def raise_one(due_at):
        return work.raise_task(
            kind="any",
            title="Call",
            to=Role.FRONT_DESK,
            due_at=due_at,
            by=FOUNDER,
            now=MONDAY,
        )

    return raise_one


def out_of_reach():
    return measures.unreachable_patients(now=MONDAY).value


def test_tasks_past_their_time_are_counted_of_all_open_ones(raise_task, front_desk):
    raise_task(MONDAY - timedelta(minutes=1))
    raise_task(MONDAY + timedelta(minutes=1))
    done = raise_task(MONDAY - timedelta(days=1))
    work.finish(task=done, by=front_desk, now=MONDAY)

    measure = measures.overdue_tasks(now=MONDAY)

    assert (measure.value, measure.group) == ("1 of 2", "operations")
    assert measure.url == "/tasks/"


def test_a_patient_with_a_usable_number_is_within_reach(patient):
    before = out_of_reach()

    make_contact(patient)

    assert (before, out_of_reach()) == ("1 of 1", "0 of 1")


@pytest.mark.parametrize("kind", ["email", "post"])
def test_an_address_that_may_be_used_is_enough(kind, patient):
    value = {"email": "pat@example.test", "post": "1 Elm Street"}[kind]
    make_contact(patient, kind=kind, value=value, may_write=True)

    assert out_of_reach() == "0 of 1"


def test_a_number_that_may_not_be_used_is_no_reach(patient):
    make_contact(patient, may_text=False, may_call=False)

    assert out_of_reach() == "1 of 1"


def test_an_ended_number_is_no_reach(patient):
    point = make_contact(patient)

    contacts.end(point=point, by=FOUNDER, now=MONDAY)

    assert out_of_reach() == "1 of 1"


def test_only_active_patients_count(patient, manager):
    patients.pause(patient=patient, until=None, reason="", by=manager, now=MONDAY)

    assert out_of_reach() == "0 of 0"


def test_a_merged_chart_brings_its_contacts_along(patient, location, manager):
    twin = make_patient(at=location)
    make_contact(twin)

    merging.merge(duplicate=twin, into=patient, by=manager, now=MONDAY)

    assert out_of_reach() == "0 of 1"


def test_gaps_of_the_rota_are_counted(clinician):
    before = measures.rota_gaps(now=MONDAY).value

    duty.put_on_call(
        staff=clinician,
        starts_at=MONDAY + timedelta(days=1),
        ends_at=MONDAY + timedelta(days=2),
        rank=1,
        by=FOUNDER,
    )

    assert (before, measures.rota_gaps(now=MONDAY).value) == ("1", "2")


def test_who_is_away_without_cover_is_counted(clinician):
    before = measures.uncovered_absences(now=MONDAY).value

    duty.record_absence(
        staff=clinician,
        kind="leave",
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(days=1),
        cover=None,
        by=FOUNDER,
    )

    assert (before, measures.uncovered_absences(now=MONDAY).value) == ("0", "1")
