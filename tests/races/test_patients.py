"""Two people at the same chart at the same moment."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from practice import contacts, patients
from practice.models import CareTeamMember, ContactPoint, ExternalId, Patient, Task
from practice.states import IllegalMove
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY = cast.FOUNDER
NOW = cast.MONDAY


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_many_leads_one_leads(patient, location, _round):
    people = [cast.make_clinician(at=location) for _person in range(8)]

    outcome = run_together(
        8,
        lambda number: patients.join_care_team(
            patient=patient, staff=people[number], is_lead=True, by=BY, now=NOW
        ),
    )

    assert outcome.errors == []
    assert CareTeamMember.objects.filter(patient=patient).count() == 8
    assert CareTeamMember.objects.filter(patient=patient, is_lead=True).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_who_is_added_many_times_at_once_is_on_the_team_once(
    patient, clinician, _round
):
    outcome = run_together(
        8,
        lambda _number: patients.join_care_team(
            patient=patient, staff=clinician, is_lead=False, by=BY, now=NOW
        ),
    )

    assert outcome.errors == []
    assert CareTeamMember.objects.get().staff == clinician


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_death_is_recorded_once(patient, _round):
    outcome = run_together(
        8,
        lambda _number: patients.record_death(
            patient=patient, died_on=None, by=BY, now=NOW
        ),
    )

    assert len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} == {IllegalMove}
    assert Task.objects.get().kind == "patient.condolence"


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_change_of_names_does_not_raise_the_dead(patient, _round):
    acts = [
        lambda: patients.record_death(patient=patient, died_on=None, by=BY, now=NOW),
        *[
            lambda: patients.change_details(
                patient=patient, pronouns="she/her", by=BY, now=NOW
            )
        ]
        * 3,
    ]

    outcome = run_together(4, lambda number: acts[number]())

    left = Patient.objects.get()
    assert outcome.errors == []
    assert (left.state, left.pronouns) == ("deceased", "she/her")


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_number_comes_onto_a_chart_once_and_the_others_read_why(patient, _round):
    outcome = run_together(
        8,
        lambda _number: contacts.add(
            owner=patient,
            kind="phone",
            value="+12125550187",
            is_first=True,
            by=BY,
            now=NOW,
        ),
    )

    assert ContactPoint.objects.get().is_first
    assert [str(error) for error in outcome.errors] == [
        "This is already on the chart."
    ] * 7


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_many_first_numbers_one_is_first(patient, _round):
    outcome = run_together(
        8,
        lambda number: contacts.add(
            owner=patient,
            kind="phone",
            value=f"+1212555010{number}",
            is_first=True,
            by=BY,
            now=NOW,
        ),
    )

    assert outcome.errors == []
    assert ContactPoint.objects.filter(is_first=True).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_number_elsewhere_goes_to_one_chart_and_the_others_read_why(location, _round):
    charts = [cast.make_patient(at=location) for _chart in range(8)]

    outcome = run_together(
        8,
        lambda number: patients.name_elsewhere(
            patient=charts[number], system="lab", value="4711", by=BY
        ),
    )

    assert ExternalId.objects.count() == len(outcome.results) == 1
    assert {type(error) for error in outcome.errors} <= {
        patients.NumberTaken,
        ValidationError,
    }
    assert all("already has this number" in str(error) for error in outcome.errors)


@pytest.mark.parametrize("_round", ROUNDS)
def test_homes_set_at_once_are_set_whole(patient, location, far_location, _round):
    wishes = [[location], [far_location], [location, far_location]]

    outcome = run_together(
        6,
        lambda number: patients.set_homes(
            patient=patient, homes=wishes[number % 3], by=BY
        ),
    )

    homes = {row.location for row in patient.homes.filter(is_current=True)}
    assert outcome.errors == []
    assert homes in [set(wish) for wish in wishes]


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_pause_that_ran_out_is_resumed_once(patient, _round):
    day = NOW.date()
    patients.pause(
        patient=patient, until=day.replace(day=3), reason="Away", by=BY, now=NOW
    )
    later = NOW.replace(day=3)

    outcome = run_together(4, lambda _number: patients.resume_due(by=BY, now=later))

    assert outcome.errors == []
    assert sum(outcome.results) == 1
    assert Patient.objects.get().state == "active"
