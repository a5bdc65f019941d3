"""Charts that were merged: their visits are those of the chart that stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import duty, merging, patients
from scheduling import booking, foreseeing
from scheduling.booking import NotInCare, PatientElsewhere, TooManyPatients
from scheduling.usual import usual_of
from tests import cast
from tests.practice.reading import text_of, url
from tests.scheduling.conftest import WEEK, at, make_type

BY = cast.FOUNDER
NOW = cast.MONDAY


@pytest.fixture
def twin(patient, location, plan):
    """A second chart of the patient, with a visit, merged into the first."""
    other = cast.make_patient(at=location)
    visit = booking.book(plan=plan, patients=[other], by=BY, now=NOW)
    merging.merge(duplicate=other, into=patient, by=BY, now=NOW)
    return other, visit


def test_nobody_is_booked_twice_by_two_charts(twin, plan, location, patient):
    clinician = cast.make_clinician(at=location)
    kind = make_type(clinician, name="Talk")
    beside = booking.Plan(kind, clinician, location, at(10))

    with pytest.raises(PatientElsewhere, match="already has a visit"):
        booking.book(
            plan=beside,
            patients=[patient],
            by=BY,
            now=NOW,
            despite=booking.Despite(hours="Asked for"),
        )


def test_a_visit_of_a_merged_chart_is_booked_for_the_one_that_stands(
    twin, plan, patient
):
    other, _visit = twin

    visit = booking.book(
        plan=replace(plan, starts_at=at(12)), patients=[other], by=BY, now=NOW
    )

    assert visit.attendees.get().patient == patient


def test_two_charts_of_one_person_are_one_patient(twin, plan, patient):
    other, _visit = twin

    with pytest.raises(TooManyPatients, match="each patient once"):
        booking.book(
            plan=replace(plan, starts_at=at(12)),
            patients=[patient, other],
            by=BY,
            now=NOW,
        )


def test_whoever_left_is_not_booked_by_an_old_chart(twin, plan, patient):
    other, _visit = twin
    patients.end_care(patient=patient, reason="Moved", by=BY, now=NOW)

    with pytest.raises(NotInCare):
        booking.book(
            plan=replace(plan, starts_at=at(12)), patients=[other], by=BY, now=NOW
        )


def test_a_visit_booked_before_the_merge_still_moves(twin, plan):
    _other, visit = twin

    moved = booking.move(
        appointment=visit, plan=replace(plan, starts_at=at(12)), by=BY, now=NOW
    )

    assert moved.starts_at == at(12)


def test_the_chart_that_stands_shows_the_visits_of_both(
    twin, patient, as_, front_desk, now
):
    page = text_of(as_(front_desk).get(url("patient", patient.pk)))

    assert "Tue 3 Mar 2026, 10:00 AM" in page


def test_the_page_of_the_visit_names_the_patient(twin, as_, front_desk, now):
    other, visit = twin

    page = text_of(as_(front_desk).get(url("visit", visit.pk)))

    assert other.display_name in page
    assert "Private" not in page


def test_habits_of_an_old_chart_are_those_of_the_patient(twin, patient, clinician):
    assert usual_of(patient).clinician_id == clinician.pk


def test_a_series_sees_the_visits_of_all_charts_beforehand(
    twin, plan, location, patient
):
    clinician = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=clinician, location=location, spans=WEEK, by=BY)
    kind = make_type(clinician, name="Talk")
    beside = booking.Plan(kind, clinician, location, at(10))

    (found,) = foreseeing.conflicts_of([beside], [patient], now=NOW)

    assert "already has a visit" in found
    assert found == booking.conflict_of(beside, [patient], now=NOW)
