"""What the trail tells of visits: whose they are, and to whom their words open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice import patients, personal_data, trail_search
from practice.models import TrailEntry, TrailPatient
from practice.trail_search import Wish
from scheduling import booking
from tests import cast
from tests.cast import MONDAY
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

pytestmark = pytest.mark.django_db
NOTE = "Her husband must not know"
WHY = "A complaint about a note of the desk"


@layer
def visit(plan, patient, front_desk, now):
    return booking.book(
        plan=plan, patients=[patient], by=front_desk, now=MONDAY, desk_note=NOTE
    )


@layer
def other_patient(location):
    return cast.make_patient(at=location)


@layer
def couple(plan, clinician, patient, other_patient, front_desk, now):
    """A visit of two, of whom the second is private."""
    visit = booking.book(
        plan=replace(plan, type=make_type(clinician, name="Couple", seats=2)),
        patients=[patient, other_patient],
        by=front_desk,
        now=MONDAY,
        desk_note=NOTE,
    )
    patients.restrict(patient=other_patient, is_restricted=True, by=cast.FOUNDER)
    return visit


def pages(visit):
    booked = f"{reverse('trail')}?what=appointment.booked"
    return booked, reverse("record_history", args=["appointment", visit.pk])


def is_told(person, path):
    answer = cast.sign_in(person).get(path)
    assert answer.status_code == 200
    return NOTE in answer.content.decode()


def kinds_about(patient):
    found = trail_search.page(Wish(patient_ids=[patient.pk]))
    return [line.kind for line in found.lines]


def test_an_auditor_reads_no_note_of_the_desk(visit, auditor):
    assert not any(is_told(auditor, path) for path in pages(visit))


def test_an_auditor_under_glass_reads_it_and_looks_at_the_patient(
    visit, auditor, patient
):
    cast.break_in(auditor, patient)

    told = [is_told(auditor, path) for path in pages(visit)]

    assert told == [True, True]
    looks = TrailEntry.objects.filter(actor_id=auditor.pk, kind__startswith="seen.")
    assert set(looks.values_list("kind", "patient_id")) == {
        ("seen.trail", patient.pk),
        ("seen.record_history", patient.pk),
    }


def test_of_a_group_whoever_is_shown_was_looked_at(
    plan, clinician, patient, other_patient, manager, now
):
    kind = make_type(clinician, name="Group", seats=2)
    both = [patient, other_patient]
    visit = booking.book(
        plan=replace(plan, type=kind),
        patients=both,
        by=manager,
        now=MONDAY,
        desk_note=NOTE,
    )

    assert all(is_told(manager, path) for path in pages(visit))

    line = TrailEntry.objects.get(kind="seen.trail")
    named = TrailPatient.objects.filter(entry_id=line.pk)
    assert {one.patient_id for one in named} == {one.pk for one in both}


def test_the_history_of_a_visit_opens_with_the_chart(visit, front_desk, stranger):
    path = pages(visit)[1]

    assert is_told(front_desk, path)
    assert cast.sign_in(stranger).get(path).status_code == 404


def test_what_was_typed_about_two_stays_closed_with_one_of_them(
    couple, front_desk, manager
):
    told = [is_told(manager, path) for path in pages(couple)]
    told.append(is_told(front_desk, pages(couple)[1]))

    assert told == [False, False, False]


def test_by_break_glass_on_the_closed_one_it_is_read(couple, manager, other_patient):
    cast.break_in(manager, other_patient)

    assert [is_told(manager, path) for path in pages(couple)] == [True, True]


def test_why_a_visit_of_two_was_moved_stays_closed_as_well(
    couple, clinician, plan, manager, front_desk
):
    late = replace(plan, type=couple.type, starts_at=at(20))
    despite = booking.Despite(hours=NOTE)
    booking.move(
        appointment=couple, plan=late, despite=despite, by=cast.FOUNDER, now=MONDAY
    )

    page = cast.sign_in(manager).get(f"{reverse('trail')}?what=appointment.moved")

    assert NOTE not in page.content.decode()
    assert "Visit moved" in page.content.decode()


def test_who_moved_a_visit_is_found_by_the_patient(visit, plan, patient, front_desk):
    moved = replace(plan, starts_at=at(14))

    booking.move(appointment=visit, plan=moved, by=front_desk, now=MONDAY)

    assert "appointment.moved" in kinds_about(patient)
    history = reverse("record_history", args=["patient", patient.pk])
    assert "Visit moved" in cast.sign_in(front_desk).get(history).content.decode()


def test_another_patients_visits_stay_out(visit, other_patient):
    assert not [one for one in kinds_about(other_patient) if "appointment" in one]


def test_the_export_of_a_chart_tells_who_moved_a_visit(
    visit, plan, patient, front_desk, manager
):
    moved = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=moved, by=front_desk, now=MONDAY)

    told = personal_data.export_chart(patient=patient, by=manager)["chart"]["trail"]

    line = next(one for one in told if one["kind"] == "appointment.moved")
    assert line["actor"] == front_desk.name


def test_so_many_questions_however_many_visits(plan, patient, manager, now):
    def asked():
        with CaptureQueriesContext(connection) as found:
            trail_search.page(Wish(patient_ids=[patient.pk]))
        return len(found)

    booking.book(plan=plan, patients=[patient], by=manager, now=MONDAY)
    few = asked()
    for hour in (11, 12, 13):
        later = replace(plan, starts_at=at(hour))
        booking.book(plan=later, patients=[patient], by=manager, now=MONDAY)

    assert asked() == few
