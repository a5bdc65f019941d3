"""Which visits fall out with their clinician, and who could hold them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from practice import duty
from scheduling import booking, catalogue, covering, visits
from scheduling.models import Choice
from tests import cast
from tests.consent.stopping import NUMBER, stop
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_busy, make_type

pytestmark = pytest.mark.django_db
BY, NOW = cast.FOUNDER, cast.MONDAY
TUESDAY = date(2026, 3, 3)
HILO = ZoneInfo("Pacific/Honolulu")


@layer
def visit(plan, patient):
    cast.make_contact(patient)
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW)


def looked_at(clinician, now):
    found = covering.visits_on(clinician, TUESDAY, now=now)
    return covering.affected(clinician, found, ends_at=at(23), now=now)


def evening_in_hilo(clinician, place, day):
    """Half past seven there, which is after midnight in New York."""
    starts_at = datetime(2026, 3, day, 19, 30, tzinfo=HILO)
    plan = booking.Plan(
        make_type(clinician, name=f"Talk {day}"), clinician, place, starts_at
    )
    patients = [cast.make_patient(at=place)]
    return booking.book(plan=plan, patients=patients, by=BY, now=NOW)


# Whose visits -------------------------------------------------------------------------
def test_who_waits_already_is_asked_before_anything_is_done(visit, clinician):
    visits.arrive(attendees=visit.attendees.all(), by=BY, now=at(9, 50))

    (one,) = looked_at(clinician, now=at(9, 55))

    assert (one.is_here, one.call_first) == (True, "")
    assert one.ways == [Choice.CANCEL, Choice.LEAVE]
    assert one.suggested == Choice.LEAVE


def test_who_is_late_is_called_first(visit, clinician):
    (one,) = looked_at(clinician, now=at(10, 5))

    assert one.call_first == "Late, or on their way: nobody has told them"
    assert one.suggested == Choice.LEAVE


def test_a_session_that_has_begun_or_is_over_is_not_seen_to(visit, clinician):
    assert not looked_at(clinician, now=at(10, 50))

    visits.start(attendees=visit.attendees.all(), by=BY, now=at(10))

    assert not looked_at(clinician, now=at(10, 5))


# Which day ----------------------------------------------------------------------------
def test_a_day_is_that_of_each_visits_place():
    place = cast.make_location(time_zone="Pacific/Honolulu")
    clinician = cast.make_clinician(at=place)
    spans = [(day, time(9), time(21)) for day in range(5)]
    duty.set_duty_hours(staff=clinician, location=place, spans=spans, by=BY)
    evening_in_hilo(clinician, place, 2)
    tuesday = evening_in_hilo(clinician, place, 3)

    assert covering.visits_on(clinician, TUESDAY, now=NOW) == [tuesday]


def test_the_absence_lasts_a_day_by_the_clocks_of_where_they_work(location):
    west = cast.make_location(time_zone="America/Los_Angeles")
    clinician = cast.make_clinician(at=[location, west])

    starts_at, ends_at = covering.stretch_of(clinician, TUESDAY, now=NOW, zone="UTC")

    assert (starts_at, ends_at) == (at(0), at(3, day=4))


def test_of_today_the_rest_falls_out(clinician):
    starts_at, ends_at = covering.stretch_of(clinician, TUESDAY, now=at(9), zone="UTC")

    assert (starts_at, ends_at) == (at(9), at(0, day=4))


# Who covers ---------------------------------------------------------------------------
def test_who_is_busy_elsewhere_does_not_cover(visit, clinician, location, plan):
    other = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=other, location=location, spans=WEEK, by=BY)
    catalogue.change_type(
        kind=plan.type,
        by=BY,
        clinicians=[clinician, other],
        locations=[],
        instructions={},
    )
    (before,) = looked_at(clinician, now=NOW)

    make_busy(other, at(10, 30), at(12))

    (after,) = looked_at(clinician, now=NOW)
    assert (list(before.covers), list(after.covers)) == ([other], [])


def test_who_has_a_number_only_that_somebody_barred_has_too_is_called_first(
    visit, patient
):
    father = cast.make_caregiver(patient, must_not_be_told=True)
    cast.make_contact(father, value=str(patient.contact_points.get().phone))

    found = covering.call_first([patient.pk], now=NOW)

    assert found == {patient.pk: "No number that may be texted"}


def test_who_stopped_texts_is_called_first(patient):
    cast.make_contact(patient, value=NUMBER)
    assert covering.call_first([patient.pk], now=NOW) == {}

    stop()

    assert patient.pk in covering.call_first([patient.pk], now=NOW)
