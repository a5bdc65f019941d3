"""What the tables themselves keep, and which charts a person may open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from practice import break_glass, merging, patients, staffing
from practice.models import (
    CareTeamMember,
    ContactPoint,
    Patient,
    Practice,
    Role,
    StaffMember,
    Task,
    UseAnAction,
)
from practice.models.base import check_zone
from practice.models.contacts import phone_text
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
HOUR = timedelta(hours=1)


def readers(patient, *people, now=NOW):
    """The names of those who may open a chart."""
    return [
        person.name
        for person in people
        if Patient.objects.visible_to(person, now=now).filter(pk=patient.pk).exists()
    ]


def join(patient, staff):
    return patients.join_care_team(
        patient=patient, staff=staff, is_lead=False, by=BY, now=NOW
    )


# Who may open a chart -------------------------------------------------------
def test_a_chart_opens_at_its_homes(patient, front_desk, clinician, stranger, auditor):
    people = (front_desk, clinician, stranger, auditor)

    assert readers(patient, *people) == ["Fran Desk", "Cleo Clinician"]


def test_a_chart_closes_where_the_patient_is_no_longer_seen(
    patient, far_location, front_desk, stranger
):
    patients.set_homes(patient=patient, homes=[far_location], by=BY)

    assert readers(patient, front_desk, stranger) == ["Stu Stranger"]


def test_a_chart_closes_to_who_no_longer_works_there(
    patient, location, far_location, front_desk
):
    staffing.place(staff=front_desk, locations=[far_location], by=BY)

    assert readers(patient, front_desk) == []


def test_the_care_team_opens_a_chart_from_anywhere(patient, far_location):
    colleague = cast.make_clinician(at=far_location, name="Cora Colleague")
    member = join(patient, colleague)
    assert readers(patient, colleague) == ["Cora Colleague"]

    patients.leave_care_team(member=member, by=BY, now=NOW + HOUR)

    assert readers(patient, colleague) == []


def test_a_manager_reaches_every_location(patient, far_location):
    elsewhere = cast.make_staff(Role.MANAGER, at=far_location, name="Mo Manager")

    assert readers(patient, elsewhere) == ["Mo Manager"]


@pytest.mark.parametrize(
    ("roles", "may_open"),
    [
        ([Role.AUDITOR], False),
        ([Role.AUDITOR, Role.FRONT_DESK], True),
        ([Role.AUDITOR, Role.CLINICIAN], True),
        ([Role.CLINICIAN, Role.MANAGER], True),
    ],
)
def test_who_holds_several_roles_sees_what_each_of_them_sees(
    patient, location, roles, may_open
):
    person = cast.make_staff(*roles, at=location, name="Sev Several")

    assert bool(readers(patient, person)) is may_open


def test_an_auditor_on_a_care_team_still_opens_nothing(patient, auditor):
    join(patient, auditor)

    assert readers(patient, auditor) == []


def test_a_restricted_chart_opens_to_its_team_and_by_break_glass(
    patient, front_desk, clinician, manager, stranger
):
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    join(patient, clinician)
    break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason="crisis",
        explanation="",
        by=stranger,
        now=NOW,
    )

    people = (front_desk, clinician, manager, stranger)
    assert readers(patient, *people) == ["Cleo Clinician", "Stu Stranger"]
    assert readers(patient, *people, now=NOW + HOUR) == ["Cleo Clinician"]


# Merged charts are one ------------------------------------------------------
@pytest.fixture
def duplicate(far_location):
    """A second chart of the patient, at the other location."""
    return cast.make_patient(at=far_location, family_name="Patience")


def test_the_places_of_both_charts_count_for_both(
    patient, duplicate, front_desk, stranger, auditor
):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    people = (front_desk, stranger, auditor)
    assert readers(patient, *people) == ["Fran Desk", "Stu Stranger"]
    assert readers(duplicate, *people) == ["Fran Desk", "Stu Stranger"]


def test_two_charts_again_open_as_before(patient, duplicate, front_desk, stranger):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    merging.undo(duplicate=duplicate, by=BY)

    assert readers(patient, front_desk, stranger) == ["Fran Desk"]
    assert readers(duplicate, front_desk, stranger) == ["Stu Stranger"]


def test_the_team_of_the_duplicate_opens_the_chart_that_stands(
    patient, duplicate, far_location
):
    colleague = cast.make_clinician(at=far_location, name="Cora Colleague")
    patients.set_homes(patient=duplicate, homes=[], by=BY)
    join(duplicate, colleague)
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    assert readers(patient, colleague) == ["Cora Colleague"]


def test_a_restriction_closes_the_duplicates_too(
    patient, duplicate, front_desk, stranger, manager
):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)

    patients.restrict(patient=patient, is_restricted=True, by=BY)

    people = (front_desk, stranger, manager)
    assert readers(patient, *people) == readers(duplicate, *people) == []


def test_a_chart_is_listed_once_however_often_it_is_reached(
    patient, duplicate, far_location, manager, clinician
):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)
    staffing.place(
        staff=clinician, locations=[*patient.home_locations.all(), far_location], by=BY
    )
    join(patient, clinician)

    for person in (manager, clinician):
        rows = Patient.objects.visible_to(person, now=NOW).unmerged()
        assert list(rows) == [patient]


# Patients -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 5, 16), 41),
        (date(2026, 5, 17), 42),
        (date(1984, 5, 17), 0),
    ],
)
def test_an_age_is_in_whole_years(patient, day, age):
    assert patient.age_on(day) == age


@pytest.mark.parametrize(("day", "age"), [(28, 17), (1, 18)])
def test_who_was_born_on_a_leap_day_ages_on_the_first_of_march(day, age):
    patient = Patient(born_on=date(2008, 2, 29))

    assert patient.age_on(date(2026, 3 if day == 1 else 2, day)) == age


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({}, ("Robert Stone", "Robert Stone", "Robert", "RS")),
        ({"preferred_name": "Ruby"}, ("Ruby Stone", "Robert Stone", "Ruby", "RS")),
        ({"name_in_room": "R."}, ("Robert Stone", "Robert Stone", "R.", "RS")),
        ({"family_name": ""}, ("Robert", "Robert", "Robert", "R")),
    ],
)
def test_a_patient_has_a_name_for_each_use(names, shown):
    patient = Patient(**{"given_name": "Robert", "family_name": "Stone", **names})

    assert shown == (
        patient.display_name,
        patient.legal_name,
        patient.room_name,
        patient.initials,
    )


def test_a_record_is_written_out_without_a_name(patient, clinician):
    point = cast.make_contact(patient)
    caregiver = cast.make_caregiver(patient)
    rows = [patient, point, caregiver, caregiver.caregivings.get()]
    rows += [join(patient, clinician), patient.homes.get()]

    words = " ".join(str(row) for row in rows)

    assert not [name for name in ("Paula", "Casey", "+1", "555") if name in words]


def test_access_needs_are_told_in_words():
    patient = Patient(needs_large_print=True, needs_no_calls=True)

    assert patient.access_needs == ["large print", "no calls"]


@pytest.mark.parametrize(
    ("phone", "text"),
    [("+12125550187", "(212) 555-0187"), ("+447911123456", "+44 7911 123456")],
)
def test_a_number_is_written_as_people_here_dial_it(phone, text):
    assert phone_text(ContactPoint(phone=phone).phone) == text
    assert phone_text(None) == ""


# What the database refuses by itself ----------------------------------------
BROKEN = {
    "patient_death_has_state": {"deceased_on": date(2026, 1, 1)},
    "patient_pause_has_state": {"paused_until": date(2026, 4, 1)},
    "patient_state": {"state": "vanished"},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_the_table_refuses_a_patient_who_breaks_a_rule(rule, patient):
    with pytest.raises(IntegrityError, match=rule), cast.by_hand():
        Patient._base_manager.filter(pk=patient.pk).update(**BROKEN[rule])


def test_a_chart_does_not_stand_for_itself(patient):
    rows = Patient._base_manager.filter(pk=patient.pk)

    with pytest.raises(IntegrityError, match="into_itself"), cast.by_hand():
        rows.update(merged_into=patient)


def test_a_care_team_has_one_lead(patient, clinician, front_desk):
    join(patient, clinician)
    join(patient, front_desk)

    with pytest.raises(IntegrityError, match=r"patient_id|lead"), cast.by_hand():
        CareTeamMember._base_manager.filter(patient=patient).update(is_lead=True)


def test_a_task_is_for_a_role_or_a_person_never_both(clinician):
    details = {"kind": "a", "title": "b", "due_at": NOW, "raised_at": NOW}
    both = Task(for_role=Role.MANAGER, for_person=clinician, **details)
    nobody = Task(**details)

    for task in (both, nobody):
        with pytest.raises(ValidationError):
            task.full_clean()


def test_there_is_one_practice(practice):
    with pytest.raises(IntegrityError, match="practice_is_one"), cast.by_hand():
        Practice._base_manager.create(pk=2, name="Another", phone="+12125550187")


# People and zones -----------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Fran Desk", "FD"),
        ("Ana María de la Cruz", "AC"),
        ("Prince", "P"),
        ("Dr. X.", ""),
    ],
)
def test_staff_have_initials(name, initials):
    assert StaffMember(name=name).initials == initials


def test_roles_are_told_in_words():
    person = StaffMember(is_clinician=True, is_manager=True)

    assert person.roles == [Role.CLINICIAN, Role.MANAGER]
    assert person.role_names == "Clinician, Manager"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "america/new_york", "../etc/passwd"])
def test_a_zone_is_one_that_exists(zone):
    with pytest.raises(ValidationError):
        check_zone(zone)

    check_zone("America/New_York")


@pytest.mark.parametrize("write", ["update", "delete"])
def test_the_way_round_an_action_is_closed(patient, write):
    with pytest.raises(UseAnAction, match="Patient is written by actions only"):
        getattr(Patient.objects.all(), write)()


def test_choices_are_shown_in_the_words_of_the_reader(patient):
    patient.written_language = "es"

    with translation.override("en"):
        english = patient.get_written_language_display()
    with translation.override("es"):
        spanish = patient.get_written_language_display()

    assert (english, spanish) == ("Spanish", "Español")
    assert type(spanish) is str


def test_a_choice_that_no_longer_exists_is_shown_as_it_is(patient):
    patient.state = "elsewhere"

    assert patient.get_state_display() == "elsewhere"
