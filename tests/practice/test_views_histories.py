"""Each record's history, for those who may read the record; who looked at a chart."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from practice import (
    break_glass,
    caregivers,
    contacts,
    duty,
    incidents,
    locations,
    looks,
    paper,
    patients,
)
from practice.looks import Look
from practice.models import BreakGlassReason, TrailEntry
from tests import cast
from tests.cast import MONDAY, sign_in

pytestmark = pytest.mark.django_db


def text_of(person, path, **query):
    answer = sign_in(person).get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def status_of(person, path):
    return sign_in(person).get(path).status_code


def history(record, pk):
    return f"/history/{record}/{pk}/"


# Histories ----------------------------------------------------------------------
def test_a_charts_history_tells_what_changed_on_it(front_desk, patient, now):
    point = cast.make_contact(patient, value="+12125550187")
    contacts.change(point=point, value="+12125550188", by=front_desk, now=MONDAY)

    text = text_of(front_desk, history("patient", patient.pk))

    assert "Chart opened" in text
    assert '<del class="difference-old">(212) 555-0187</del>' in text
    assert "Looked at" not in text


def test_what_hangs_on_a_chart_has_a_history_of_its_own(front_desk, patient, now):
    alert = patients.add_alert(
        patient=patient, text="Latex", ends_on=None, by=front_desk
    )

    text = text_of(front_desk, history("patientalert", alert.pk))

    assert "Alert added" in text
    assert "Chart opened" not in text


def test_a_history_is_a_look_at_the_patient(front_desk, patient, now):
    text_of(front_desk, history("patient", patient.pk))

    line = TrailEntry.objects.get(kind="seen.record_history")
    assert (line.patient_id, line.reason) == (patient.pk, "care")


def test_who_may_not_open_the_chart_finds_no_history(stranger, patient):
    point = cast.make_contact(patient)
    caregiver = cast.make_caregiver(patient)

    for record, pk in [
        ("patient", patient.pk),
        ("contactpoint", point.pk),
        ("caregiver", caregiver.pk),
        ("contactpoint", cast.make_contact(caregiver).pk),
    ]:
        assert status_of(stranger, history(record, pk)) == 404
        assert status_of(stranger, f"{history(record, pk)}page/") == 404


def test_a_history_is_open_as_long_as_the_glass_is_broken(stranger, patient, now):
    break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.CRISIS,
        explanation="",
        by=stranger,
        now=now,
    )

    assert status_of(stranger, history("patient", patient.pk)) == 200


def test_what_a_review_says_is_for_those_who_review(
    stranger, front_desk, manager, patient, now
):
    glass = break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.OTHER,
        explanation="I wanted to see what she has",
        by=stranger,
        now=now,
    )
    break_glass.review(
        glass=glass, was_justified=False, note="Warned formally", by=manager, now=now
    )
    own = history("breakglass", glass.pk)

    assert "Warned" not in text_of(front_desk, history("patient", patient.pk))
    assert "Warned" not in text_of(front_desk, f"/patients/{patient.pk}/")
    assert status_of(front_desk, own) == 404
    assert "Warned" in text_of(manager, own)


def test_a_relatives_history_opens_with_the_chart(front_desk, patient):
    caregiver = cast.make_caregiver(patient)

    assert "Casey Kin" in text_of(front_desk, history("caregiver", caregiver.pk))


def test_a_relatives_number_opens_no_more_where_they_have_left(
    stranger, front_desk, patient, far_location
):
    caregiver, far = cast.make_caregiver(patient), cast.make_patient(at=far_location)
    row = add_to(far, caregiver)
    caregivers.withdraw(caregiving=row, by=stranger)
    point = cast.make_contact(caregiver, value="+12125550177")

    assert status_of(stranger, history("contactpoint", point.pk)) == 404
    assert "555-0177" not in text_of(stranger, history("patient", far.pk))
    assert "555-0177" in text_of(front_desk, history("contactpoint", point.pk))


def test_who_is_on_no_chart_any_more_is_read_by_whoever_may_open_them_all(
    stranger, front_desk, manager, patient, far_location
):
    caregiver, far = cast.make_caregiver(patient), cast.make_patient(at=far_location)
    add_to(far, caregiver)
    for row in caregiver.caregivings.all():
        caregivers.withdraw(caregiving=row, by=manager)

    assert status_of(front_desk, history("caregiver", caregiver.pk)) == 404
    assert status_of(stranger, history("caregiver", caregiver.pk)) == 404
    assert "Casey Kin" in text_of(manager, history("caregiver", caregiver.pk))


def test_paper_about_nobody_is_read_where_it_was_put_in(
    stranger, front_desk, manager, location, now
):
    entry = put_in("Mrs Zanzibarski rang", at=location, by=front_desk)

    path = history("paperentry", entry.pk)

    assert status_of(stranger, path) == 404
    for person in (front_desk, manager):
        assert "Zanzibarski" in text_of(person, path)


def test_an_auditor_reads_no_words_about_nobody_in_particular(
    auditor, manager, front_desk, location, now
):
    entry = put_in("Mrs Zanzibarski rang", at=location, by=front_desk)
    task = cast.make_task(to=front_desk, title="Ring Zanzibarski")

    for record, pk in (("paperentry", entry.pk), ("task", task.pk)):
        assert "Zanzibarski" not in text_of(auditor, history(record, pk))
        assert "Zanzibarski" in text_of(manager, history(record, pk))


def add_to(chart, caregiver):
    return caregivers.authorise(
        caregiver=caregiver,
        patient=chart,
        relation="partner",
        starts_on=MONDAY.date(),
        by=cast.FOUNDER,
    )


def put_in(words, *, at, by):
    return paper.enter(
        location=at,
        sheet=None,
        line=None,
        kind="note",
        happened_at=MONDAY - timedelta(hours=1),
        writer=by,
        words=words,
        patient=None,
        act=lambda: None,
        by=by,
        now=MONDAY,
    )


def test_a_persons_history_is_theirs_and_the_managers(
    clinician, front_desk, manager, location
):
    spans = [(0, time(9), time(17))]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=manager)

    for person in (clinician, manager):
        text = text_of(person, history("staffmember", clinician.pk))
        assert "Duty hours added" in text
    assert status_of(front_desk, history("staffmember", clinician.pk)) == 404


def test_a_locations_history_is_for_those_who_read_settings(
    manager, auditor, front_desk, location
):
    locations.change(location=location, directions="Bus 9", by=manager, now=MONDAY)

    assert "Bus 9" in text_of(auditor, history("location", location.pk))
    assert status_of(front_desk, history("location", location.pk)) == 404


def test_a_tasks_history_is_for_those_it_reaches(
    front_desk, stranger, clinician, patient
):
    task = cast.make_task(to=front_desk, patient=patient)
    alone = cast.make_task(to=clinician)

    assert "Task raised" in text_of(front_desk, history("task", task.pk))
    assert status_of(stranger, history("task", task.pk)) == 404
    assert status_of(clinician, history("task", alone.pk)) == 200
    assert status_of(front_desk, history("task", alone.pk)) == 404


@pytest.mark.parametrize("record", ["session", "trailentry", "nothing"])
def test_what_is_no_record_has_no_history(manager, record):
    assert status_of(manager, history(record, 1)) == 404


def test_the_way_leads_on_to_the_record(manager, patient, location, clinician):
    point = cast.make_contact(patient)
    client = sign_in(manager)

    def way(record, pk):
        return client.get(f"{history(record, pk)}page/").headers.get("Location")

    assert way("contactpoint", point.pk) == f"/patients/{patient.pk}/"
    assert way("location", location.pk) == f"/settings/locations/{location.pk}/"
    assert way("practice", 1) == "/settings/"
    described = clinician.clinician
    assert way("clinician", described.pk) == f"/team/{clinician.pk}/"


# Incidents ----------------------------------------------------------------------
@pytest.fixture
def step(patient, manager):
    """What is owed to a patient because of a mistake."""
    incident = incidents.report(
        kind="person", words="Sent to Bob", patients=[patient], by=manager, now=MONDAY
    )
    return incidents.add_step(
        incident=incident,
        kind="letter",
        words="Apologise for the mix-up",
        patient=patient,
        due_at=MONDAY,
        by=manager,
    )


def test_an_incidents_history_has_what_was_owed(manager, auditor, step, now):
    for person in (manager, auditor):
        text = text_of(person, history("incident", step.incident_id))

        assert "Sent to Bob" in text
        assert "Apologise for the mix-up" in text


def test_what_is_owed_is_not_read_by_whoever_opens_the_chart(
    front_desk, patient, step, now
):
    about = step.incident.about.get()

    text = text_of(front_desk, history("patient", patient.pk))

    assert "Named in a report of a mistake" in text
    assert "Apologise" not in text
    for record, pk in [
        ("incident", step.incident_id),
        ("incidentstep", step.pk),
        ("incidentpatient", about.pk),
    ]:
        assert status_of(front_desk, history(record, pk)) == 404


# Who looked ---------------------------------------------------------------------
@pytest.fixture
def looked(front_desk, patient, now):
    look = Look(
        MONDAY.isoformat(), front_desk.pk, "Fran Desk", "patient", "care", [patient.pk]
    )
    return looks.write(look)


def looks_at(patient):
    return f"/patients/{patient.pk}/looks/"


def test_a_clinician_sees_who_looked_at_their_own_patient(
    clinician, patient, looked, now
):
    assert status_of(clinician, looks_at(patient)) == 404
    patients.join_care_team(
        patient=patient, staff=clinician, is_lead=True, by=cast.FOUNDER, now=now
    )

    text = text_of(clinician, looks_at(patient))

    assert "Fran Desk" in text
    assert looks_at(patient) in text_of(clinician, f"/patients/{patient.pk}/")


def test_an_auditor_sees_who_looked_without_the_name(auditor, patient, looked):
    text = text_of(auditor, looks_at(patient))

    assert "Fran Desk" in text
    assert f"PP, no. {patient.pk}" in text
    assert "Patience" not in text


def test_the_desk_does_not_see_who_looked(front_desk, patient, looked):
    assert status_of(front_desk, looks_at(patient)) == 403
    assert looks_at(patient) not in text_of(front_desk, f"/patients/{patient.pk}/")


def test_looks_are_narrowed_by_days(manager, patient, looked):
    assert "Fran Desk" in text_of(manager, looks_at(patient), since="2026-03-02")
    words = "Nobody looked at this chart"
    assert words in text_of(manager, looks_at(patient), until="2026-03-01")


def test_a_look_by_break_glass_is_marked_and_leads_to_its_review(
    manager, stranger, patient, now
):
    glass = break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason=BreakGlassReason.CRISIS,
        explanation="",
        by=stranger,
        now=now,
    )
    sign_in(stranger).get(f"/patients/{patient.pk}/")

    text = text_of(manager, looks_at(patient))

    assert "Break-glass" in text
    assert f"/break-glass/{glass.pk}/" in text
