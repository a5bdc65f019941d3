"""Who looked at a chart: a line for each person and day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from practice import exports, looks, patients, personal_data, who_looked
from practice.looks import Look
from practice.trail import note
from practice.trail_search import Wish
from practice.who_looked import may_see_looks
from tests import cast
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"


def look(staff, *charts, at=MONDAY, page="patient", purpose="care"):
    ids = [chart.pk for chart in charts]
    return looks.write(Look(at.isoformat(), staff.pk, staff.name, page, purpose, ids))


def report(patient, **details):
    return who_looked.report(Wish(patient_ids=[patient.pk]), zone=ZONE, **details)


def test_a_person_and_a_day_are_one_line(patient, front_desk, clinician):
    look(front_desk, patient)
    look(front_desk, patient, page="patient_edit", at=MONDAY + timedelta(hours=1))
    look(clinician, patient, at=MONDAY + timedelta(hours=2))
    look(front_desk, patient, at=MONDAY + timedelta(days=1))

    visits = report(patient).visits

    assert [(one.actor, one.day.day, len(one.looks)) for one in visits] == [
        ("Fran Desk", 3, 1),
        ("Cleo Clinician", 2, 1),
        ("Fran Desk", 2, 2),
    ]
    assert [look.page for look in visits[-1].looks] == ["Names and details", "Chart"]


def test_a_day_is_the_practices(patient, front_desk):
    evening = MONDAY.replace(hour=3)  # ten in the evening of the day before

    look(front_desk, patient, at=evening)

    assert report(patient).visits[0].day.day == 1


def test_a_look_at_a_list_is_said_to_be_one(patient, location, front_desk):
    look(front_desk, patient, cast.make_patient(at=location), page="patients")

    (visit,) = report(patient).visits

    assert visit.looks[0].is_list
    assert visit.purposes == ["Care"]


def test_a_look_by_break_glass_is_marked(patient, stranger):
    look(stranger, patient, purpose="break-glass 17")

    (visit,) = report(patient).visits

    assert visit.is_by_glass
    assert (visit.looks[0].glass, visit.purposes) == (17, ["Break-glass"])


def test_another_patients_looks_are_not_told(patient, location, front_desk):
    look(front_desk, cast.make_patient(at=location))

    assert report(patient).visits == []


def test_a_page_ends_with_a_whole_day(patient, front_desk, monkeypatch):
    monkeypatch.setattr(who_looked, "MOST", 5)
    for day in range(4):
        for hour in range(3):
            look(front_desk, patient, at=MONDAY + timedelta(days=day, hours=hour))

    first = report(patient)
    second = report(patient, before=first.after)

    assert [(one.day.day, len(one.looks)) for one in first.visits] == [(5, 3)]
    assert [one.day.day for one in second.visits] == [4]


def test_a_day_too_long_for_a_page_goes_on_on_the_next(
    patient, front_desk, monkeypatch
):
    monkeypatch.setattr(who_looked, "MOST", 2)
    for hour in range(3):
        look(front_desk, patient, at=MONDAY + timedelta(hours=hour))

    first = report(patient)

    assert [len(one.looks) for one in first.visits] == [2]
    assert [len(one.looks) for one in report(patient, before=first.after).visits] == [1]


def test_a_clinician_sees_who_looked_at_their_own_patients(
    patient, clinician, location
):
    member = patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=cast.FOUNDER, now=MONDAY
    )
    other = cast.make_patient(at=location)

    assert may_see_looks(clinician, [patient.pk])
    assert not may_see_looks(clinician, [other.pk])
    patients.leave_care_team(
        member=member, by=cast.FOUNDER, now=MONDAY + timedelta(days=1)
    )
    assert not may_see_looks(clinician, [patient.pk])


def test_managers_and_auditors_see_all_and_the_desk_none(
    patient, manager, auditor, front_desk
):
    assert may_see_looks(manager, [patient.pk])
    assert may_see_looks(auditor, [patient.pk])
    assert not may_see_looks(front_desk, [patient.pk])


def test_who_took_the_chart_out_in_a_file_is_told(patient, manager, location):
    exports.begin(what=exports.What.CHARTS, by=manager)
    personal_data.export_chart(patient=patient, by=manager)
    note(by=FOUNDER, kind="sheet.made", about=location, naming=[patient.pk])

    visits = report(patient).visits

    pages = [look.page for visit in visits for look in visit.looks]
    assert sorted(pages) == [
        "Chart exported",
        "Everybody exported",
        "Named on a day sheet",
    ]
    assert {one for visit in visits for one in visit.purposes} == {
        "A file or sheet that left the site"
    }
