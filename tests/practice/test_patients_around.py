"""What hangs on a chart: its care team, alerts, numbers elsewhere, restriction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from practice import merging, patients, staffing
from practice.models import CareTeamMember, ExternalId, Patient, PatientAlert, Role
from tests import cast
from tests.ground import layer

BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW + timedelta(hours=1)


@layer
def colleague(location):
    return cast.make_clinician(at=location, name="Cora Colleague")


def join(patient, staff, *, is_lead=False):
    return patients.join_care_team(
        patient=patient, staff=staff, is_lead=is_lead, by=BY, now=NOW
    )


def leave(member):
    return patients.leave_care_team(member=member, by=BY, now=LATER)


def rejoin(member):
    return patients.rejoin_care_team(member=member, by=BY)


def team(patient):
    """Name and lead of those on the team now."""
    rows = CareTeamMember.objects.filter(patient=patient, ended_at=None)
    return {row.staff.name: row.is_lead for row in rows}


# Care team ------------------------------------------------------------------
def test_a_new_lead_takes_over(patient, clinician, colleague):
    join(patient, clinician, is_lead=True)

    join(patient, colleague, is_lead=True)

    assert team(patient) == {"Cleo Clinician": False, "Cora Colleague": True}


def test_who_joins_twice_is_on_the_team_once(patient, clinician):
    first, second = join(patient, clinician), join(patient, clinician, is_lead=True)

    assert first == second
    assert team(patient) == {"Cleo Clinician": True}


def test_who_joins_and_leaves_in_one_instant_has_left(patient, clinician):
    member = join(patient, clinician)

    patients.leave_care_team(member=member, by=BY, now=NOW)

    assert team(patient) == {}


def test_a_lead_who_joins_again_as_lead_stays_it(patient, clinician):
    join(patient, clinician, is_lead=True)

    member = join(patient, clinician, is_lead=True)

    kinds = [row.history_change_reason for row in member.history.all()]
    assert "care_team.lead_passed" not in kinds
    assert team(patient) == {"Cleo Clinician": True}


def test_merged_charts_have_one_lead(patient, clinician, colleague, location):
    duplicate = cast.make_patient(at=location)
    join(duplicate, colleague, is_lead=True)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    join(patient, clinician, is_lead=True)

    assert team(duplicate) == {"Cora Colleague": False}


def test_who_left_is_no_longer_on_the_team(patient, clinician):
    leave(join(patient, clinician, is_lead=True))

    assert team(patient) == {}


def test_leaving_twice_keeps_the_first_time(patient, clinician):
    member = leave(join(patient, clinician))

    again = patients.leave_care_team(member=member, by=BY, now=LATER + LATER.resolution)

    assert again.ended_at == LATER
    assert member.history.count() == 2


def test_a_leaving_taken_back_leaves_the_lead_with_who_had_it(patient, clinician):
    member = leave(join(patient, clinician, is_lead=True))

    assert rejoin(member) == member
    assert team(patient) == {"Cleo Clinician": True}


def test_who_comes_back_does_not_take_the_lead_from_another(
    patient, clinician, colleague
):
    member = leave(join(patient, clinician, is_lead=True))
    join(patient, colleague, is_lead=True)

    rejoin(member)

    assert team(patient) == {"Cleo Clinician": False, "Cora Colleague": True}


def test_who_joined_anew_meanwhile_is_not_doubled(patient, clinician):
    member = leave(join(patient, clinician))
    anew = join(patient, clinician)

    assert rejoin(member) == anew
    assert team(patient) == {"Cleo Clinician": False}


# Alerts ---------------------------------------------------------------------
def test_an_alert_is_taken_down_and_put_back(patient):
    alert = patients.add_alert(patient=patient, text="Latex", ends_on=None, by=BY)

    assert patients.withdraw_alert(alert=alert, by=BY).is_withdrawn
    assert not patients.restore_alert(alert=alert, by=BY).is_withdrawn
    assert alert.history.count() == 3


@pytest.mark.parametrize("text", ["", "x" * 201])
def test_an_alert_has_words_but_not_too_many(patient, text):
    with pytest.raises(ValidationError) as refusal:
        patients.add_alert(patient=patient, text=text, ends_on=None, by=BY)

    assert "text" in refusal.value.error_dict
    assert not PatientAlert.objects.exists()


# Numbers elsewhere ----------------------------------------------------------
def test_a_number_elsewhere_means_one_chart(patient, location):
    other = cast.make_patient(at=location)
    number = {"system": "lab", "value": "4711", "by": BY}
    patients.name_elsewhere(patient=patient, **number)

    with pytest.raises(patients.NumberTaken) as refusal:
        patients.name_elsewhere(patient=other, **number)

    assert (str(refusal.value), refusal.value.field) == (
        "A chart already has this number.",
        "value",
    )
    assert ExternalId.objects.get().patient == patient


def test_two_systems_may_use_the_same_number(patient):
    for system in ("lab", "pharmacy"):
        patients.name_elsewhere(patient=patient, system=system, value="4711", by=BY)

    assert patient.external_ids.count() == 2


# Restriction ----------------------------------------------------------------
def test_a_restricted_chart_opens_to_its_team_only(
    patient, front_desk, clinician, manager, now
):
    join(patient, clinician)

    patients.restrict(patient=patient, is_restricted=True, by=manager, reason="Staff")

    readers = [
        person.name
        for person in (front_desk, clinician, manager)
        if Patient.objects.visible_to(person, now=now).filter(pk=patient.pk)
    ]
    assert readers == ["Cleo Clinician"]


def test_a_restriction_does_not_take_back_what_somebody_changed(patient, manager):
    stale = Patient.objects.get(pk=patient.pk)
    patients.change_details(patient=patient, pronouns="they", by=BY, now=NOW)

    patients.restrict(patient=stale, is_restricted=True, by=manager)

    assert Patient.objects.get(pk=patient.pk).pronouns == "they"


# Who condoles ---------------------------------------------------------------
@pytest.mark.parametrize("is_active", [True, False])
def test_condolences_come_from_the_own_clinician_while_they_are_here(
    patient, clinician, manager, is_active
):
    join(patient, clinician, is_lead=True)
    if not is_active:
        staffing.deactivate(staff=clinician, by=manager)

    patients.record_death(patient=patient, died_on=None, by=BY, now=NOW)

    task = patient.tasks.get(kind="patient.condolence")
    assert task.for_person == (clinician if is_active else None)
    assert task.for_role == ("" if is_active else Role.MANAGER)
